"""The last steps of making a model folder: trying the model, and writing down what it is."""

import dataclasses
import json
import math
import time
from pathlib import Path
from typing import Any, Final

import ctranslate2

from tools.indictrans2.card import CARD, sums
from tools.indictrans2.directions import Route
from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.memory import can_be_tried
from tools.indictrans2.model_file import ModelFacts, read_facts
from tools.indictrans2.trust import EXTRAS, check_words, read_trust
from tools.indictrans2.vocabulary import SPECIAL, Vocabulary

MODEL: Final = "model.bin"
_TRIAL_PIECES: Final = 8


@dataclasses.dataclass(frozen=True)
class Parts:
    """What a model folder's card is written from; `sources` are the files that it was made from."""

    name: str
    route: Route
    source: Vocabulary
    target: Vocabulary
    sources: list[Path]


@dataclasses.dataclass(frozen=True)
class Finished:
    """What a model turned out to be, and whether it was tried."""

    facts: ModelFacts
    tried: bool


def finish(folder: Path, parts: Parts) -> Finished:
    """Check the model in `folder` against its vocabularies, try it if the memory allows, and write its card.

    Raises UnusableCheckpointError; OSError.
    """
    facts = read_facts(folder / MODEL)
    _check_rows(parts.source, facts.source_pieces)
    _check_rows(parts.target, facts.target_pieces)
    check_words(folder)
    if tried := can_be_tried(folder / MODEL):
        _try(folder, parts)
    (folder / CARD).write_text(json.dumps(_card(folder, parts, facts), indent=1) + "\n", "utf-8")
    return Finished(facts, tried)


def _check_rows(vocabulary: Vocabulary, rows: int) -> None:
    if len(vocabulary.pieces) != rows:
        raise UnusableCheckpointError(
            f"{vocabulary.path}: it has {len(vocabulary.pieces)} pieces, and the embedding in {MODEL} has {rows} rows"
        )


def _try(folder: Path, parts: Parts) -> None:
    """Have a few pieces translated: the folder must load, and its numbers must be numbers."""
    tags = [parts.route.source_tags[0], parts.route.target_tags[-1]]
    words = [piece for piece in parts.source.pieces[len(SPECIAL) :] if piece not in tags][:_TRIAL_PIECES]
    try:
        translator = ctranslate2.Translator(str(folder), device="cpu", compute_type="auto", inter_threads=1)
        (answer,) = translator.translate_batch(
            [[*tags, *words]], beam_size=2, max_decoding_length=_TRIAL_PIECES, return_scores=True
        )
    except (RuntimeError, ValueError) as error:
        raise UnusableCheckpointError(f"{parts.name}: CTranslate2 cannot use the model: {error}") from error
    if not math.isfinite(answer.scores[0]):
        raise UnusableCheckpointError(f"{parts.name}: the model's answers have no finite scores")


def _card(folder: Path, parts: Parts, facts: ModelFacts) -> dict[str, Any]:
    """The weights themselves count as well: another converter makes others of the same sources."""
    trust = read_trust(folder)
    return {
        "name": parts.name,
        **({"trust": trust} if trust else {}),
        "directions": [parts.route.direction],
        "source_tags": parts.route.source_tags,
        "target_tags": parts.route.target_tags,
        "quantization": facts.quantization,
        "shape": facts.as_json(),
        "made_at": time.time_ns(),
        "made_from": sums(parts.sources),
        "files": sums([folder / MODEL, *(folder / name for name in EXTRAS if (folder / name).exists())]),
    }
