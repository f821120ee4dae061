"""What an item may ask for, and the words of each refusal."""

from dataclasses import replace
from typing import Any

import pytest
from indictext.languages import TAGS
from routes import ENGLISH, Covers, Hop
from wishes import Item, RefusedError, Rules

INDIC = frozenset(TAGS) - {ENGLISH}
RULES = Rules([Covers(frozenset([ENGLISH]), INDIC)], beam_size=5, max_length=200, max_characters=10)
ITEM = Item(b"Hello.", b"eng_Latn", b"hin_Deva")


def test_what_an_item_does_not_say_is_the_configurations() -> None:
    """Beam, length and digits; the text is as it came."""
    wish = RULES.wish(ITEM)

    assert ("Hello.", (Hop(0, ENGLISH, "hin_Deva"),), False) == (wish.text, wish.hops, wish.native_digits)
    assert (5, 200, False) == (wish.options.beam_size, wish.options.max_length, wish.options.is_mending)


@pytest.mark.parametrize(("beam_size", "max_length"), [(1, 1), (10, 256)])
def test_what_an_item_says_counts(beam_size: int, max_length: int) -> None:
    """From end to end of what is allowed."""
    wish = RULES.wish(replace(ITEM, beam_size=beam_size, max_length=max_length, native_digits=True))

    assert (beam_size, max_length, True) == (
        wish.options.beam_size,
        wish.options.max_length,
        wish.native_digits,
    )


REFUSED: dict[str, list[dict[str, Any]]] = {
    "EMPTY_TEXT": [{"text": b""}, {"text": " \n\u3000".encode()}],
    "INVALID_TEXT": [{"text": b"caf\xe9"}],
    "TEXT_TOO_LONG": [{"text": "ख".encode() * 11}],
    "UNKNOWN_LANGUAGE": [{"source": b"en"}, {"target": b"fra_Latn"}, {"target": b"\xff"}],
    "UNSUPPORTED_DIRECTION": [{"target": b"eng_Latn"}, {"source": b"hin_Deva", "target": b"tam_Taml"}],
    "INVALID_BEAM_SIZE": [{"beam_size": 0}, {"beam_size": 11}, {"beam_size": -1}],
    "INVALID_MAX_LENGTH": [{"max_length": 0}, {"max_length": 257}, {"max_length": -1}],
}


@pytest.mark.parametrize(
    ("reason", "changes"), [(name, each) for name, all_ in REFUSED.items() for each in all_]
)
def test_what_is_refused_has_a_reason(reason: str, changes: dict[str, Any]) -> None:
    """One for each thing that may be wrong."""
    with pytest.raises(RefusedError) as caught:
        RULES.wish(replace(ITEM, **changes))

    assert reason == str(caught.value)


def test_a_text_of_just_the_limit_is_let_in() -> None:
    """Counted in characters, not in bytes."""
    assert "ख" * 10 == RULES.wish(replace(ITEM, text="ख".encode() * 10)).text
