"""Urdu as the models were trained on it: letters of Urdu instead of Arabic's, no short vowels, spaces around marks.

The rules are those of the urduhack package, which the Indic NLP Library calls for Urdu. Its one slip, the first and
middle forms of yeh read as ے, is not repeated: they are ی.
"""

import re
import unicodedata
from typing import Final

_SHORT_VOWELS: Final = "\u064b\u064d\u064e\u064f\u0650\u0670"
_TATWEEL: Final = "\u0640"
_LETTERS: Final = str.maketrans(
    {
        **dict.fromkeys(_SHORT_VOWELS + _TATWEEL, ""),
        **dict.fromkeys("يى", "ی"),
        "ك": "ک",
        "ه": "ہ",
        "ة": "ۃ",
    }
)
# Letters in the form that they have at one place of a word; two forms of heh stand for the aspirating one.
_FORM: Final = re.compile("[\ufb50-\ufbb1\ufbd3-\ufbff\ufe70-\ufefc]")
_ASPIRATING_FORMS: Final = frozenset("\ufeeb\ufeec")
_MARK: Final = re.compile(r"[!-/:-@\[\]^_`{-~؉؊،؛؞؟٪٫٬٭۔]")
_SEAM: Final = re.compile(
    "(?<=[\u0600-\u06ff])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z])(?=[\u0600-\u0620\u0622-\u06ff])"
)
_SPACES: Final = re.compile(" {2,}")
_SPACE_BEFORE_MARK: Final = re.compile(" ([؟۔،؛])")


def normalise(text: str) -> str:
    """The text in Urdu's own letters, composed, without short vowels."""
    text = _FORM.sub(_plain_letter, text).translate(_LETTERS)
    return unicodedata.normalize("NFC", text)


def tokenise(text: str) -> str:
    """The text with spaces around every mark, and between Urdu and Latin letters or digits."""
    return _SPACES.sub(" ", _MARK.sub(r" \g<0> ", _SEAM.sub(" ", text))).strip()


def join_marks(text: str) -> str:
    """The text with Urdu's marks joined to the words before them."""
    return _SPACE_BEFORE_MARK.sub(r"\1", text)


def _plain_letter(form: re.Match[str]) -> str:
    return "ھ" if form[0] in _ASPIRATING_FORMS else unicodedata.normalize("NFKC", form[0])
