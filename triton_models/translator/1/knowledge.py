"""The words that a small network has seen: `words.SRC.gz` in its folder, one a line, as `indictext.unified` writes."""

import bisect
import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

FILE: Final = "words.SRC.gz"
_LEAST, _SHARE = 3, 0.6  # of a word of another script than Latin: letters in common with one that is known
_DOUBLED: Final = "bdglmnprt"


class Knowledge:
    """Says which words are known: those of the list, and forms of them."""

    def __init__(self, words: Sequence[str]) -> None:
        """`words` in any order."""
        self._words = frozenset(words)
        self._sorted = sorted(word for word in words if not word.isascii())

    @classmethod
    def read(cls, folder: Path) -> "Knowledge | None":
        """A network's; None for one that does not say. Raises OSError."""
        path = folder / FILE
        if not path.exists():
            return None
        return cls(gzip.decompress(path.read_bytes()).decode().splitlines())

    def knows(self, word: str) -> bool:
        """Whether a network may be given this word."""
        if word in self._words:
            return True
        if word.isascii():
            return any(form in self._words for form in _stems(word))
        return self._has_stem(word)

    def _has_stem(self, word: str) -> bool:
        """Whether it begins as a known word does: languages with many endings make ever new forms."""
        needed = max(_LEAST, round(len(word) * _SHARE))
        place = bisect.bisect_left(self._sorted, word)
        return any(
            other[:needed] == word[:needed] and len(word) >= _LEAST
            for other in self._sorted[max(0, place - 1) : place + 1]
        )


def _stems(word: str) -> Iterator[str]:
    """What an English word may be a form of."""
    for ending, others in (
        ("ies", ("y",)), ("ied", ("y",)), ("ier", ("y",)), ("iest", ("y",)), ("ily", ("y",)), ("es", ("", "e")),
        ("s", ("",)), ("ed", ("", "e")), ("ing", ("", "e")), ("er", ("", "e")), ("est", ("", "e")), ("ly", ("",)),
        ("", ("s", "es", "ed", "d", "ing")),
    ):  # fmt: skip
        if not word.endswith(ending) or len(word) < len(ending) + _LEAST:
            continue
        stem = word.removesuffix(ending)
        for other in others:
            yield stem + other
        if ending in ("ed", "ing", "er", "est") and stem[-1] == stem[-2] and stem[-1] in _DOUBLED:
            yield stem[:-1]
