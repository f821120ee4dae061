"""Sentences that are too long for a model."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from indictext import Piece, fit, split_sentences

from tests.triton_models.translator.texts import HOSTILE, seconds, texts


def parts(text: str, limit: int) -> list[str]:
    """The parts of one sentence, counted in characters."""
    return [piece.text for piece in fit([Piece("", text, "")], limit, len)]


def tokens(text: str) -> int:
    """Like a tokenizer: each word, and more for long ones."""
    return sum(1 + len(word) // 4 for word in text.split())


def test_a_sentence_that_fits_stays() -> None:
    """And is measured once."""
    asked: list[str] = []

    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    piece = Piece(" ", "A short one.", "\n")

    assert [piece] == list(fit([piece], 20, length))
    assert ["A short one."] == asked


def test_a_long_sentence_is_cut_after_a_clause() -> None:
    """The last that ends in the second half."""
    assert ["The dog slept, the cat watched,", "and the bird sang a song"] == parts(
        "The dog slept, the cat watched, and the bird sang a song", 40
    )


def test_or_else_between_words() -> None:
    """As many as fit."""
    assert ["one two", "three", "four five"] == parts("one two three four five", 9)


def test_or_else_between_letters() -> None:
    """Never within a letter and its signs, nor after a virama."""
    cut = parts("क्षत्रियोंकीसंस्कृति" * 20, 17)

    assert all(unicodedata.category(part[0]) == "Lo" for part in cut)
    assert not any(part.endswith("\u094d") for part in cut)
    assert max(map(len, cut)) <= 17


def test_a_letter_alone_may_be_too_long() -> None:
    """It cannot be cut."""
    assert ["क्षि", "a", "b"] == parts("क्षिab", 1)


def test_a_limit_below_one_is_refused() -> None:
    """Nothing would fit."""
    with pytest.raises(ValueError, match="limit must be at least 1"):
        list(fit([], 0, len))


@given(texts, st.integers(1, 40), st.sampled_from((len, tokens)))
@settings(max_examples=300, deadline=None)
def test_nothing_is_lost(text: str, limit: int, length: Callable[[str], int]) -> None:
    """Joined, the parts are the text, and none is too long but a single letter."""
    cut = list(fit(split_sentences(text), limit, length))

    assert text == "".join(piece.source for piece in cut)
    assert all(piece.text == piece.text.strip() for piece in cut)
    assert all(length(piece.text) <= limit or len(parts(piece.text, 1)) == 1 for piece in cut)


@pytest.mark.parametrize("limit", [1, 160])
@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_texts_take_little_time(unit: str, limit: int) -> None:
    """Also where every letter is a part."""
    assert seconds(lambda text: list(fit([Piece("", text, "")], limit, len)), unit) < 1.0
