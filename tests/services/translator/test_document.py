"""Cutting documents: whatever is cut joins back exactly."""

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.translator.document import split_document

# White space of every kind, stops, closers, and letters with signs, so that short examples hold what matters.
_TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from(" \t\n\r\u2028\u00a0.!?…।॥۔؟,;:\"')]”—"),
        st.sampled_from("aZ1क्षिதமி\u200dکاé"),
        st.characters(),
    ),
    max_size=300,
)


@given(_TEXTS, st.integers(1, 80))
@settings(max_examples=300, deadline=None)
def test_the_pieces_are_the_document(text: str, limit: int) -> None:
    """Joined, the pieces are the text itself; each is bounded, and none is blank or has loose white space."""
    pieces = split_document(text, limit)

    assert (text if text.strip() else "") == "".join(piece.source for piece in pieces)
    assert all(0 < len(piece.text) <= limit and piece.text == piece.text.strip() for piece in pieces)
    assert all(not piece.before for piece in pieces[1:])


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three? Four… Five", ["One.", "Two!", "Three?", "Four…", "Five"]),
        ("यह अच्छा है। वह गया॥ अब?", ["यह अच्छा है।", "वह गया॥", "अब?"]),
        ("کیا حال ہے؟ ٹھیک ہے۔ شکریہ", ["کیا حال ہے؟", "ٹھیک ہے۔", "شکریہ"]),
        ('He said "Hello!" Then he left.', ['He said "Hello!"', "Then he left."]),
        ("Dr. A. P. J. Kalam came. Hurrah!", ["Dr. A. P. J. Kalam came.", "Hurrah!"]),
        ("It is 3.14 or so. Yes.", ["It is 3.14 or so.", "Yes."]),
        ("1. First\n2. Second", ["1. First", "2. Second"]),
        ("A title\n\nA line\r\nanother", ["A title", "A line", "another"]),
        ("see www.example.org/a.b now", ["see www.example.org/a.b now"]),
        ("डॉ. राव आए। नमस्ते।", ["डॉ. राव आए।", "नमस्ते।"]),
    ],
)
def test_sentences_and_lines_are_pieces(text: str, sentences: list[str]) -> None:
    """A piece is a sentence or a line; abbreviations, initials, numbers and addresses do not end one."""
    assert sentences == [piece.text for piece in split_document(text, 200)]


def test_a_long_sentence_is_cut_after_a_clause() -> None:
    """The last clause in the second half is the place to cut."""
    pieces = split_document("The dog slept, the cat watched, and the bird sang a song", 40)

    assert ["The dog slept, the cat watched,", "and the bird sang a song"] == [piece.text for piece in pieces]


def test_a_long_word_is_never_cut_within_a_letter_and_its_signs() -> None:
    """Each part of a long word starts with a letter, and none ends in a virama."""
    pieces = [piece.text for piece in split_document("क्षत्रियोंकीसंस्कृति" * 20, 17)]

    assert all(unicodedata.category(piece[0]) == "Lo" for piece in pieces)
    assert not any(piece.endswith("\u094d") for piece in pieces)


@pytest.mark.parametrize("text", ["", " ", "\n\t \u2028"])
def test_white_space_alone_has_no_pieces(text: str) -> None:
    """There is nothing to translate in it."""
    assert split_document(text, 10) == []


@pytest.mark.parametrize(
    "text",
    ["\n" * 99_999 + "a", "a" + " " * 99_999, "a" * 100_000, "! " * 50_000, ")" * 100_000, "a," * 50_000],
)
def test_hostile_documents_take_little_time(text: str) -> None:
    """The longest document allowed is cut in well under a second, whatever it holds."""
    started = time.process_time()
    split_document(text, 400)

    assert time.process_time() - started < 2.0
