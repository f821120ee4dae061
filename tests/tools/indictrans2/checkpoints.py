"""Small checkpoints: random weights whose numbers the reference has computed, and made-up vocabularies."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.tools.weights.safetensors_files import write_safetensors
from tests.tools.weights.torch_files import plain, write_views, write_zip
from tools.indictrans2.directions import ENGLISH
from tools.indictrans2.random_checkpoint import DEVANAGARI, INDIC_TAGS, LATIN, write_vocabulary
from tools.weights.safetensors import read_safetensors
from tools.weights.stored import BFLOAT16

ROOT = Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "tests" / "testdata" / "indictrans2"
KINDS = ("tiny-tied", "tiny-untied")
SIZES = {"SRC": 500, "TGT": 700}
TAGS = (ENGLISH, *INDIC_TAGS)
Tensors = Mapping[str, NDArray[Any]]


def write_tiny(folder: Path, kind: str = "tiny-tied", direction: str = "en-indic") -> Path:
    """A whole checkpoint in `folder`, which it makes, with the weights as one safetensors file."""
    folder.mkdir(parents=True)
    for name in ("config.json", "model.safetensors"):
        shutil.copyfile(FIXTURES / kind / name, folder / name)
    for side, language in zip(SIZES, direction.split("-"), strict=True):
        letters = LATIN if language == "en" else DEVANAGARI
        write_vocabulary(folder, side, letters, TAGS if side == "SRC" else (), SIZES[side])
    return folder


def tensors_of(kind: str) -> dict[str, NDArray[Any]]:
    """The weights of a fixture."""
    return {
        name: tensor.array()
        for name, tensor in read_safetensors(FIXTURES / kind / "model.safetensors").items()
    }


def put_weights(folder: Path, tensors: Tensors, form: str) -> None:
    """Write the weights in another form, in place of those in the folder."""
    (folder / "model.safetensors").unlink()
    if form == "safetensors":
        write_safetensors(folder / "model.safetensors", tensors)
    elif form == "legacy bin":
        write_views(folder / "pytorch_model.bin", {name: plain(value) for name, value in tensors.items()})
    elif form == "bin":
        write_zip(folder / "pytorch_model.bin", {name: plain(value) for name, value in tensors.items()})
    else:
        _put_parts(
            folder, tensors, "model.safetensors" if form == "sharded safetensors" else "pytorch_model.bin"
        )


def _put_parts(folder: Path, tensors: Tensors, name: str) -> None:
    stem, ending = name.split(".")
    names = sorted(tensors)
    parts = {each: f"{stem}-0000{1 + index % 3}-of-00003.{ending}" for index, each in enumerate(names)}
    for part in set(parts.values()):
        own = {each: tensors[each] for each in names if parts[each] == part}
        if ending == "bin":
            write_zip(folder / part, {each: plain(value) for each, value in own.items()})
        else:
            write_safetensors(folder / part, own)
    (folder / f"{name}.index.json").write_text(json.dumps({"metadata": {}, "weight_map": parts}))


def as_bfloat16(value: NDArray[Any]) -> NDArray[Any]:
    """Rounded to the nearest, as training frameworks do."""
    bits = np.ascontiguousarray(value, np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2").view(BFLOAT16)


def expected(kind: str) -> list[dict[str, list[Any]]]:
    """The reference implementation's numbers."""
    cases: list[dict[str, list[Any]]] = json.loads((FIXTURES / kind / "expected.json").read_text())["cases"]
    return cases


def change_json(path: Path, **changes: Any) -> None:
    """Set keys of a JSON object in a file; None takes one out."""
    value = json.loads(path.read_text()) | changes
    path.write_text(json.dumps({key: each for key, each in value.items() if each is not None}))
