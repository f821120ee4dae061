"""How far an answer can be trusted: what speaks against it, and a confidence.

A small network answers everything, also what it knows nothing of. It comes with numbers that were found on sentences
which it had not learned from (`trust` in its sutradhar.json); others have none, and are doubted for what one can see.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

UNKNOWN_WORDS: Final = "UNKNOWN_WORDS"
LOW_SCORE: Final = "LOW_SCORE"
LENGTH_RATIO: Final = "LENGTH_RATIO"
REPETITION: Final = "REPETITION"
OTHER_SCRIPT: Final = "OTHER_SCRIPT"
NUMBERS: Final = "NUMBERS"

_DOUBTED: Final = 0.4  # the most that an answer gets that anybody can see is wrong
_LONG_ENOUGH: Final = 12  # characters, for a length to tell anything
_USUAL_RATIO: Final = (0.25, 4.0)
_SHARPNESS: Final = 4.0
_NUMBER: Final = re.compile(r"\d{1,4300}")  # Python reads no longer ones
_LONGEST_UNIT, _TIMES = 8, 3


@dataclass(frozen=True, slots=True)
class Trust:
    """What a network is good for: a name for it (`demo`; empty for none), and where doubt begins."""

    quality: str = ""
    # Log-probability of a piece on the average, by the tag of the language that is not English.
    least_scores: Mapping[str, float] = field(default_factory=dict)
    most_unknown: float = 1.0  # share of the words
    length_ratio: tuple[float, float] = _USUAL_RATIO  # characters of the answer by those of the source

    @classmethod
    def of(cls, card: Mapping[str, Any]) -> "Trust":
        """A card's. Raises KeyError, ValueError, TypeError."""
        trust = card.get("trust")
        if trust is None:
            return cls()
        low, high = trust["length_ratio"]
        return cls(
            str(trust["quality"]),
            {tag: float(score) for tag, score in trust["least_scores"].items()},
            float(trust["most_unknown"]),
            (float(low), float(high)),
        )


@dataclass(slots=True)
class Record:
    """What is noted of a text while it is translated by one network."""

    trust: Trust
    tag: str = ""  # of the language that is not English
    source: str = ""
    answer: str = ""
    log_probability: float = 0.0
    tokens: int = 0
    words: int = 0
    unknown: int = 0
    has_loop: bool = False
    has_other_script: bool = False

    @property
    def score(self) -> float:
        """The log-probability divided by the number of tokens."""
        return self.log_probability / max(1, self.tokens)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A confidence of 0 to 1, and why it is low: below 0.5 where a network's numbers say so."""

    confidence: float = 1.0
    doubts: tuple[str, ...] = ()


NO_VERDICT: Final = Verdict()


def judge(records: Sequence[Record]) -> Verdict:
    """The verdict on a text that went through these networks, one after the other."""
    verdicts = [_judge_one(record) for record in records]
    doubts = dict.fromkeys(doubt for verdict in verdicts for doubt in verdict.doubts)
    return Verdict(min((verdict.confidence for verdict in verdicts), default=1.0), tuple(doubts))


def _judge_one(record: Record) -> Verdict:
    trust, doubts = record.trust, []
    confidence = math.exp(record.score) if record.tokens else 1.0
    if trust.quality and record.tokens:
        by_score = _logistic(record.score - trust.least_scores.get(record.tag, -math.inf))
        share = record.unknown / max(1, record.words)
        by_words = _logistic(2 * (trust.most_unknown - share)) if record.unknown else 1.0
        doubts += [LOW_SCORE] * (by_score < 0.5) + [UNKNOWN_WORDS] * (by_words < 0.5)
        doubts += [NUMBERS] * (_numbers(record.source) != _numbers(record.answer))
        confidence = min(by_score, by_words)
    low, high = trust.length_ratio
    if len(record.source) >= _LONG_ENOUGH and not low <= len(record.answer) / len(record.source) <= high:
        doubts.append(LENGTH_RATIO)
    doubts += [REPETITION] * record.has_loop + [OTHER_SCRIPT] * record.has_other_script
    if doubts:
        confidence = min(confidence, _DOUBTED)
    return Verdict(confidence, tuple(doubts))


def _numbers(text: str) -> list[int]:
    """The numbers in a text, in any script's digits; a translation has the same ones."""
    return sorted(map(int, _NUMBER.findall(text)))


def _logistic(x: float) -> float:
    # In this order what is no number becomes the least, and not the most.
    return 1 / (1 + math.exp(-min(50.0, max(-50.0, _SHARPNESS * x))))


def without_loops(text: str, source: str) -> tuple[str, bool]:
    """The text in which runs of words stand once that stood three times in a row or more, and whether there were any.

    Of each run the last one stays, for a mark at its end may be the sentence's. What the source itself repeats may be
    repeated as often.
    """
    if _first_loop([_bare(word).lower() for word in source.split()]):
        return text, False
    words, found = text.split(" "), False
    while loop := _first_loop([_bare(word) for word in words]):
        start, unit, times = loop
        words[start : start + unit * (times - 1)] = []
        found = True
    return " ".join(words), found


def _first_loop(words: Sequence[str]) -> tuple[int, int, int] | None:
    for unit in range(1, _LONGEST_UNIT + 1):
        for start in range(len(words) - unit * _TIMES + 1):
            run = words[start : start + unit]
            times = 1
            while list(words[start + unit * times : start + unit * (times + 1)]) == list(run):
                times += 1
            if times >= _TIMES:
                return start, unit, times
    return None


def _bare(word: str) -> str:
    return word.strip(".,!?;:।॥۔؟،؛\"'")
