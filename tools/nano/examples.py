"""Pairs as ids, in batches of about equal length, without end. In .venv-torch."""

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset

from tools.nano.lexicon import ENGLISH
from tools.nano.network import PAD
from tools.nano.pairs import TAGS, Pair, network_texts
from tools.nano.vocabularies import Cutter

Direction = Literal["en-indic", "indic-en"]
_END: Final = 2
_AHEAD: Final = 128  # batches that are kept ready
_POOL: Final = 64  # batches that are cut from one sorted heap


@dataclass(frozen=True)
class Batch:
    """Ids [sentences, n] and [sentences, m]; what the decoder reads, and what it is to write."""

    source: Tensor
    read: Tensor
    written: Tensor


@dataclass(frozen=True)
class Side:
    """The cutters of both sides."""

    source: Cutter
    target: Cutter


class _Endless(IterableDataset):  # type: ignore[misc] # the library is in another environment
    def __init__(self, batches: Iterator[Batch]) -> None:
        self._batches = batches

    def __iter__(self) -> Iterator[Batch]:
        return self._batches


def ahead(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The same batches, made by another process while these are learned from: that takes a quarter of the time."""
    return iter(DataLoader(_Endless(batches), batch_size=None, num_workers=1, prefetch_factor=_AHEAD))


class Examples:
    """Makes ids of pairs."""

    def __init__(self, direction: Direction, tag_ids: dict[str, int], side: Side) -> None:
        self._to_indic = direction == "en-indic"
        self._tag_ids, self._side = tag_ids, side

    def ids(self, pair: Pair, chance: random.Random | None = None) -> tuple[list[int], list[int]]:
        """Source with tags and end, and target with end; the source cut as chance has it, or always the same."""
        english, other = _texts(pair, self._to_indic)
        source, target = (english, other) if self._to_indic else (other, english)
        languages = (ENGLISH, pair.language) if self._to_indic else (pair.language, ENGLISH)
        tags = [self._tag_ids[TAGS[language]] for language in languages]
        side = self._side
        return [*tags, *side.source.cut(source, chance), _END], [*side.target.cut(target), _END]

    def batches(self, pairs: Iterator[Pair], tokens: int, chance: random.Random) -> Iterator[Batch]:
        """Without end, as `pairs` is; each of at most so many target tokens, padding among them."""
        while True:
            count = _POOL * tokens // 12
            heap = [self.ids(pair, chance) for pair in itertools.islice(pairs, count)]
            heap.sort(key=lambda one: (len(one[1]), len(one[0])))
            cut = list(_cut(heap, tokens))
            chance.shuffle(cut)
            yield from map(_batch, cut)

    def fixed(self, pairs: Sequence[Pair], tokens: int) -> list[Batch]:
        """These pairs, once and unvaried."""
        heap = sorted((self.ids(pair) for pair in pairs), key=lambda one: len(one[1]))
        return [_batch(one) for one in _cut(heap, tokens)]


@lru_cache(maxsize=200_000)
def _texts(pair: Pair, to_indic: bool) -> tuple[str, str]:
    return network_texts(pair, to_indic=to_indic)


def _cut(
    heap: Sequence[tuple[list[int], list[int]]], tokens: int
) -> Iterator[list[tuple[list[int], list[int]]]]:
    group: list[tuple[list[int], list[int]]] = []
    for one in heap:
        longest = max(len(one[0]), len(one[1]), *(len(ids) for each in group for ids in each), 1)
        if group and longest * (len(group) + 1) > tokens:
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _batch(group: Sequence[tuple[list[int], list[int]]]) -> Batch:
    written = [target for _, target in group]
    return Batch(
        _padded([source for source, _ in group]),
        _padded([[_END, *target[:-1]] for target in written]),
        _padded(written),
    )


def _padded(rows: Sequence[list[int]]) -> Tensor:
    longest = max(map(len, rows))
    return torch.tensor([row + [PAD] * (longest - len(row)) for row in rows])
