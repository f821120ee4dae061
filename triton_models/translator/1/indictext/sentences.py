"""Cutting a text into sentences that join back into it exactly, in any of the 13 languages.

A sentence ends at a line break, at a danda, a question or exclamation mark or Urdu's full stop, and at a full stop or
an ellipsis that is one: not within numbers, addresses and abbreviations, not after initials, nor before a small letter.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from indictext.abbreviations import is_abbreviation

# A run of stops, what closes with the sentence, and the space after it; or a space alone.
_END: Final = re.compile(
    r"(?P<stops>[.!?…।॥۔؟]++)(?P<closers>[\"'”’»)\]}]*+)(?P<space>\s*+)|(?<!\s)(?P<gap>\s++)"
)
_LINE_BREAK: Final = re.compile(r"[\n\r\u2028\u2029]")
_FULL_STOPS: Final = frozenset(".…")
_INDIAN_STOPS: Final = frozenset("।॥۔؟")
_OPENERS: Final = "\"'“‘«([{"
_FIRST_LETTER: Final = re.compile(rf"[{re.escape(_OPENERS)}]*+(.?)", re.DOTALL)
_LONGEST_WORD: Final = 40
_LONGEST_NUMBER: Final = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a text with the white space around it; only the first may have any before it."""

    before: str
    text: str
    after: str

    @property
    def source(self) -> str:
        """The piece as it stands in the text."""
        return self.wrap(self.text)

    def wrap(self, translated: str) -> str:
        """A translation with the white space of the piece around it."""
        return f"{self.before}{translated}{self.after}"


def split_sentences(text: str) -> list[Piece]:
    """Cut a text at the ends of sentences and lines; joined, the pieces' sources are the text.

    Only a text of white space alone has a piece without text. Takes time linear in the text.
    """
    body = text.lstrip()
    if not body:
        return [Piece(text, "", "")] if text else []
    pieces = [_piece(part) for part in _parts(body)]
    pieces[0] = Piece(text[: len(text) - len(body)], pieces[0].text, pieces[0].after)
    return pieces


def _piece(part: str) -> Piece:
    text = part.rstrip()
    return Piece("", text, part[len(text) :])


def _parts(text: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(text):
        if end.end() < len(text) and _is_boundary(text, start, end):
            yield text[start : end.end()]
            start = end.end()
    yield text[start:]


def _is_boundary(text: str, start: int, end: re.Match[str]) -> bool:
    if _LINE_BREAK.search(end["gap"] or end["space"] or ""):
        return True
    if end["stops"] is None:
        return False
    letter = _letter_at(text, end.end())
    if letter.islower() or text[end.end()] in _FULL_STOPS:
        return False
    if not _FULL_STOPS.issuperset(end["stops"]):
        return _mark_ends(end, letter)
    return _full_stop_ends(text, start, end, letter)


def _letter_at(text: str, place: int) -> str:
    """The first character past opening quotes and brackets."""
    match = _FIRST_LETTER.match(text, place)
    return match[1] if match else ""


def _mark_ends(end: re.Match[str], letter: str) -> bool:
    """A danda ends a sentence also without a space after it; other marks do before letters that are not Latin."""
    if end["space"]:
        return True
    if not _INDIAN_STOPS.isdisjoint(end["stops"]):
        return not letter.isdecimal()
    return _is_beyond_latin(letter)


def _full_stop_ends(text: str, start: int, end: re.Match[str], letter: str) -> bool:
    word = _word_before(text, start, end.start())
    if not end["space"] and not (_is_beyond_latin(letter) and _is_beyond_latin(word[-1:])):
        return False
    if end["stops"] != ".":
        return True
    is_list_number = (
        len(word) <= _LONGEST_NUMBER and word.isdecimal() and text[start : end.start()].strip() == word
    )
    return not (is_list_number or is_abbreviation(word, letter))


def _word_before(text: str, start: int, stop: int) -> str:
    """The word that ends at `stop`, without opening marks; of a very long one, its end."""
    near = text[max(start, stop - _LONGEST_WORD) : stop]
    words = near.split()
    return words[-1].lstrip(_OPENERS) if words and not near[-1].isspace() else ""


def _is_beyond_latin(character: str) -> bool:
    return character > "\u02af" and unicodedata.category(character)[0] in "LM"
