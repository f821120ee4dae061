"""Words become runs of one font each."""

import pytest

from services.video.studio.fonts import FontBook
from services.video.studio.text import clusters, split_words, to_runs


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("two  words\n\tand\r\nmore", ["two", "words", "and", "more"]),
        ("a\u202eb\u200e \ufeff c\ufe0f", ["ab", "c"]),
        ("nul\x00l \u2028 line", ["nul", "l", "line"]),
        ("e\u0301t\u00e9", ["\u00e9t\u00e9"]),
        (" \n ", []),
    ],
)
def test_split_words(text: str, words: list[str]) -> None:
    """Spaces of every kind separate; direction marks vanish; letters are composed."""
    assert words == split_words(text)


@pytest.mark.parametrize(
    ("code", "word", "expected"),
    [
        ("hi", "देखो!", [("Noto Sans Devanagari", "देखो!")]),
        ("hi", "WhatsApp", [("Noto Sans Devanagari", "WhatsApp")]),
        ("hi", "əमेरा", [("Noto Sans", "ə"), ("Noto Sans Devanagari", "मेरा")]),
        ("en", "Hiमेरा", [("Noto Sans", "Hi"), ("Noto Sans Devanagari", "मेरा")]),
        ("en", "dog🐶!", [("Noto Sans", "dog!")]),
        ("en", "👨‍👩‍👧", []),
        ("en", "❤️", []),
        ("ml", "അവൻ‍റെ", [("Noto Sans Malayalam", "അവൻ‍റെ")]),
    ],
)
def test_runs(fonts: FontBook, code: str, word: str, expected: list[tuple[str, str]]) -> None:
    """Each run is in a font that has its letters; what no font has is dropped with its marks and joiners."""
    runs = to_runs(split_words(word)[0], fonts.for_language(code))

    assert expected == [(run.font.family, run.text) for run in runs]


def test_clusters_keep_conjuncts_whole() -> None:
    """A virama binds the next letter, a vowel sign its own."""
    assert ["कु", "त्ते"] == clusters("कुत्ते")
    assert ["a", "b"] == clusters("ab")
