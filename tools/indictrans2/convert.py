"""Writes a model folder from a checkpoint, or from a folder that holds a converted model.

    python -m tools.indictrans2.convert FOLDER OUTPUT --name NAME [--direction ...] [--quantization ...]

Runs in .venv-triton, where ctranslate2 and sentencepiece live; tools.indictrans2 runs it. OUTPUT is an empty folder.
It says on standard output what is worth knowing. Exit code 1 with a sentence on standard error when it cannot.
"""

import argparse
import shutil
import sys
from pathlib import Path
from typing import Final

import ctranslate2

from tools.indictrans2.checkpoint import read_weights
from tools.indictrans2.directions import DIRECTIONS, Direction, find_route
from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.finish import Parts, finish
from tools.indictrans2.network import build_network
from tools.indictrans2.parameters import check_parameters
from tools.indictrans2.pieces import check_pieces
from tools.indictrans2.ready import SIDES, is_ready, take_over
from tools.indictrans2.shape import CONFIG, Shape, read_shape
from tools.indictrans2.variables import QUANTIZATIONS, Quantization
from tools.indictrans2.vocabulary import Vocabulary, read_dictionary
from tools.weights.errors import UnreadableWeightsError

_SAME_FILE: Final = {"int8_float32": "int8"}  # two names of the same model.bin


def main() -> int:
    """Make the folder, and say what it is."""
    chosen = _parser().parse_args()
    try:
        for line in make(chosen.folder, chosen.output, chosen.name, chosen.direction, chosen.quantization):
            print(line)
    except (UnusableCheckpointError, UnreadableWeightsError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def make(
    folder: Path, output: Path, name: str, direction: Direction | None, quantization: Quantization | None
) -> list[str]:
    """Fill the folder `output`; answers what is worth knowing.

    Raises UnusableCheckpointError; UnreadableWeightsError; OSError.
    """
    if is_ready(folder):
        parts = take_over(folder, output, name, direction)
    else:
        parts = _convert(folder, output, name, direction, quantization or _usual_quantization())
    finished = finish(output, parts)
    facts = finished.facts
    if quantization and _SAME_FILE.get(quantization, quantization) != facts.quantization:
        raise UnusableCheckpointError(
            f"{folder}: it is converted already, to {facts.quantization}; leave the quantisation out, or give "
            "the checkpoint that it was made from"
        )
    tags = f"{len(parts.route.source_tags)} to {len(parts.route.target_tags)} languages"
    untried = [] if finished.tried else ["it was not tried: the memory is too small for that"]
    return [f"{parts.route.direction}, {tags}, {facts.quantization}", *_holes(parts), *untried]


def _convert(
    folder: Path, output: Path, name: str, direction: Direction | None, quantization: Quantization
) -> Parts:
    shape = read_shape(folder)
    tensors = read_weights(folder)
    check_parameters(tensors, shape, folder)
    source, target = _vocabularies(folder, shape)
    route = find_route(folder, direction, name, source, target)
    build_network(tensors, shape, quantization, source.pieces, target.pieces).save(str(output))
    others = [folder / CONFIG, source.path, target.path]
    for side in SIDES:
        shutil.copyfile(folder / f"model.{side}", output / f"model.{side}")
        others.append(folder / f"model.{side}")
    weights = {tensor.path for tensor in tensors.values()}
    return Parts(name, route, source, target, [*others, *weights])


def _vocabularies(folder: Path, shape: Shape) -> tuple[Vocabulary, Vocabulary]:
    rows = shape.encoder.vocabulary, shape.decoder.vocabulary
    source = read_dictionary(folder / "dict.SRC.json", rows[0], rows[1])
    target = read_dictionary(folder / "dict.TGT.json", rows[1], rows[0])
    check_pieces(folder / "model.SRC", source, target)
    check_pieces(folder / "model.TGT", target, source)
    return source, target


def _usual_quantization() -> Quantization:
    """What is fast on this machine and loses little."""
    return "float16" if ctranslate2.get_cuda_device_count() else "int8"


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
    parser.add_argument("--quantization", choices=QUANTIZATIONS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
