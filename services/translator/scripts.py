"""Which script a text is written in, by the Unicode names of its letters."""

import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Final

NO_LETTERS: Final = ""
LATIN: Final = "Latn"
OTHER: Final = "Zzzz"  # ISO 15924 for a script that has no code here

# The first word of a letter's Unicode name, and the script's ISO 15924 code.
_CODES: Final = {
    "LATIN": LATIN,
    "DEVANAGARI": "Deva",
    "BENGALI": "Beng",
    "TAMIL": "Taml",
    "TELUGU": "Telu",
    "MALAYALAM": "Mlym",
    "KANNADA": "Knda",
    "GUJARATI": "Gujr",
    "GURMUKHI": "Guru",
    "ORIYA": "Orya",
    "ARABIC": "Arab",
    "CYRILLIC": "Cyrl",
    "GREEK": "Grek",
    "HEBREW": "Hebr",
    "CJK": "Hani",
    "HIRAGANA": "Hira",
    "KATAKANA": "Kana",
    "HANGUL": "Hang",
    "THAI": "Thai",
    "TIBETAN": "Tibt",
    "SINHALA": "Sinh",
    "MYANMAR": "Mymr",
    "MEETEI": "Mtei",
}


@lru_cache(maxsize=4096)
def script_of_letter(character: str) -> str:
    """The ISO 15924 code of one character's script; NO_LETTERS for what is no letter.

    Compatibility forms (full width, mathematical, Arabic presentation forms) count as the letters they stand
    for.
    """
    plain = unicodedata.normalize("NFKC", character)[:1]
    if not unicodedata.category(plain).startswith("L"):
        return NO_LETTERS
    return _CODES.get(unicodedata.name(plain, "").partition(" ")[0], OTHER)


def dominant_script(text: str) -> str:
    """The ISO 15924 code of the script of most letters; the earlier one when two are equal."""
    counts = Counter(map(script_of_letter, text))
    del counts[NO_LETTERS]
    return max(counts, key=counts.__getitem__, default=NO_LETTERS)
