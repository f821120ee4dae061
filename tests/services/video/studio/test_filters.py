"""The table of looks."""

import pytest

from meshkit.errors import InvalidInput
from services.video.studio.filters import FILTERS, find_filter, require_filter


def test_table_is_what_clients_know() -> None:
    """Ids, names and descriptions, word for word."""
    expected = [
        ("desi-fire", "Desi Fire", "Adds spicy overlays and glow effects for dramatic roasts."),
        ("pet-maharaja", "Pet Maharaja", "Turns pets into regal royalty with ornate accessories."),
        ("bollywood-burn", "Bollywood Burn", "Provides cinematic lighting and spark particles."),
    ]

    assert expected == [(each.id, each.name, each.description) for each in FILTERS]


def test_known_and_none() -> None:
    """A known id is answered, an empty one is no look."""
    assert "desi-fire" == require_filter("desi-fire")
    assert require_filter("") is None
    assert require_filter(None) is None
    assert find_filter("sepia") is None


def test_unknown_names_the_field() -> None:
    """An unknown id is refused."""
    with pytest.raises(InvalidInput) as caught:
        require_filter("sepia")

    assert ("filter_id", "UNKNOWN_FILTER") == (caught.value.field, caught.value.reason)
