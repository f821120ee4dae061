"""A side's pieces: a SentencePiece model, and the dictionary that a checkpoint has of it. In .venv-torch."""

import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sentencepiece

from tools.indictrans2.vocabulary import SPECIAL

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
    """Cuts texts into ids; with `alpha` each time a little differently (Kudo, "Subword regularization", 2018)."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._model = sentencepiece.SentencePieceProcessor(model_proto=vocabulary.model)
        self._ids = vocabulary.ids
        self._unknown = vocabulary.ids["<unk>"]

    def cut(self, text: str, alpha: float | None) -> list[int]:
        """The ids of a text's pieces."""
        how: dict[str, Any] = {"enable_sampling": True, "alpha": alpha, "nbest_size": -1} if alpha else {}
        return [
            self._ids.get(piece, self._unknown) for piece in self._model.encode(text, out_type=str, **how)
        ]


def seed_sampling(seed: int) -> None:
    """Have texts cut the same way each time. Only before the library draws for the first time, while it learns."""
    sentencepiece.set_random_generator_seed(seed)


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
