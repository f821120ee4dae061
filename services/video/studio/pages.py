"""Turns cues into pages: at most two lines on the screen together, and when each word is spoken."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from services.video.studio.fonts import Font
from services.video.studio.spec import Cue
from services.video.studio.text import Run, clusters, split_words, to_runs

LINES = 2
# A page also ends where the speaker pauses this long, or ends a sentence.
PAUSE = 0.7
# The last word stays this long when nothing follows it.
LINGER = 0.6
_SPACE_EMS = 0.27
_SENTENCE_ENDS = (".", "!", "?", "…", "।", "॥", "۔", "؟")
# A joined script cannot be cut within a word.
_SMALLEST_STEP = 0.04


@dataclass(frozen=True, slots=True)
class Word:
    """A word on the screen: when it is spoken, which cue it is of, its runs and whether the sentence ends.

    `whole` says that its cue is this word and nothing else.
    """

    start: float
    end: float
    cue: int
    runs: tuple[Run, ...]
    last: bool
    whole: bool = False

    @property
    def width(self) -> float:
        """Ems across."""
        return sum(run.width for run in self.runs)


@dataclass(frozen=True, slots=True)
class Page:
    """Lines of words, shown from `start` to `end` (seconds of the narration)."""

    start: float
    end: float
    lines: tuple[tuple[Word, ...], ...]

    @property
    def width(self) -> float:
        """Ems across the longest line."""
        return max(line_width(line) for line in self.lines)

    def moments(self) -> Iterator[tuple[float, float, int | None]]:
        """Spans of time and the cue spoken in each; None where the page is all of one cue that is no single word."""
        cues = list(dict.fromkeys(word.cue for line in self.lines for word in line))
        if len(cues) < 2:
            yield self.start, self.end, cues[0] if self.lines[0][0].whole else None
            return
        firsts = {word.cue: word.start for line in reversed(self.lines) for word in reversed(line)}
        times = [self.start, *(max(self.start, firsts[cue]) for cue in cues[1:]), self.end]
        for cue, start, end in zip(cues, times[:-1], times[1:], strict=True):
            if end - start >= 0.01:
                yield start, end, cue


def line_width(line: Sequence[Word]) -> float:
    """Ems across, spaces included."""
    return sum(word.width for word in line) + _SPACE_EMS * (len(line) - 1)


def lay_out(cues: Iterable[Cue], fonts: Sequence[Font], ems: float, duration: float) -> tuple[Page, ...]:
    """Pages whose lines are at most `ems` wide, in order, never two at a time, none after `duration`."""
    pages: list[list[list[Word]]] = []
    words = [part for word in _words(_in_order(cues, duration), fonts) for part in _cut(word, ems)]
    for word in words:
        page = pages[-1] if pages else None
        if page is None or _ends(page[-1][-1], word):
            pages.append([[word]])
        elif line_width([*page[-1], word]) <= ems:
            page[-1].append(word)
        elif len(page) < LINES:
            page.append([word])
        else:
            pages.append([[word]])
    return tuple(_timed(pages, duration))


def _in_order(cues: Iterable[Cue], duration: float) -> list[Cue]:
    """Cues with sane times: sorted, inside the narration, each ending where the next starts at the latest."""
    usable = [
        cue for cue in cues if math.isfinite(cue.start) and math.isfinite(cue.end) and cue.start < duration
    ]
    usable.sort(key=lambda cue: cue.start)
    ends = [*(max(0.0, cue.start) for cue in usable[1:]), duration]
    return [
        Cue(max(0.0, cue.start), min(max(cue.end, cue.start, 0.0), limit), cue.text)
        for cue, limit in zip(usable, ends, strict=False)
    ]


def _words(cues: Iterable[Cue], fonts: Sequence[Font]) -> Iterator[Word]:
    """The words of every cue; a phrase's time is shared out by the length of its words."""
    for number, cue in enumerate(cues):
        texts = split_words(cue.text)
        total, passed = sum(map(len, texts)), 0
        for text in texts:
            start, passed = passed, passed + len(text)
            runs = to_runs(text, fonts)
            if runs:
                span = cue.end - cue.start
                yield Word(
                    cue.start + span * start / total, cue.start + span * passed / total,
                    number, runs, text.rstrip("\"'”’)»").endswith(_SENTENCE_ENDS), len(texts) == 1,
                )  # fmt: skip


def _cut(word: Word, ems: float) -> list[Word]:
    """A word that is wider than a line becomes several, between letters."""
    if word.width <= ems:
        return [word]
    parts: list[list[Run]] = [[]]
    for run in word.runs:
        for piece in clusters(run.text):
            whole = Run(run.font, piece)
            if parts[-1] and sum(each.width for each in parts[-1]) + whole.width > ems:
                parts.append([])
            parts[-1].append(whole)
    step = (word.end - word.start) / len(parts)
    return [
        Word(word.start + step * number, word.start + step * (number + 1), word.cue, _joined(part), word.last)
        for number, part in enumerate(parts)
    ]


def _joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    joined: list[Run] = []
    for run in runs:
        if joined and joined[-1].font is run.font:
            joined[-1] = Run(run.font, joined[-1].text + run.text)
        else:
            joined.append(run)
    return tuple(joined)


def _ends(last: Word, following: Word) -> bool:
    """Whether the next word belongs on a new page."""
    return following.start - last.end >= PAUSE or (last.last and following.cue != last.cue)


def _timed(pages: list[list[list[Word]]], duration: float) -> Iterator[Page]:
    starts = [page[0][0].start for page in pages] + [math.inf]
    for page, start, following in zip(pages, starts, starts[1:], strict=False):
        end = min(following, page[-1][-1].end + LINGER, duration)
        if end - start >= _SMALLEST_STEP:
            yield Page(start, end, tuple(tuple(line) for line in _balanced(page)))


def _balanced(page: list[list[Word]]) -> list[list[Word]]:
    """Two lines of about the same width read better than a full one and a stray word."""
    words = [word for line in page for word in line]
    if len(page) < LINES or len(words) < LINES:
        return page
    cuts = range(1, len(words))
    best = min(cuts, key=lambda cut: max(line_width(words[:cut]), line_width(words[cut:])))
    return [words[:best], words[best:]]
