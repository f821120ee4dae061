"""Weights are found in whatever files they lie."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.tools.indictrans2.checkpoints import change_json, put_weights
from tools.indictrans2.checkpoint import read_weights
from tools.indictrans2.errors import UnusableCheckpointError

WEIGHTS = {name: np.full(2, number, np.float32) for number, name in enumerate("abcd")}
INDEX = "model.safetensors.index.json"


@pytest.fixture
def sharded(tmp_path: Path) -> Path:
    """Weights in three files."""
    (tmp_path / "model.safetensors").touch()
    put_weights(tmp_path, WEIGHTS, "sharded safetensors")
    return tmp_path


def test_parts_are_put_together(sharded: Path) -> None:
    """Each tensor from the file that the index names."""
    tensors = read_weights(sharded)

    assert {name: value.tolist() for name, value in WEIGHTS.items()} == {
        name: tensor.array().tolist() for name, tensor in tensors.items()
    }


def test_a_part_that_is_missing_is_named(sharded: Path) -> None:
    """By the index and its own name."""
    (sharded / "model-00002-of-00003.safetensors").unlink()

    with pytest.raises(UnusableCheckpointError, match=r"index\.json: the file model-00002-of-\S+ .*missing"):
        read_weights(sharded)


def test_a_tensor_that_is_not_where_the_index_says_is_named(sharded: Path) -> None:
    """The parts of two checkpoints may be mixed up."""
    index = json.loads((sharded / INDEX).read_text())
    change_json(sharded / INDEX, weight_map=index["weight_map"] | {"a": "model-00002-of-00003.safetensors"})

    with pytest.raises(UnusableCheckpointError, match=r"model-00002-of-00003\.safetensors: a is missing"):
        read_weights(sharded)


@pytest.mark.parametrize("weight_map", [None, {}, {"a": 1}])
def test_an_index_without_a_map_is_refused(sharded: Path, weight_map: object) -> None:
    """Nothing else tells which files there are."""
    change_json(sharded / INDEX, weight_map=weight_map)

    with pytest.raises(
        UnusableCheckpointError, match=r"index\.json: weight_map is missing, or names no files"
    ):
        read_weights(sharded)


def test_an_index_names_files_of_its_folder_only(sharded: Path) -> None:
    """Not ones elsewhere on the machine."""
    change_json(sharded / INDEX, weight_map={"a": "../model.safetensors"})

    with pytest.raises(UnusableCheckpointError, match=r"the file \.\./model\.safetensors .*missing"):
        read_weights(sharded)


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    """The message lists what is looked for."""
    with pytest.raises(
        UnusableCheckpointError, match=r"there are no weights; one of model\.safetensors, .*needed"
    ):
        read_weights(tmp_path)
