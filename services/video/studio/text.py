"""Makes words drawable: runs of characters that one font covers, nothing that would show as a box."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from services.video.studio.fonts import Font

_JOINERS = "\u200c\u200d"
# Characters that order text from right to left or left to right; libass works the order out by itself.
_INVISIBLE = frozenset("\u00ad\u061c\u200b\u200e\u200f\u2060\ufeff") | {
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xFE00, 0xFE10))
}


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one font."""

    font: Font
    text: str

    @property
    def width(self) -> float:
        """Ems across."""
        return self.font.width(self.text)


def split_words(text: str) -> list[str]:
    """The words of a text, composed (NFC), with every kind of space and line break taken as one space."""
    shown = "".join(
        character for character in unicodedata.normalize("NFC", text) if character not in _INVISIBLE
    )
    return "".join(
        " " if unicodedata.category(each) in ("Cc", "Zl", "Zp") else each for each in shown
    ).split()


def to_runs(word: str, fonts: Sequence[Font]) -> tuple[Run, ...]:
    """The word in runs, each in the first font that covers it; a character no font has is left out.

    A mark stays in the font of the letter before it, or goes with that letter; a joiner too.
    """
    runs: list[tuple[Font, str]] = []
    dropped = False
    for character in word:
        font = _choose(character, fonts, runs[-1][0] if runs and not dropped else None)
        dropped = font is None
        if font is None:
            continue
        if runs and runs[-1][0] is font:
            runs[-1] = font, runs[-1][1] + character
        else:
            runs.append((font, character))
    return tuple(Run(font, text) for font, text in runs)


def _choose(character: str, fonts: Sequence[Font], last: Font | None) -> Font | None:
    if character in _JOINERS or unicodedata.category(character) in ("Mn", "Mc", "Me"):
        return last if last is not None and last.covers(character) else None
    if unicodedata.category(character) in ("Po", "Pd", "Ps", "Pe", "Nd") and last and last.covers(character):
        return last
    return next((font for font in fonts if font.covers(character)), None)


def clusters(text: str) -> list[str]:
    """Pieces a long word may be cut into: a letter with its marks, and what a virama or joiner binds."""
    pieces: list[str] = []
    for character in text:
        bound = unicodedata.category(character) in ("Mn", "Mc", "Me") or character in _JOINERS
        after = pieces and (pieces[-1][-1] in _JOINERS or unicodedata.combining(pieces[-1][-1]) == 9)
        if pieces and (bound or after):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces
