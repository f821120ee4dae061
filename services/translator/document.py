"""Cutting a document into pieces that a sentence model can take, and that join back into it exactly."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_WORD: Final = re.compile(r"\S+\s*|\s+")
_SPACE: Final = re.compile(r"\s+")

# Full stop, question and exclamation mark, ellipsis, danda, double danda, and Urdu's full stop and question
# mark.
_STOPS: Final = ".!?…।॥۔؟"
_CLOSERS: Final = "\"'”’»)]"
_OPENERS: Final = "\"'“‘«(["
_CLAUSE_ENDS: Final = tuple(",;:،؛—–")

# Words whose full stop does not end a sentence; initials and numbers in front of a sentence neither.
_ENGLISH: Final = ("mr.", "mrs.", "ms.", "dr.", "prof.", "st.", "sr.", "jr.", "vs.", "e.g.", "i.e.")
_ABBREVIATIONS: Final = frozenset((*_ENGLISH, "shri.", "smt.", "डॉ.", "श्री.", "प्रो."))
_NUMBER: Final = re.compile(r"\d{1,3}\.")

# Never cut after these: virama signs and the zero-width joiner hold the next letter.
_JOINERS: Final = frozenset("\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u200d")
_LONGEST_CLUSTER: Final = 16


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a document with the white space around it; only the first has any before it."""

    before: str
    text: str
    after: str

    @property
    def source(self) -> str:
        """The piece as it stands in the document."""
        return self.wrap(self.text)

    def wrap(self, translated: str) -> str:
        """A translation with the white space of the piece around it."""
        return f"{self.before}{translated}{self.after}"


def split_document(text: str, limit: int) -> list[Piece]:
    """Cut a document at the ends of lines and sentences; joined, the sources are the document.

    A sentence longer than `limit` characters is cut after a clause, or else between words, or else between
    two letters (never within a letter and its signs). White space around a piece does not count towards the
    limit. A document of white space alone has no pieces. Takes time linear in the document.
    """
    body = text.lstrip()
    if not body:
        return []
    parts = [part for sentence in _sentences(body) for part in _bounded(sentence, limit)]
    pieces = [_piece(part) for part in parts]
    pieces[0] = Piece(text[: len(text) - len(body)], pieces[0].text, pieces[0].after)
    return pieces


def _sentences(text: str) -> Iterator[str]:
    start = previous = 0
    for space in _SPACE.finditer(text):
        word = text[previous : space.start()]
        if "\n" in space.group() or _ends_sentence(word, is_first=previous == start):
            yield text[start : space.end()]
            start = space.end()
        previous = space.end()
    if start < len(text):
        yield text[start:]


def _ends_sentence(word: str, is_first: bool) -> bool:
    bare = word.rstrip(_CLOSERS)
    if not bare.endswith(tuple(_STOPS)):
        return False
    plain = bare.lstrip(_OPENERS)
    is_initial = len(plain) == 2 and plain[0].isalpha() and plain[1] == "."
    is_number = is_first and _NUMBER.fullmatch(plain) is not None
    return not (is_initial or is_number or plain.lower() in _ABBREVIATIONS)


def _bounded(sentence: str, limit: int) -> Iterator[str]:
    """Cut one sentence into parts of at most `limit` characters, the white space after each not counted."""
    if len(sentence.rstrip()) <= limit:
        yield sentence
        return
    words: list[str] = []
    for word in _short_words(sentence, limit):
        while words and sum(map(len, words)) + len(word.rstrip()) > limit:
            cut = _after_clause(words)
            yield "".join(words[:cut])
            words = words[cut:]
        words.append(word)
    yield "".join(words)


def _short_words(sentence: str, limit: int) -> Iterator[str]:
    for word in _WORD.findall(sentence):
        start, end = 0, len(word.rstrip())
        while end - start > limit:
            cut = _between_letters(word, start, start + limit)
            yield word[start:cut]
            start = cut
        yield word[start:]


def _after_clause(words: list[str]) -> int:
    """How many words to take: up to the last clause that ends in the second half, or else all."""
    for count in range(len(words), len(words) // 2, -1):
        if words[count - 1].rstrip().endswith(_CLAUSE_ENDS):
            return count
    return len(words)


def _between_letters(word: str, start: int, latest: int) -> int:
    for cut in range(latest, max(latest - _LONGEST_CLUSTER, start), -1):
        if not unicodedata.category(word[cut]).startswith("M") and word[cut - 1] not in _JOINERS:
            return cut
    return latest


def _piece(part: str) -> Piece:
    text = part.rstrip()
    return Piece("", text, part[len(text) :])
