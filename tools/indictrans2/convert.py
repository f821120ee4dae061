"""Writes a model folder from a checkpoint, or from a folder that holds a converted model.

    python -m tools.indictrans2.convert FOLDER OUTPUT --name NAME [--direction ...] [--device ...] [--quantization ...]

Runs in .venv-triton, where ctranslate2 and sentencepiece live; tools.indictrans2 runs it. OUTPUT is an empty folder.
It says on standard output what is worth knowing. Exit code 1 with a sentence on standard error when it cannot.
"""

import argparse
import dataclasses
import shutil
import sys
from pathlib import Path
from typing import Final

from tools.indictrans2.checkpoint import read_weights
from tools.indictrans2.directions import DIRECTIONS, Direction, find_route
from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.finish import MODEL, Parts, finish
from tools.indictrans2.model_file import read_facts
from tools.indictrans2.network import build_network
from tools.indictrans2.parameters import check_parameters, with_both_ends
from tools.indictrans2.pieces import check_pieces
from tools.indictrans2.ready import SIDES, is_ready, take_over
from tools.indictrans2.shape import CONFIG, Shape, read_shape
from tools.indictrans2.trust import copy_extras
from tools.indictrans2.variables import DEVICES, QUANTIZATIONS, USUAL, Quantization
from tools.indictrans2.vocabulary import Vocabulary, read_dictionary
from tools.weights.errors import UnreadableWeightsError

_SAME_FILE: Final = {"int8_float32": "int8"}  # two names of the same model.bin


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What to make of a checkpoint; a converted model keeps its own quantisation."""

    name: str
    direction: Direction | None
    quantization: Quantization


def main() -> int:
    """Make the folder, and say what it is."""
    chosen = _parser().parse_args()
    wanted = Wanted(chosen.name, chosen.direction, chosen.quantization or USUAL[chosen.device])
    try:
        if is_ready(chosen.folder):
            _check_quantization(chosen.folder, chosen.quantization)
        for line in make(chosen.folder, chosen.output, wanted):
            print(line)
    except (UnusableCheckpointError, UnreadableWeightsError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def make(folder: Path, output: Path, wanted: Wanted) -> list[str]:
    """Fill the folder `output`; answers what is worth knowing.

    Raises UnusableCheckpointError; UnreadableWeightsError; OSError.
    """
    if is_ready(folder):
        parts = take_over(folder, output, wanted.name, wanted.direction)
    else:
        parts = _convert(folder, output, wanted)
    finished = finish(output, parts)
    tags = f"{len(parts.route.source_tags)} to {len(parts.route.target_tags)} languages"
    untried = [] if finished.tried else ["it was not tried: the memory is too small for that"]
    return [
        f"{parts.route.direction}, {tags}, {finished.facts.quantization}",
        *_holes(parts),
        *untried,
    ]


def _check_quantization(folder: Path, asked: Quantization | None) -> None:
    """A converted model is what it is. Refused before gigabytes are copied."""
    stored = read_facts(folder / MODEL).quantization
    if asked and _SAME_FILE.get(asked, asked) != stored:
        raise UnusableCheckpointError(
            f"{folder}: it is converted already, to {stored}; leave the quantisation out, or give "
            "the checkpoint that it was made from"
        )


def _convert(folder: Path, output: Path, wanted: Wanted) -> Parts:
    shape = read_shape(folder)
    tensors = with_both_ends(read_weights(folder), shape)
    check_parameters(tensors, shape, folder)
    source, target = _vocabularies(folder, shape)
    route = find_route(folder, wanted.direction, wanted.name, source, target)
    build_network(tensors, shape, wanted.quantization, source.pieces, target.pieces).save(str(output))
    others = [folder / CONFIG, source.path, target.path]
    for side in SIDES:
        shutil.copyfile(folder / f"model.{side}", output / f"model.{side}")
        others.append(folder / f"model.{side}")
    others += copy_extras(folder, output)
    weights = {tensor.path for tensor in tensors.values()}
    return Parts(wanted.name, route, source, target, [*others, *weights])


def _vocabularies(folder: Path, shape: Shape) -> tuple[Vocabulary, Vocabulary]:
    rows = shape.encoder.vocabulary, shape.decoder.vocabulary
    source = read_dictionary(folder / "dict.SRC.json", rows[0], rows[1])
    target = read_dictionary(folder / "dict.TGT.json", rows[1], rows[0])
    check_pieces(folder / "model.SRC", source, target)
    check_pieces(folder / "model.TGT", target, source)
    return source, target


def _holes(parts: Parts) -> list[str]:
    return [
        f"{vocabulary.path.name} has no piece for {len(vocabulary.holes)} ids, such as {vocabulary.holes[0]}: "
        "they are never used"
        for vocabulary in (parts.source, parts.target)
        if vocabulary.holes
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.indictrans2.convert")
    parser.add_argument("folder", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--name", required=True)
    parser.add_argument("--direction", choices=DIRECTIONS)
    parser.add_argument("--device", choices=DEVICES, default=DEVICES[0])
    parser.add_argument("--quantization", choices=QUANTIZATIONS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
