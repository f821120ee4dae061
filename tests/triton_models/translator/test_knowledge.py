"""Which words a network knows."""

import gzip
from pathlib import Path

import pytest
from knowledge import FILE, Knowledge

ENGLISH = Knowledge(["bark", "carry", "stop", "bake", "happy", "dogs", "runs"])
INDIAN = Knowledge(["विद्यालय", "घर"])


@pytest.mark.parametrize(
    "word", ["bark", "barked", "barking", "barks", "carries", "carried", "stopped", "stopping", "baker", "baked",
             "happily", "happier", "dog", "run"],
)  # fmt: skip
def test_forms_of_a_known_word_are_known(word: str) -> None:
    """English has few endings."""
    assert ENGLISH.knows(word)


@pytest.mark.parametrize("word", ["quark", "barkeep", "car", "ba", "s", ""])
def test_other_words_are_not(word: str) -> None:
    """Nor what merely begins alike."""
    assert not ENGLISH.knows(word)


@pytest.mark.parametrize(
    ("word", "expected"), [("विद्यालयों", True), ("घर", True), ("घरौंदा", False), ("विमान", False)]
)
def test_other_languages_have_many_endings(word: str, expected: bool) -> None:
    """Most of a word is enough."""
    assert expected == INDIAN.knows(word)


def test_the_list_stands_beside_the_weights(tmp_path: Path) -> None:
    """Published networks have none."""
    assert Knowledge.read(tmp_path) is None
    (tmp_path / FILE).write_bytes(gzip.compress("dog\nघर".encode()))

    found = Knowledge.read(tmp_path)
    assert found is not None
    assert (True, True, False) == (found.knows("dog"), found.knows("घर"), found.knows("cat"))
