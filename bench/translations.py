"""Whether a translation is right: what the network gives for the sentence alone, or nearly."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

_NEARLY = 0.5
"""An answer for one sentence and that for any other are below this."""


@dataclass
class Answers:
    """What each text's translation is; counts the answers that differ from it a little.

    In a batch sums are added up in another order, so that between two pieces that are equally good the other may win.
    """

    expected: Mapping[str, str]
    seen: int = 0
    differing: int = 0

    def check(self, text: str, answer: str) -> None:
        """Ends the measurement when it is another sentence's, or none."""
        self.seen += 1
        if answer == self.expected[text]:
            return
        if similarity(answer, self.expected[text]) < _NEARLY:
            raise SystemExit(f"{text!r} became {answer!r}, must be {self.expected[text]!r}.")
        self.differing += 1

    def take(self) -> dict[str, object]:
        """How many were looked at since the last time, and how many of them differed a little; nothing for none."""
        said: dict[str, object] = {"checked": self.seen, "differing": self.differing} if self.seen else {}
        self.seen = self.differing = 0
        return said


def similarity(one: str, other: str) -> float:
    """1 for equal texts, 0 for those that have nothing in common."""
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def agreement(one: list[str], other: list[str]) -> float:
    """Which share of the longer sequence's pieces both have in the same order."""
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    return same / max(len(one), len(other), 1)
