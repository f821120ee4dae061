"""Answers that are caught in a loop, and those that only look like it."""

import pytest
from repetition import is_loop

LOOPS = (
    "a a a a a a a a",
    "x a b a b a b a b y",
    "a b c d a b c d a b c d a b c d",
    "z " + "p q r s t u v w x y " * 4,
)
OTHERS = (
    "",
    "a",
    "no no no no",
    "a b a b a b",
    "the cat and the dog and the bird and the fish and the man",
    "a b c d " * 3,
)


@pytest.mark.parametrize("text", LOOPS)
def test_a_loop_is_found(text: str) -> None:
    """A run of pieces four times in a row, and of eight pieces at least."""
    assert is_loop(text.split())


@pytest.mark.parametrize("text", OTHERS)
def test_what_is_said_thrice_is_no_loop(text: str) -> None:
    """Nor a word that is said four times."""
    assert not is_loop(text.split())
