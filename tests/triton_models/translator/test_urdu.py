"""Urdu's own letters and marks."""

import pytest
from indictext.urdu import join_marks, normalise, tokenise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("كتاب علي", "کتاب علی"),
        ("شیرِ پنجاب", "شیر پنجاب"),
        ("\ufeb3\ufe8d\ufedd", "سال"),
        ("\ufb58\ufeac", "پذ"),
        ("مـــیں", "میں"),
        ("ا\u0653پ", "آپ"),
        ("\ufeec\ufef3", "ھی"),
    ],
)
def test_letters_are_urdus(text: str, expected: str) -> None:
    """Arabic's letters, forms of letters, short vowels and lengthening strokes."""
    assert expected == normalise(text)


def test_marks_latin_letters_and_digits_stand_apart() -> None:
    """A hamza stays with the number that it follows."""
    assert "20 فیصد ABC کے ، 5 ؟ ۔ 3ء" == tokenise("20فیصد ABCکے، 5؟۔3ء")


def test_marks_join_their_words() -> None:
    """Urdu's own; the others are joined as in every language."""
    assert "کیا؟ ہاں، ٹھیک؛ ہے۔" == join_marks("کیا ؟ ہاں ، ٹھیک ؛ ہے ۔")
