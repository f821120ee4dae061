"""When words and phrases are heard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.speech.timings import Mark, Timed, split_words, time_phrases, time_words

MIXED = st.text(alphabet="ab1ि क.!?,। 🐶\n—", max_size=200)


def no_silence(start: float, end: float) -> float:
    """Sound everywhere."""
    return end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one two", ["one ", "two"]),
        ("  Hello,  world! 🐶", ["  Hello,  ", "world! 🐶"]),
        ("— so 1,234 it is", ["— so ", "1,234 ", "it ", "is"]),
        ("🐶 🐶 dog", ["🐶 🐶 dog"]),
        ("नमस्ते दुनिया।", ["नमस्ते ", "दुनिया।"]),
        ("🐶", ["🐶"]),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    """Words carry their punctuation and spaces; what is not spoken goes with the word before."""
    assert expected == [text[start:end] for start, end in split_words(text)]


def test_a_word_without_a_mark_shares_its_neighbours_time() -> None:
    """Between two marks time is shared by length."""
    words = time_words("ab cd ef", [Mark(0, 0.0), Mark(6, 2.0)], 3.0, no_silence)

    assert [Timed("ab ", 0.0, 1.0, 0), Timed("cd ", 1.0, 2.0, 3), Timed("ef", 2.0, 3.0, 6)] == words


def test_marks_that_go_back_are_ignored() -> None:
    """Neither an earlier word's late mark nor a mark at the same moment moves a word."""
    marks = [Mark(0, 0.0), Mark(3, 1.0), Mark(0, 1.2), Mark(6, 1.0), Mark(6, 9.0)]
    words = time_words("ab cd ef", marks, 3.0, no_silence)

    assert [0.0, 1.0] == [word.start for word in words[:2]]
    assert 1.0 < words[2].start < 3.0


def test_a_pause_belongs_to_no_word() -> None:
    """A word ends where its sound ends, unless the silence is but a stop."""
    words = time_words(
        "ab, cd ef",
        [Mark(0, 0.0), Mark(4, 1.0), Mark(7, 2.0)],
        3.0,
        lambda s, e: e - 0.3 if e < 2 else e - 0.05,
    )

    assert [0.7, 2.0, 3.0] == [word.end for word in words]


@given(MIXED, st.lists(st.tuples(st.integers(0, 200), st.floats(0, 10)), max_size=60))
def test_any_marks_give_sound_timings(text: str, raw: list[tuple[int, float]]) -> None:
    """Joined words give the text back; times go forward, within the audio, whatever the engine says."""
    marks = [Mark(offset, seconds) for offset, seconds in sorted(raw, key=lambda pair: pair[1])]
    words = time_words(text, marks, 10.0, no_silence)

    assert text.strip() == "".join(word.text for word in words).strip()
    _assert_in_order(text, words, 10.0)


@given(MIXED)
def test_phrases_of_any_text(text: str) -> None:
    """Phrases hold every word, in order, at most 42 characters each."""
    words = time_words(text, [], 10.0, no_silence)
    phrases = time_phrases(words, 42)

    assert "".join(text.split()) == "".join("".join(phrase.text for phrase in phrases).split())
    assert all(0 < len(phrase.text) <= 42 for phrase in phrases)
    _assert_in_order(text, phrases, 10.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Short one.", ["Short one."]),
        (
            "Roast my lazy dog, who sleeps all day! He is 12 years old.",
            ["Roast my lazy dog, who sleeps all day!", "He is 12 years old."],
        ),
        (
            "मेरा आलसी कुत्ता सारा दिन सोता है, और खाने के सपने देखता है।",
            ["मेरा आलसी कुत्ता सारा दिन सोता है,", "और खाने के सपने देखता है।"],
        ),
        ("x" * 50, ["x" * 42, "x" * 8]),
    ],
)
def test_phrases(text: str, expected: list[str]) -> None:
    """Phrases end at punctuation where that is possible."""
    words = time_words(text, [], 5.0, no_silence)

    assert expected == [phrase.text for phrase in time_phrases(words, 42)]


def _assert_in_order(text: str, pieces: list[Timed], duration: float) -> None:
    last = 0.0
    for piece in pieces:
        assert text[piece.offset : piece.offset + len(piece.text)] == piece.text
        assert last <= piece.start < piece.end <= duration
        last = piece.end
