"""Cutting sentences that are too long for a model: after a clause, or between words, or else between letters."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Final

from indictext.scripts import JOINERS
from indictext.sentences import Piece

Length = Callable[[str], int]
Span = tuple[int, int]

_WORD: Final = re.compile(r"\S+")
_CLAUSE_ENDS: Final = frozenset(",;:،؛—–")
_VIRAMA_CLASS: Final = 9


def fit(pieces: Iterable[Piece], limit: int, length: Length) -> Iterator[Piece]:
    """Cut every piece that is longer than `limit` by `length` (tokens, say); joined, the sources stay the same.

    A part is longer than the limit only where one letter with its signs is. `length` is asked once for a piece that
    fits, else some ten times for each part, about texts of at most twice the part's words.

    Raises ValueError if `limit` is less than 1.
    """
    if limit < 1:
        raise ValueError("limit must be at least 1")
    for piece in pieces:
        if not piece.text.strip() or length(piece.text) <= limit:
            yield piece
        else:
            yield from _parts(piece, limit, length)


def _parts(piece: Piece, limit: int, length: Length) -> Iterator[Piece]:
    text, spans = piece.text, list(_spans(piece.text, limit, length))
    before = piece.before + text[: spans[0][0]]
    for (start, end), (following, _) in pairwise(spans):
        yield Piece(before, text[start:end], text[end:following])
        before = ""
    start, end = spans[-1]
    yield Piece(before, text[start:end], text[end:] + piece.after)


def _spans(text: str, limit: int, length: Length) -> Iterator[Span]:
    """Where the parts of a text lie, without the white space between them."""
    units = [match.span() for match in _WORD.finditer(text)]
    first = 0
    while first < len(units):
        count = _most_that_fit(text, units, first, limit, length)
        letters = [] if count else _letters(text, units[first])
        if len(letters) > 1:
            units[first : first + 1] = letters
            continue
        last = first + max(count, 1)
        if last < len(units):
            last = _after_clause(text, units, first, last)
        yield units[first][0], units[last - 1][1]
        first = last


def _most_that_fit(text: str, units: list[Span], first: int, limit: int, length: Length) -> int:
    """How many units from the first on make a part within the limit: by doubling, then by halving."""

    def fits(count: int) -> bool:
        return length(text[units[first][0] : units[first + count - 1][1]]) <= limit

    most, available = 0, len(units) - first
    tried = 1
    while tried <= available and fits(tried):
        most, tried = tried, tried * 2
    too_many = min(tried, available + 1)
    while too_many - most > 1:
        middle = (most + too_many) // 2
        most, too_many = (middle, too_many) if fits(middle) else (most, middle)
    return most


def _after_clause(text: str, units: list[Span], first: int, last: int) -> int:
    """The end of the last clause that ends in the second half of these units, or else their end."""
    for place in range(last, first + (last - first) // 2, -1):
        if text[units[place - 1][1] - 1] in _CLAUSE_ENDS:
            return place
    return last


def _letters(text: str, word: Span) -> list[Span]:
    """The letters of a word, each with its signs and what a virama ties to it."""
    start, end = word
    cuts = [place for place in range(start + 1, end) if _may_cut(text[place - 1], text[place])]
    return list(zip([start, *cuts], [*cuts, end], strict=True))


def _may_cut(before: str, after: str) -> bool:
    is_sign = unicodedata.category(after).startswith("M") or after in JOINERS
    return not (is_sign or before in JOINERS or unicodedata.combining(before) == _VIRAMA_CLASS)
