"""How far answers can be trusted."""

import math

import pytest
from honesty import (
    LENGTH_RATIO,
    LOW_SCORE,
    NUMBERS,
    OTHER_SCRIPT,
    REPETITION,
    UNKNOWN_WORDS,
    Record,
    Trust,
    judge,
    without_loops,
)

DEMO = Trust("demo", {"hin_Deva": -0.5}, most_unknown=0.2, length_ratio=(0.5, 2.0))
TEXT = "A dog sleeps here."


def record(trust: Trust = DEMO, /, **changes: object) -> Record:
    """Ten pieces at -0.1, all words known."""
    noted = Record(trust, "hin_Deva", TEXT, "यहाँ कुत्ता सोता है।", log_probability=-1.0, tokens=10, words=4)
    for name, value in changes.items():
        setattr(noted, name, value)
    return noted


def test_a_good_answer_is_not_doubted() -> None:
    """Its confidence is above a half."""
    verdict = judge([record()])

    assert () == verdict.doubts
    assert 0.5 < verdict.confidence < 1


def test_numbers_may_move_and_be_written_in_any_digits() -> None:
    """They are the same ones."""
    moved = record(source="He ate 7 of 12 rotis, 7!", answer="उसने १२ में से 7 रोटियाँ खाईं, ७!")

    assert () == judge([moved]).doubts


@pytest.mark.parametrize(
    ("changes", "doubt"),
    [
        ({"log_probability": -6.0}, LOW_SCORE),
        ({"unknown": 1}, UNKNOWN_WORDS),
        ({"answer": "है।"}, LENGTH_RATIO),
        ({"answer": "है" * 100}, LENGTH_RATIO),
        ({"has_loop": True}, REPETITION),
        ({"has_other_script": True}, OTHER_SCRIPT),
        ({"answer": "यहाँ 1 कुत्ता सोता है।"}, NUMBERS),
        ({"source": "2 dogs sleep here.", "answer": "यहाँ 20 कुत्ते सोते हैं।"}, NUMBERS),
    ],
)
def test_what_speaks_against_an_answer_is_said(changes: dict[str, object], doubt: str) -> None:
    """And its confidence is below a half."""
    verdict = judge([record(**changes)])

    assert (doubt,) == verdict.doubts
    assert verdict.confidence < 0.5


def test_a_network_without_numbers_is_doubted_for_what_anybody_sees() -> None:
    """Its confidence is how likely a piece was to it on the average."""
    low = judge([record(Trust(), log_probability=-6.0, unknown=4)])
    loop = judge([record(Trust(), has_loop=True)])

    assert math.isclose(math.exp(-0.6), low.confidence)
    assert () == low.doubts
    assert (0.4, (REPETITION,)) == (loop.confidence, loop.doubts)


def test_two_networks_are_as_good_as_the_worse() -> None:
    """Their doubts come together."""
    verdict = judge([record(unknown=4), record(log_probability=-6.0)])

    assert (UNKNOWN_WORDS, LOW_SCORE) == verdict.doubts
    assert judge([record(unknown=4)]).confidence == verdict.confidence


def test_a_score_that_is_no_number_is_no_certainty() -> None:
    """It is as low as any."""
    verdict = judge([record(log_probability=math.nan)])

    assert (LOW_SCORE,) == verdict.doubts
    assert verdict.confidence < 0.01


def test_nothing_to_translate_is_translated_well() -> None:
    """A text of marks alone."""
    assert (1.0, ()) == (judge([Record(DEMO, "hin_Deva", "?!", "?!")]).confidence, judge([]).doubts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("हाँ हाँ हाँ हाँ है", "हाँ है"),
        ("वह आया, वह आया, वह आया।", "वह आया।"),
        ("نہیں، نہیں، نہیں۔", "نہیں۔"),
        ("a b c a b c a b c a d", "a b c a d"),
        ("हाँ हाँ है", "हाँ हाँ है"),
        ("", ""),
    ],
)
def test_runs_are_folded(text: str, expected: str) -> None:
    """Three times in a row is one too many; the mark at the end stays."""
    assert (expected, expected != text) == without_loops(text, "yes yes it is")


@pytest.mark.parametrize("source", ["ha ha ha", "Ha ha ha!", "Ha, ha, ha."])
def test_a_source_may_repeat_itself(source: str) -> None:
    """So may its translation, whatever marks stand between."""
    assert ("हा हा हा!", False) == without_loops("हा हा हा!", source)
