"""The parameters of a checkpoint are those of its network, or the first wrong one is named."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.tools.indictrans2.checkpoints import FIXTURES, tensors_of
from tests.tools.weights.safetensors_files import write_safetensors
from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.parameters import check_parameters, required
from tools.indictrans2.positions import sinusoids
from tools.indictrans2.random_checkpoint import PUBLISHED
from tools.indictrans2.shape import read_shape
from tools.weights.safetensors import read_safetensors

# Millions, as published. They count a head that is tied to the embedding once.
PARAMETERS = {
    "en-indic-dist-200M": 211.8,
    "indic-en-dist-200M": 211.8,
    "indic-indic-dist-320M": 320.9,
    "en-indic-1B": 1115.5,
    "indic-en-1B": 1023.0,
    "indic-indic-1B": 1208.1,
}
EMBEDDING, HEAD = "model.decoder.embed_tokens.weight", "lm_head.weight"
TABLE = "model.encoder.embed_positions.weights"


def check(folder: Path, kind: str, tensors: dict[str, NDArray[Any]]) -> None:
    """Write the tensors and have them checked against the fixture's shape."""
    write_safetensors(folder / "model.safetensors", tensors)
    check_parameters(read_safetensors(folder / "model.safetensors"), read_shape(FIXTURES / kind), folder)


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_networks_have_as_many_parameters(name: str) -> None:
    """Of each of the six."""
    count = sum(math.prod(shape) for shape in required(PUBLISHED[name]).values())

    assert PARAMETERS[name] == pytest.approx(count / 1e6, abs=0.05)


@pytest.mark.parametrize("kind", ["tiny-tied", "tiny-untied"])
def test_the_right_parameters_pass(tmp_path: Path, kind: str) -> None:
    """As published, and with what some writers add: the tied head and the table of positions."""
    tensors = tensors_of(kind)
    head = {HEAD: tensors[EMBEDDING]} if kind == "tiny-tied" else {}

    check(tmp_path, kind, tensors | head | {TABLE: sinusoids(258, 64)})


@pytest.mark.parametrize(
    ("kind", "changes", "words"),
    [
        ("tiny-untied", {HEAD: None}, r"model\.safetensors: lm_head\.weight is missing"),
        (
            "tiny-tied",
            {HEAD: np.zeros((700, 64), np.float32)},
            "lm_head.weight differs from model.decoder.embed_tokens",
        ),
        (
            "tiny-tied",
            {HEAD: np.zeros((500, 64), np.float32)},
            "lm_head.weight differs from model.decoder.embed_tokens",
        ),
        (
            "tiny-tied",
            {EMBEDDING: np.zeros((500, 64), np.float32)},
            "has the shape 500 x 64; config.json says 700 x 64",
        ),
        (
            "tiny-tied",
            {"model.decoder.layer_norm.bias": np.zeros(64, np.int64)},
            "is stored as int64; only floating",
        ),
        (
            "tiny-tied",
            {"model.encoder.adapter.weight": np.zeros(1, np.float32)},
            "adapter.weight is no part of the",
        ),
        ("tiny-tied", {TABLE: np.zeros((258, 64), np.float32)}, "is another table than the sinusoidal one"),
        ("tiny-tied", {TABLE: np.zeros(64, np.float32)}, "is another table than the sinusoidal one"),
    ],
)
def test_the_wrong_parameter_is_named(tmp_path: Path, kind: str, changes: dict[str, Any], words: str) -> None:
    """With the file it is in, or should be in."""
    tensors = tensors_of(kind) | changes
    with pytest.raises(UnusableCheckpointError, match=words):
        check(tmp_path, kind, {name: value for name, value in tensors.items() if value is not None})


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    """One layer too few: the first of its tensors is named."""
    tensors = {
        name: value for name, value in tensors_of("tiny-tied").items() if "encoder.layers.2." not in name
    }
    with pytest.raises(
        UnusableCheckpointError, match=r"encoder\.layers\.2\.\S+ and 15 other tensors are missing"
    ):
        check(tmp_path, "tiny-tied", tensors)
