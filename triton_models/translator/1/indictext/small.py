"""Texts for small networks, which know a few thousand sentences and nothing beside them.

Published networks read and write what the Indic NLP Library makes of a text. It takes a colon after a letter for a
visarga and the apostrophe within a word (Assamese ল'ৰা) for a quote, and drops the sign that keeps two Kannada letters
apart: a small network would say so. What it writes is mended where no script can have it so.
"""

import re
import unicodedata
from typing import Final

from indictext.languages import ARABIC
from indictext.scripts import DANDA, MARKS, VIRAMA, block_of

NON_JOINER: Final = "\u200c"
# Letters to every tokeniser, and in no text of these languages.
_APOSTROPHE, _KEPT_APART = "\u02bc", "\u02be"
# Marathi's short a of English words is another letter to the library, Malayalam's au is written as of old.
_BACK: Final = {_APOSTROPHE: "'", _KEPT_APART: NON_JOINER, "अॅ": "ॲ", "ൌ": "ൗ"}
_WRITTEN: Final = re.compile("|".join(_BACK))
_IN_WORD: Final = re.compile(rf"(?<=[^\W\d_])([{MARKS}]*)'(?=[^\W\d_])")
_AT_ITS_END: Final = re.compile(rf"(?<=[^\W\d_])([{MARKS}]*)'")
_OPENING: Final = re.compile(r"(?<![^\s(])'")
_COLON: Final = re.compile(r"(?<=[^\s\d]):")

# Vowel signs and their letters, in Devanagari, which all Brahmic scripts are to a network.
_VOWELS: Final = {chr(sign): chr(sign - 0x38) for sign in range(0x93E, 0x94D)} | {"\u0944": "\u0960"}
_SIGNS: Final = "".join(_VOWELS)
_AFTER_VIRAMA: Final = re.compile(f"{VIRAMA}(?=[{_SIGNS}])")
_AFTER_VOWEL: Final = re.compile(f"(?<=[{_SIGNS}])[{_SIGNS}]")
_FIRST: Final = re.compile(f"(?<!\\S)(?:([{_SIGNS}])|[{VIRAMA}\u0900-\u0902\u093c]+)")

_DANDA_LANGUAGES: Final = frozenset(("asm", "ben", "hin", "ory", "pan"))
_TO_ARABIC: Final = str.maketrans("।?,;", "۔؟،؛")
_FROM_ARABIC: Final[dict[str, str | int | None]] = {"؟": "?", "،": ",", "؛": ";"}
_SHORTEST_SHOUT: Final = 4  # letters
_PLACEHOLDER: Final = re.compile(r"(<ID\d+>)")
_DEGREES: Final = re.compile(r"(?<=°)[cf]\b")


def read_as_written(text: str) -> str:
    """A text of a Brahmic script with its colons and apostrophes in a form that normalising leaves alone."""
    apostrophe = _IN_WORD if _OPENING.search(text) else _AT_ITS_END  # where nothing is quoted
    text = apostrophe.sub(rf"\1{_APOSTROPHE}", text.replace("ॲ", "अॅ"))
    return _COLON.sub(" :", text)


def kept_apart(text: str) -> str:
    """A text that a network learns to write, with its zero width non-joiners as letters."""
    return text.replace(NON_JOINER, _KEPT_APART)


def as_written(text: str) -> str:
    """The text with the apostrophes and non-joiners that `read_as_written` and `kept_apart` have replaced."""
    return _WRITTEN.sub(lambda found: _BACK[found[0]], text)


def mended(text: str) -> str:
    """A text in Devanagari without signs that have nothing to stand on: a vowel after a vowel is a letter."""
    text = _AFTER_VIRAMA.sub("", text)
    text = _AFTER_VOWEL.sub(lambda found: _VOWELS[found[0]], text)
    return _FIRST.sub(lambda found: _VOWELS.get(found[1] or "", ""), text)


def with_own_marks(text: str, target: str) -> str:
    """A text with the language's own full stop and question mark, and without signs of other scripts."""
    language, _, script = target.partition("_")
    if script == ARABIC:
        return text.translate(_TO_ARABIC)
    stop = DANDA if language in _DANDA_LANGUAGES else "."
    text = text.translate(str.maketrans({**_FROM_ARABIC, "۔": stop, DANDA: stop}))
    return "".join(character for character in text if not _is_foreign(character, script))


def capitalised(text: str) -> str:
    """An English sentence with a capital at its beginning; a caption or a word, which nothing ends, as it is."""
    is_sentence = text.rstrip("\"' ").endswith((".", "!", "?"))
    return text[:1].upper() + text[1:] if is_sentence else text


def calm(text: str) -> str:
    """An English text in capital letters throughout as a sentence: nobody has taught a small network to shout.

    Its placeholders stay, and their letters do not count.
    """
    parts = _PLACEHOLDER.split(text)
    letters = [character for part in parts[::2] for character in part if character.isalpha()]
    if len(letters) < _SHORTEST_SHOUT or not all(character.isupper() for character in letters):
        return text
    first = next((number for number, character in enumerate(parts[0]) if character.isalpha()), -1)
    begin, parts[0] = parts[0][: first + 1], parts[0][first + 1 :]
    parts[::2] = [_DEGREES.sub(lambda found: found[0].upper(), part.lower()) for part in parts[::2]]
    return begin + "".join(parts)


def _is_foreign(character: str, script: str) -> bool:
    if not unicodedata.category(character).startswith("M"):
        return False
    return block_of(character) not in (None, script)
