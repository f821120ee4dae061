"""Safetensors files are read, and damaged ones are named."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.tools.weights.safetensors_files import write_raw, write_safetensors
from tools.weights.errors import UnreadableWeightsError
from tools.weights.safetensors import read_safetensors
from tools.weights.stored import BFLOAT16

ENTRY = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


def test_tensors_are_read_by_name(tmp_path: Path) -> None:
    """Of every kind that weights are stored in, without a copy of the numbers."""
    written: dict[str, NDArray[Any]] = {
        "a": np.arange(6, dtype=np.float32).reshape(2, 3),
        "b": np.array([1.5, 2.5], np.float16),
        "c": np.array([0x3FC0], "<u2").view(BFLOAT16),
        "d": np.array(7, np.int64),
    }
    write_safetensors(tmp_path / "w.safetensors", written)

    tensors = read_safetensors(tmp_path / "w.safetensors")

    assert list(written) == list(tensors)
    assert all(np.array_equal(written[name], tensors[name].array()) for name in written)
    assert not tensors["a"].array().flags.writeable


@pytest.mark.parametrize(
    ("length", "words"),
    [(4, "ends within its header"), (12, "ends within its header"), (-3, "cut short, d is not whole")],
)
def test_a_file_that_is_cut_short_is_refused(tmp_path: Path, length: int, words: str) -> None:
    """Within its first number, its header, or its last tensor."""
    path = tmp_path / "w.safetensors"
    write_safetensors(path, {"d": np.zeros(4, np.float32)})
    path.write_bytes(path.read_bytes()[:length])

    with pytest.raises(UnreadableWeightsError, match=rf"w\.safetensors: .*{words}"):
        read_safetensors(path)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ([], "no JSON object"),
        ({"w": {**ENTRY, "dtype": "F4"}}, "the header's entry w cannot be read"),
        ({"w": {**ENTRY, "data_offsets": [0]}}, "the header's entry w cannot be read"),
        ({"w": {**ENTRY, "shape": [3]}}, "w has another size than its shape says"),
        ({"w": {**ENTRY, "data_offsets": [-8, 0]}}, "w has another size than its shape says"),
    ],
)
def test_a_wrong_header_is_refused(tmp_path: Path, header: Any, words: str) -> None:
    """The message names the tensor."""
    write_raw(tmp_path / "w.safetensors", header, bytes(8))

    with pytest.raises(UnreadableWeightsError, match=words):
        read_safetensors(tmp_path / "w.safetensors")


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    """Its first bytes are no sensible length: here a page that a hub sends in place of a file."""
    (tmp_path / "w.safetensors").write_bytes(b"<!doctype html><html></html>")

    with pytest.raises(UnreadableWeightsError, match="its header's length is wrong"):
        read_safetensors(tmp_path / "w.safetensors")


def test_a_header_that_is_no_json_is_refused(tmp_path: Path) -> None:
    """Such as that of another format with a small number at its beginning."""
    (tmp_path / "w.safetensors").write_bytes((4).to_bytes(8, "little") + b"\xff\xfe{{" + bytes(8))

    with pytest.raises(UnreadableWeightsError, match="its header is no JSON"):
        read_safetensors(tmp_path / "w.safetensors")
