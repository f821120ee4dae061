"""When each word and each subtitle phrase of a text is heard, from the marks that an engine sets at word beginnings."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

_WORD = re.compile(r"\S+\s*")
_SENTENCE_END = re.compile(r"[.!?…।॥؟۔][\"'”’»)\]]*$")
_CLAUSE_END = re.compile(r"[,;:،؛–—][\"'”’»)\]]*$")

_SHORTEST = 0.001  # s; two marks nearer than this are one
_SHORTEST_GAP = 0.08  # s; a shorter silence belongs to the sound of a word (the stop of a t or k)

# What a subtitle line costs; see time_phrases.
_LINE, _MID_CLAUSE_BREAK, _CLAUSE_BREAK, _RUN_ON, _STUB = 1.0, 1.0, 0.25, 0.8, 0.7
_STUB_CHARACTERS = 10


@dataclass(frozen=True)
class Mark:
    """What stands at `offset` in the text begins to be heard `seconds` after the start of the audio."""

    offset: int
    seconds: float


@dataclass(frozen=True)
class Timed:
    """A piece of the text and when it is heard, in seconds. `offset` counts code points."""

    text: str
    start: float
    end: float
    offset: int


def split_words(text: str) -> list[tuple[int, int]]:
    """The spans (start, end) of the words; joined they give the text back.

    A word carries its punctuation and the white space behind it. What has no letter or digit (an emoji, a dash) goes
    with the word before it, or with the first word.
    """
    spans: list[tuple[int, int]] = []
    silent = True  # whether the last span has nothing to say yet
    for match in _WORD.finditer(text):
        speakable = any(char.isalnum() for char in match[0])
        if spans and (silent or not speakable):
            spans[-1] = (spans[-1][0], match.end())
            silent = silent and not speakable
        else:
            spans.append((match.start() if spans else 0, match.end()))
            silent = not speakable
    return spans


def time_words(
    text: str, marks: Sequence[Mark], duration: float, sound_end: Callable[[float, float], float]
) -> list[Timed]:
    """Time every word of a text that is `duration` seconds long when spoken.

    Words follow one another without overlap, each longer than nothing. A word without a mark of its own (an engine may
    speak "of the" as one) shares the time of the word before it by length. `sound_end(start, end)` tells where the
    sound between two times ends, so that a pause belongs to no word.
    """
    spans = split_words(text)
    if not spans:
        return []
    starts = _filled(_starts(spans, marks, duration), spans, duration)
    return [
        Timed(text[first:last], start, _word_end(start, end, sound_end), first)
        for (first, last), (start, end) in zip(spans, pairwise([*starts, duration]), strict=True)
    ]


def _starts(spans: Sequence[tuple[int, int]], marks: Sequence[Mark], duration: float) -> list[float | None]:
    """The first mark of each word, as long as time goes forward."""
    offsets = [start for start, _ in spans]
    starts: list[float | None] = [None] * len(spans)
    word, last = -1, -_SHORTEST
    for mark in marks:
        index = bisect_right(offsets, mark.offset) - 1
        if index > word and last + _SHORTEST <= mark.seconds <= duration - _SHORTEST:
            starts[index] = last = mark.seconds
            word = index
    return starts


def _filled(starts: list[float | None], spans: Sequence[tuple[int, int]], duration: float) -> list[float]:
    """Every start, the unknown ones shared out by the length of the words between two known ones."""
    known = [(index, start) for index, start in enumerate(starts) if start is not None]
    known = [(0, known[0][1]), *known[1:]] if known else [(0, 0.0)]
    filled = []
    for (index, start), (following, end) in pairwise([*known, (len(spans), duration)]):
        base = spans[index][0]
        whole = spans[following - 1][1] - base
        filled += [start + (end - start) * (spans[i][0] - base) / whole for i in range(index, following)]
    return filled


def _word_end(start: float, end: float, sound_end: Callable[[float, float], float]) -> float:
    heard = sound_end(start, end)
    return heard if start + _SHORTEST < heard < end - _SHORTEST_GAP else end


def time_phrases(words: Sequence[Timed], longest: int) -> list[Timed]:
    """Group words into phrases of at most `longest` characters, for subtitles.

    The cheapest grouping wins: few lines, broken at the end of sentences, else of clauses, no sentence's end within a
    line, no stub of a line. A word that is longer than a line is cut.
    """
    pieces = [piece for word in words for piece in _pieces(word, longest)]
    breaks = [_break_cost(piece.text.rstrip()) for piece in pieces]
    # For the first n pieces: the cost, and where their last line begins.
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(pieces) + 1):
        costs = _line_costs(pieces, breaks, end, longest)
        best.append(min((best[start][0] + cost, start) for start, cost in costs))
    lines = []
    end = len(pieces)
    while end > 0:
        start = best[end][1]
        lines.append(_joined(pieces[start:end]))
        end = start
    return [line for line in reversed(lines) if line.text]


def _line_costs(
    pieces: Sequence[Timed], breaks: Sequence[float], end: int, longest: int
) -> Iterator[tuple[int, float]]:
    """(start, cost) of each line that ends before piece `end` and is not too long."""
    cost = _LINE + (breaks[end - 1] if end < len(pieces) else 0.0)
    length = len(pieces[end - 1].text.rstrip())
    for start in range(end - 1, -1, -1):
        if start < end - 1:
            length += len(pieces[start].text)
            if length > longest:
                return
            cost += _RUN_ON if breaks[start] == 0 else 0.0
        yield start, cost + (_STUB if length < _STUB_CHARACTERS else 0.0)


def _break_cost(text: str) -> float:
    if _SENTENCE_END.search(text):
        return 0.0
    return _CLAUSE_BREAK if _CLAUSE_END.search(text) else _MID_CLAUSE_BREAK


def _pieces(word: Timed, longest: int) -> list[Timed]:
    """The word itself, or its parts where it alone would not fit a line."""
    if len(word.text.strip()) <= longest:
        return [word]
    cuts = _cuts(word.text, longest)
    share = (word.end - word.start) / len(word.text)
    times = [*(word.start + share * cut for cut in cuts[:-1]), word.end]
    return [
        Timed(word.text[first:last], start, end, word.offset + first)
        for (first, last), (start, end) in zip(pairwise(cuts), pairwise(times), strict=True)
    ]


def _cuts(text: str, longest: int) -> list[int]:
    """Where to cut a long word: not before a vowel sign or an accent, where that can be helped."""
    cuts = [0]
    while len(text) - cuts[-1] > longest:
        latest = cuts[-1] + longest
        inside = range(latest, cuts[-1] + longest // 2, -1)
        cuts.append(next((cut for cut in inside if unicodedata.category(text[cut])[0] != "M"), latest))
    return [*cuts, len(text)]


def _joined(pieces: Sequence[Timed]) -> Timed:
    text = "".join(piece.text for piece in pieces)
    lead = len(text) - len(text.lstrip())
    return Timed(text.strip(), pieces[0].start, pieces[-1].end, pieces[0].offset + lead)
