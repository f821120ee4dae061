"""Examples with other numbers: the corpus has few, and a network that has seen few makes others of them."""

import dataclasses
import random
import re
from collections.abc import Iterator
from typing import Final

from tools.nano.pairs import Pair

# No part of a time, a date, an amount, a decimal or an English word (14th, mp3), of which others would be none.
_PLAIN: Final = re.compile(r"(?<![A-Za-z\d:/.,+-])\d+(?![A-Za-z\d:/-]|[.,]\d)")
_CLOCK: Final = re.compile(r"\d (?:o'clock|am|pm)\b")
_KEPT: Final = frozenset(("0", "1"))  # what follows one is no plural
_RANGES: Final = ((2, 9), (2, 9), (10, 99), (100, 9999))


def renumbered(pairs: Iterator[Pair], share: float, chance: random.Random) -> Iterator[Pair]:
    """The pairs, a share of those with numbers having others, the same on both sides."""
    for pair in pairs:
        yield _with_others(pair, chance) if chance.random() < share else pair


def _with_others(pair: Pair, chance: random.Random) -> Pair:
    ours, theirs = _PLAIN.findall(pair.english), _PLAIN.findall(pair.text)
    if _CLOCK.search(pair.english) or sorted(ours) != sorted(theirs) or len(set(ours)) < len(ours):
        return pair
    others = {number: number if number in _KEPT else _drawn(chance) for number in ours}
    return dataclasses.replace(
        pair, english=_replaced(pair.english, others), text=_replaced(pair.text, others)
    )


def _replaced(text: str, others: dict[str, str]) -> str:
    return _PLAIN.sub(lambda found: others[found[0]], text)


def _drawn(chance: random.Random) -> str:
    return str(chance.randint(*chance.choice(_RANGES)))
