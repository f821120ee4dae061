"""bench/translations.py"""

import pytest

from bench.translations import Answers, agreement

EXPECTED = {"one two three four": "ek do teen chaar", "five six": "paanch chhah"}


def test_a_small_difference_is_counted() -> None:
    """A batch may decide otherwise between two pieces that are equally good."""
    answers = Answers(EXPECTED)
    answers.check("five six", "paanch chhah")
    answers.check("one two three four", "ek do tiin chaar")

    assert {"checked": 2, "differing": 1} == answers.take()
    assert {} == answers.take()  # each line of a measurement tells of its own answers


@pytest.mark.parametrize("answer", ["paanch chhah", "", "ek"])
def test_another_sentences_answer_ends_the_measurement(answer: str) -> None:
    """So does none, and a part of one."""
    with pytest.raises(SystemExit, match="'one two three four' became"):
        Answers(EXPECTED).check("one two three four", answer)


@pytest.mark.parametrize(
    ("other", "share"), [("a b c d", 1.0), ("a b x d", 0.75), ("x a b c d", 0.8), ("", 0.0)]
)
def test_agreement_counts_pieces_in_the_same_order(other: str, share: float) -> None:
    """One more or less does not shift the rest."""
    assert share == agreement(["a", "b", "c", "d"], other.split())
