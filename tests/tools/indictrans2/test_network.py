"""Converted networks compute what the reference implementation computes."""

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.tools.indictrans2.checkpoints import (
    FIXTURES,
    KINDS,
    ROOT,
    as_bfloat16,
    expected,
    put_weights,
    tensors_of,
    write_tiny,
)
from tests.tools.indictrans2.running import convert, numbers
from tools.indictrans2.install import TRITON_PYTHON

# The model that CTranslate2's own code quantises must be ours, byte for byte.
COMPARE = """
import sys, numpy, pathlib
from ctranslate2.specs.model_spec import OPTIONAL, NumpyVariable, index_spec
from tools.indictrans2.checkpoint import read_weights
from tools.indictrans2.network import build_network
from tools.indictrans2.shape import read_shape
from tools.indictrans2.variables import Variable

def plain(layer, name, value):
    if isinstance(value, str) and value != OPTIONAL:
        value = index_spec(spec, value)  # it is stored once, under the other's name
    if isinstance(value, Variable):
        value = NumpyVariable(numpy.frombuffer(value.to_bytes(), value.dtype).reshape(value.shape).copy())
    setattr(layer, name.split("/")[-1], value)

folder, output = map(pathlib.Path, sys.argv[1:3])
shape = read_shape(folder)
pieces = [[f"{side}{i}" for i in range(rows)] for side, rows in (("s", 500), ("t", 700))]
for quantization in sys.argv[3:]:
    spec = build_network(read_weights(folder), shape, quantization, *pieces)
    spec._serialize(str(output / "ours"))
    spec = build_network(read_weights(folder), shape, "float32", *pieces)
    spec._visit(plain)
    spec.optimize(quantization)
    spec._serialize(str(output / "theirs"))
    print(quantization, (output / "ours").read_bytes() == (output / "theirs").read_bytes())
"""


def log_probs(answers: dict[str, Any]) -> NDArray[np.float64]:
    """One row a case."""
    return np.array(answers["log_probs"])


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_are_those_of_the_reference(tmp_path: Path, kind: str) -> None:
    """Greedy ids the same, log-probabilities to 0.0001 in float32; near in the others."""
    checkpoint = write_tiny(tmp_path / "en-indic", kind)
    names = ("float32", "float16", "int8", "int8_float16")
    folders = [convert(checkpoint, tmp_path / name, f"--quantization={name}") for name in names]
    ids = [case["greedy_ids"] for case in expected(kind)]
    wanted = np.array([case["log_probs"] for case in expected(kind)])

    exact, half, *int8 = numbers(kind, *folders)

    assert ids == exact["ids"]
    assert np.allclose(wanted, log_probs(exact), rtol=0, atol=1e-4)
    assert ids == half["ids"]
    assert np.allclose(wanted, log_probs(half), rtol=0, atol=2e-3)
    for answers in int8:
        assert np.mean(np.array(ids) == np.array(answers["ids"])) >= 0.9
        assert np.allclose(wanted, log_probs(answers), rtol=0, atol=0.05)


@pytest.mark.parametrize("form", ["bin", "legacy bin", "sharded safetensors", "sharded bin"])
def test_every_form_of_weights_gives_the_same_model(tmp_path: Path, form: str) -> None:
    """To the last bit: the same numbers are read."""
    checkpoint = write_tiny(tmp_path / "en-indic", "tiny-untied")
    one = convert(checkpoint, tmp_path / "one")
    put_weights(checkpoint, tensors_of("tiny-untied"), form)

    other = convert(checkpoint, tmp_path / "other")

    assert (one / "model.bin").read_bytes() == (other / "model.bin").read_bytes()


def test_a_tied_head_may_have_either_name(tmp_path: Path) -> None:
    """Writers that keep a tensor once keep the embedding or the head."""
    checkpoint = write_tiny(tmp_path / "en-indic")
    one = convert(checkpoint, tmp_path / "one")
    tensors = tensors_of("tiny-tied")
    tensors["lm_head.weight"] = tensors.pop("model.decoder.embed_tokens.weight")
    put_weights(checkpoint, tensors, "safetensors")

    other = convert(checkpoint, tmp_path / "other")

    assert (one / "model.bin").read_bytes() == (other / "model.bin").read_bytes()


def test_weights_of_half_the_precision_are_read(tmp_path: Path) -> None:
    """float16 and bfloat16, whose 11 and 8 binary digits are seen in the numbers."""
    half, brain = (write_tiny(tmp_path / name / "en-indic") for name in ("half", "brain"))
    weights = tensors_of("tiny-tied")
    put_weights(half, {name: value.astype(np.float16) for name, value in weights.items()}, "safetensors")
    put_weights(brain, {name: as_bfloat16(value) for name, value in weights.items()}, "bin")
    wanted = np.array([case["log_probs"] for case in expected("tiny-tied")])
    folders = [convert(each, each / "made", "--quantization=float32") for each in (half, brain)]

    of_half, of_brain = numbers("tiny-tied", *folders)

    assert np.allclose(wanted, log_probs(of_half), rtol=0, atol=2e-3)
    assert np.allclose(wanted, log_probs(of_brain), rtol=0, atol=2e-2)


def test_quantisation_is_that_of_ctranslate2(tmp_path: Path) -> None:
    """Ours reads some rows at a time, and stores what CTranslate2's own code would."""
    kinds = ("float16", "int8", "int8_float32", "int8_float16")
    done = subprocess.run(
        [TRITON_PYTHON, "-c", COMPARE, FIXTURES / "tiny-untied", tmp_path, *kinds],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert [f"{kind} True" for kind in kinds] == done.stdout.splitlines()
