"""Which network is asked, and in which order."""

import pytest
from indictext.languages import TAGS
from routes import ENGLISH, Covers, Hop, family_of_script, find_route

INDIC = frozenset(TAGS) - {ENGLISH}
EN_INDIC = Covers(frozenset([ENGLISH]), INDIC)
INDIC_EN = Covers(INDIC, frozenset([ENGLISH]))
INDIC_INDIC = Covers(INDIC, INDIC)


def test_a_direct_way_is_taken_where_there_is_one() -> None:
    """Also between two Indic languages."""
    every = (EN_INDIC, INDIC_EN, INDIC_INDIC)

    assert (Hop(0, ENGLISH, "hin_Deva"),) == find_route(every, ENGLISH, "hin_Deva")
    assert (Hop(1, "hin_Deva", ENGLISH),) == find_route(every, "hin_Deva", ENGLISH)
    assert (Hop(2, "hin_Deva", "tam_Taml"),) == find_route(every, "hin_Deva", "tam_Taml")


def test_else_the_way_is_through_english() -> None:
    """By two networks."""
    wanted = (Hop(1, "hin_Deva", ENGLISH), Hop(0, ENGLISH, "tam_Taml"))

    assert wanted == find_route((EN_INDIC, INDIC_EN), "hin_Deva", "tam_Taml")


@pytest.mark.parametrize(
    ("covers", "source", "target"),
    [
        ((EN_INDIC,), "hin_Deva", ENGLISH),
        ((EN_INDIC,), "hin_Deva", "tam_Taml"),
        ((INDIC_EN,), "hin_Deva", "tam_Taml"),
        ((INDIC_INDIC,), ENGLISH, "hin_Deva"),
        ((EN_INDIC, INDIC_EN, INDIC_INDIC), "hin_Deva", "hin_Deva"),
        ((), ENGLISH, "hin_Deva"),
    ],
)
def test_where_no_network_leads_there_is_no_way(covers: tuple[Covers, ...], source: str, target: str) -> None:
    """Rather than a network of another direction."""
    assert () == find_route(covers, source, target)


@pytest.mark.parametrize(
    ("script", "family"),
    [("Arab", "Arab"), ("Deva", "Brahmic"), ("Beng", "Brahmic"), ("Latn", ""), (None, "")],
)
def test_scripts_have_families(script: str | None, family: str) -> None:
    """Placeholders have Latin letters in every language."""
    assert family == family_of_script(script)
