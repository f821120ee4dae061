"""A side's pieces: a SentencePiece model, and the dictionary that a checkpoint has of it. In .venv-torch."""

import io
import itertools
import json
import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sentencepiece

from tools.indictrans2.vocabulary import SPECIAL

_WAYS: Final = 32  # to cut a word
_SPACE: Final = "▁"
_CONTROL = ("<unk>", "<s>", "</s>")
# A placeholder is one piece, so that it is copied in one step.
_PLACEHOLDERS = [f"▁<▁ID{number}▁>" for number in range(1, 17)]


@dataclass(frozen=True)
class Vocabulary:
    """Pieces by id, as `dict.SRC.json` has them, and the model that cuts texts into them."""

    ids: dict[str, int]
    model: bytes

    def __len__(self) -> int:
        return len(self.ids)

    def write(self, folder: Path, side: str) -> None:
        """model.SRC and dict.SRC.json, or those of TGT."""
        (folder / f"model.{side}").write_bytes(self.model)
        (folder / f"dict.{side}.json").write_text(json.dumps(self.ids, ensure_ascii=False), "utf-8")


class Cutter:
    """Cuts texts into ids; with `alpha` each time a little differently, the smaller it is the more.

    Kudo, "Subword regularization" (2018). The library's own sampling cannot be seeded. No piece goes beyond a word, so
    that each word is drawn for itself, from the best ways to cut it.
    """

    def __init__(self, vocabulary: Vocabulary, alpha: float = 0.0) -> None:
        self._alpha = alpha
        self._model = sentencepiece.SentencePieceProcessor(model_proto=vocabulary.model)
        self._ids = vocabulary.ids
        self._unknown = vocabulary.ids["<unk>"]
        self._scores = {
            self._model.id_to_piece(number): self._model.get_score(number)
            for number in range(len(self._model))
        }
        self._ways: dict[str, _Ways] = {}

    def cut(self, text: str, chance: random.Random | None = None) -> list[int]:
        """The ids of a text's pieces: the likeliest, or as chance has it."""
        if chance and self._alpha:
            return [number for word in self._words(text) for number in self._way(word, chance)]
        return self._numbers(self._model.encode(text, out_type=str))

    def _words(self, text: str) -> list[str]:
        """A text's words with their marks of a space; a placeholder, and each piece glued to it, for itself."""
        words: list[str] = []
        for piece in self._model.encode(text, out_type=str):
            is_within = words and words[-1].startswith(_SPACE) and words[-1] not in _PLACEHOLDERS
            if is_within and not piece.startswith(_SPACE):
                words[-1] += piece
            else:
                words.append(piece)
        return words

    def _way(self, word: str, chance: random.Random) -> Sequence[int]:
        ways = self._ways.get(word)
        if ways is None:
            ways = self._ways[word] = self._found(word)
        return chance.choices(ways.ids, cum_weights=ways.weights)[0]

    def _found(self, word: str) -> "_Ways":
        if not word.startswith(_SPACE) or word in _PLACEHOLDERS:
            return _Ways([[self._ids.get(word, self._unknown)]], [1.0])
        found = self._model.nbest_encode(word[1:], nbest_size=_WAYS, out_type=str)
        scores = [sum(self._scores.get(piece, 0.0) for piece in way) for way in found]
        weights = itertools.accumulate(math.exp(self._alpha * (score - max(scores))) for score in scores)
        return _Ways([self._numbers(way) for way in found], list(weights))

    def _numbers(self, pieces: Iterable[str]) -> list[int]:
        return [self._ids.get(piece, self._unknown) for piece in pieces]


@dataclass(frozen=True)
class _Ways:
    """The ways to cut a word, and their weights, each with those before it."""

    ids: list[list[int]]
    weights: list[float]


def learn(texts: Iterable[str], pieces: int, tags: Sequence[str]) -> Vocabulary:
    """A vocabulary of some `pieces` and these tags, always the same for the same texts."""
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_writer=written,
        vocab_size=pieces,
        model_type="unigram",
        character_coverage=1.0,
        normalization_rule_name="identity",
        split_digits=True,
        user_defined_symbols=_PLACEHOLDERS,
        hard_vocab_limit=False,
        num_threads=1,
        minloglevel=2,
    )
    model = sentencepiece.SentencePieceProcessor(model_proto=written.getvalue())
    found = [model.id_to_piece(number) for number in range(len(model))]
    known = [*SPECIAL, *tags, *(piece for piece in found if piece not in _CONTROL)]
    return Vocabulary({piece: number for number, piece in enumerate(known)}, written.getvalue())
