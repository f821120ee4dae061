"""bench/nano.py"""

import pytest

from bench.nano import _check, _pairs
from bench.translations import Answers


def test_languages_take_turns() -> None:
    """In both directions what is asked stands first; no two neighbours are of one language."""
    there, back = _pairs("en-indic")[:24], _pairs("indic-en")[:24]

    assert 12 == len({pair.language for pair in there[:12]})
    assert [(pair.english, pair.text) for pair in there] == [(pair.text, pair.english) for pair in back]


def test_an_answer_is_what_it_was_the_first_time() -> None:
    """Nothing, or something else, ends the measurement."""
    same = Answers({})
    _check(same, "मेरा कुत्ता सोता है", "My dog sleeps")
    _check(same, "मेरा कुत्ता सोता है", "My dog sleeps")

    with pytest.raises(SystemExit, match="became nothing"):
        _check(same, "", "My dog sleeps")
    with pytest.raises(SystemExit, match="must be"):
        _check(same, "12", "My dog sleeps")
