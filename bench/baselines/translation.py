"""What the programs around CTranslate2 share: the translator's own text pipeline, so that only serving differs."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import sentencepiece

# It lies beside the model that serves it.
sys.path.insert(0, str(Path(__file__).parents[2] / "triton_models" / "translator" / "1"))
from indictext import Prepared, finish, prepare

LONGEST = 256  # pieces of an answer at most


class Pieces:
    """From a text to what the network reads, and back."""

    def __init__(self, folder: Path) -> None:
        self._source = sentencepiece.SentencePieceProcessor(model_file=str(folder / "model.SRC"))
        self._target = sentencepiece.SentencePieceProcessor(model_file=str(folder / "model.TGT"))

    def read(self, text: str, source: str, target: str) -> tuple[list[str], Prepared]:
        """The pieces with both tags in front, and what `write` needs."""
        prepared = prepare(text, source, target)
        return [source, target, *self._source.encode(prepared.body, out_type=str)], prepared

    def write(self, pieces: Sequence[str], prepared: Prepared) -> str:
        """The text of an answer."""
        return str(finish(self._target.decode(list(pieces)), prepared))


@dataclass(frozen=True)
class Settings:
    """How CTranslate2 works: translators side by side, threads of each, and how many pieces it takes at once."""

    inter: int
    intra: int
    pieces: int
    beam: int


class Network:
    """CTranslate2 with a model's folder; its weights are used as they lie there."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._translator = ctranslate2.Translator(
            str(folder), inter_threads=settings.inter, intra_threads=settings.intra
        )
        self._settings = settings

    def translate(self, sources: list[list[str]]) -> list[list[str]]:
        """The best answer to each."""
        results = self._translator.translate_batch(
            sources,
            beam_size=self._settings.beam,
            max_batch_size=self._settings.pieces,
            batch_type="tokens",
            max_decoding_length=LONGEST,
        )
        return [result.hypotheses[0] for result in results]
