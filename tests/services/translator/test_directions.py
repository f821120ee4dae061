"""What a model's list of directions means."""

import pytest

from meshkit.languages import find_language
from services.translator.directions import Directions, Pair, parse_networks, serving


def pair(text: str) -> Pair:
    """The pair of `hi-ta`."""
    source, target = map(find_language, text.split("-"))
    assert source
    assert target
    return source, target


@pytest.mark.parametrize(
    ("text", "direct"),
    [
        ("", 156),
        ("  ", 156),
        ("en-hi", 1),
        ("en-hi, en-ta ,en-hi", 2),
        ("en-indic", 12),
        ("en-indic,indic-en", 24),
        ("indic-indic", 132),
        ("eng_Latn-hin_Deva", 1),
        ("en-fr,xx-yy", 0),
        ("hi-hi", 0),
        ("hello", 0),
    ],
)
def test_a_list_is_read(text: str, direct: int) -> None:
    """Any notation of a language, `indic` for twelve, nothing for every pair; unknown languages are left out."""
    assert direct == len(Directions.parse(text).direct)


def test_a_direct_way_comes_first() -> None:
    """With every pair there is no hop."""
    assert (pair("hi-ta"),) == Directions.parse("").route(*pair("hi-ta"))


def test_english_is_the_bridge() -> None:
    """Two Indian languages meet in English."""
    route = Directions.parse("en-indic,indic-en").route(*pair("hi-ta"))

    assert (pair("hi-en"), pair("en-ta")) == route


@pytest.mark.parametrize("text", ["en-ta", "hi-en", "hi-mr,mr-ta"])
def test_no_way_is_an_empty_route(text: str) -> None:
    """Half a bridge, or another language in between, is no way."""
    assert Directions.parse(text).route(*pair("hi-ta")) == ()


@pytest.mark.parametrize(
    ("text", "count"), [("", 156), ("en-indic,indic-en", 156), ("en-hi,ta-en", 3), ("en-hi", 1)]
)
def test_reachable_counts_bridges(text: str, count: int) -> None:
    """What can be reached includes the ways through English."""
    assert count == len(Directions.parse(text).reachable())


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        ("en-indic A demo,indic-en B", "en-hi", ["A demo"]),
        ("en-indic A demo,indic-en B", "hi-en", ["B "]),
        ("en-indic A demo,indic-en B", "hi-ta", ["B ", "A demo"]),
        ("en-indic A demo,indic-en B,indic-indic C", "hi-ta", ["C "]),
        ("en-indic A", "hi-ta", []),
        ("", "en-hi", []),
        ("en-indic,too many words here", "en-hi", []),
    ],
)
def test_networks_are_known_by_what_they_translate(text: str, asked: str, expected: list[str]) -> None:
    """One or two have a part in a translation."""
    found = serving(parse_networks(text), *pair(asked))

    assert expected == [f"{network.name} {network.quality}" for network in found]
