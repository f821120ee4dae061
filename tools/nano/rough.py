"""Sentences as people type them on a phone: without a full stop, without capital letters."""

import dataclasses
import random
from collections.abc import Iterator
from typing import Final

from tools.nano.pairs import Pair

_STOPS: Final = ".।۔"
_BARE, _SMALL = 0.15, 0.08  # shares: without a full stop, and in small letters


def roughened(pairs: Iterator[Pair], chance: random.Random, *, to_indic: bool) -> Iterator[Pair]:
    """The pairs, some of them so. Small letters are read only: what is written stays as it should be."""
    for pair in pairs:
        drawn = chance.random()
        if drawn < _BARE:
            yield without_stop(pair)
        elif drawn < _BARE + _SMALL and to_indic:
            yield dataclasses.replace(pair, english=pair.english.lower())
        else:
            yield pair


def without_stop(pair: Pair) -> Pair:
    """Both sides without the full stop, if both have one."""
    if pair.english[-1:] not in _STOPS or pair.text[-1:] not in _STOPS:
        return pair
    return dataclasses.replace(pair, english=pair.english[:-1], text=pair.text[:-1])
