"""One installed model: pieces of text to tokens, tokens to tokens, and tokens to text.

A folder of weights is what tools/indictrans2 makes: CTranslate2's files, model.SRC and model.TGT of SentencePiece,
and sutradhar.json, which says what it translates.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import ctranslate2
import sentencepiece
from repetition import is_loop
from routes import Covers
from waiting import Tokens

_SPECIAL: Final = frozenset(("<s>", "</s>", "<unk>", "<pad>"))
_SPACE: Final = "▁"
_UNREPEATED: Final = 4  # pieces in a row that a mended answer has at most once
_ANY_LENGTH: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Options:
    """How a group is decoded. An answer has at most `max_length` pieces."""

    beam_size: int
    max_length: int
    is_mending: bool = False  # no run of pieces twice


@dataclass(frozen=True, slots=True)
class Output:
    """What a network wrote. The score is the log-probability divided by the number of pieces."""

    tokens: Tokens
    score: float
    is_loop: bool


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long an answer may be, and has to be, by the pieces of its source."""

    least_ratio: float
    most_ratio: float
    more: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where networks run, and in how many threads."""

    device: str  # cpu, cuda
    index: int
    compute_type: str
    at_once: int
    threads: int


class NotFiniteError(Exception):
    """The network's scores are no numbers."""


class Network:
    """A network in memory. `translate` may be called from several threads at once."""

    def __init__(self, folder: Path, place: Place, lengths: Lengths) -> None:
        """Load it. Raises OSError, KeyError, ValueError, or RuntimeError of CTranslate2."""
        card = json.loads((folder / "sutradhar.json").read_bytes())
        self.covers = Covers(frozenset(card["source_tags"]), frozenset(card["target_tags"]))
        self.longest_source = _positions(card, "max_source_positions")
        self._longest_target = _positions(card, "max_target_positions")
        self._lengths = lengths
        self._source, self._target = (_pieces(folder / f"model.{side}") for side in ("SRC", "TGT"))
        self._translator = ctranslate2.Translator(
            str(folder),
            device=place.device,
            device_index=place.index,
            compute_type=place.compute_type,
            inter_threads=place.at_once,
            intra_threads=place.threads,
        )

    def tokens(self, source: str, target: str, body: str) -> Tokens:
        """What the network reads: two tags, and the pieces of a prepared text."""
        return (source, target, *self._source.encode(body, out_type=str))

    def text(self, tokens: Tokens) -> str:
        """The text of what the network wrote."""
        return "".join(token for token in tokens if token not in _SPECIAL).replace(_SPACE, " ").strip()

    def translate(self, sources: Sequence[Tokens], options: Options) -> list[Output]:
        """Each source's answer, in order. Raises RuntimeError, ValueError, NotFiniteError."""
        sizes = [len(source) for source in sources]
        most = self._most(max(sizes), options)
        results = self._translator.translate_batch(
            [list(source) for source in sources],
            beam_size=options.beam_size,
            max_decoding_length=most,
            min_decoding_length=min(most, max(1, int(min(sizes) * self._lengths.least_ratio))),
            max_input_length=0,
            no_repeat_ngram_size=_UNREPEATED if options.is_mending else 0,
            disable_unk=True,
            return_scores=True,
        )
        return [_output(result) for result in results]

    def _most(self, size: int, options: Options) -> int:
        by_size = math.ceil(size * self._lengths.most_ratio) + self._lengths.more
        return min(by_size, options.max_length, self._longest_target)


def _positions(card: dict[str, Any], name: str) -> int:
    """How many tokens there is room for besides the end."""
    return int(card["shape"][name] or _ANY_LENGTH) - 1


def _pieces(path: Path) -> Any:
    return sentencepiece.SentencePieceProcessor(model_file=str(path))


def _output(result: Any) -> Output:
    score = float(result.scores[0])
    if not math.isfinite(score):
        raise NotFiniteError
    tokens = tuple(result.hypotheses[0])
    return Output(tokens, score, is_loop(tokens))
