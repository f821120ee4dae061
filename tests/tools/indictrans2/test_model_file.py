"""What a model.bin says about itself."""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.model_file import ModelFacts, read_facts

TYPES = {"float32": 0, "int8": 1, "int16": 2, "float16": 4}
VARIABLES: dict[str, NDArray[Any]] = {
    "decoder/embeddings/weight": np.zeros((7, 4), np.int8),
    "decoder/layer_0/ffn/linear_0/weight": np.zeros((8, 4), np.int8),
    "encoder/embeddings_0/weight": np.zeros((5, 4), np.int8),
    "encoder/layer_0/ffn/linear_0/weight": np.zeros((8, 4), np.int8),
    "encoder/layer_1/ffn/linear_0/weight": np.zeros((8, 4), np.int8),
    "encoder/layer_norm/gamma": np.zeros(4, np.float16),
    "encoder/num_heads": np.array(2, np.int16),
    "encoder/position_encodings/encodings": np.zeros((9, 4), np.float16),
}
ALIASES = {"decoder/position_encodings/encodings": "encoder/position_encodings/encodings"}


def text(value: str) -> bytes:
    """With its length and a zero."""
    return struct.pack("<H", len(value) + 1) + value.encode() + b"\0"


def write(
    path: Path, variables: Mapping[str, NDArray[Any]], kind: str = "TransformerSpec", version: int = 6
) -> None:
    """A model.bin."""
    parts = [struct.pack("<I", version), text(kind), struct.pack("<II", 7, len(variables))]
    for name, value in variables.items():
        parts += [text(name), struct.pack("<B", value.ndim), struct.pack(f"<{value.ndim}I", *value.shape)]
        parts += [struct.pack("<BI", TYPES[value.dtype.name], value.nbytes), value.tobytes()]
    parts += [struct.pack("<I", len(ALIASES)), *(text(each) for pair in ALIASES.items() for each in pair)]
    path.write_bytes(b"".join(parts))


def test_facts_are_read(tmp_path: Path) -> None:
    """Sizes from the variables' shapes, also of one that is stored under another's name."""
    write(tmp_path / "model.bin", VARIABLES)

    facts = read_facts(tmp_path / "model.bin")

    assert ModelFacts("int8_float16", 4, 8, 2, 2, 1, 5, 7, 9, 9) == facts


@pytest.mark.parametrize(
    ("weight", "plain", "name"),
    [("int8", "float32", "int8"), ("float16", "float16", "float16"), ("float32", "float32", "float32")],
)
def test_the_quantisation_is_told_by_two_variables(
    tmp_path: Path, weight: str, plain: str, name: str
) -> None:
    """One that is multiplied with, and one that is not."""
    changes = {
        "encoder/layer_0/ffn/linear_0/weight": np.zeros((8, 4), weight),
        "encoder/layer_norm/gamma": np.zeros(4, plain),
    }
    write(tmp_path / "model.bin", VARIABLES | changes)

    assert name == read_facts(tmp_path / "model.bin").quantization


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_a_file_that_is_cut_short_is_refused(tmp_path: Path, share: float) -> None:
    """Wherever it ends."""
    path = tmp_path / "model.bin"
    write(path, VARIABLES)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])

    with pytest.raises(
        UnusableCheckpointError, match=r"model\.bin: this is no whole CTranslate2 translation model"
    ):
        read_facts(path)


@pytest.mark.parametrize(
    ("kind", "version", "words"),
    [("WhisperSpec", 6, "it is a 'WhisperSpec'"), ("TransformerSpec", 3, "version 3")],
)
def test_another_kind_of_model_is_refused(tmp_path: Path, kind: str, version: int, words: str) -> None:
    """One for speech; one of years ago."""
    write(tmp_path / "model.bin", VARIABLES, kind, version)

    with pytest.raises(UnusableCheckpointError, match=words):
        read_facts(tmp_path / "model.bin")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """As every file is."""
    with pytest.raises(UnusableCheckpointError, match=r"model\.bin: the file is missing"):
        read_facts(tmp_path / "model.bin")
