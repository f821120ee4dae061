"""The converter, on weights with which the answer can be computed by hand, and what it made of the real ones."""

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fixtures.triton import PYTHON, ROOT
from tests.tools.weights.torch_files import write_weights
from tests.triton_models.coco_ssd.frames import PHOTOS, frame_of
from tools.assets.recipes import RECIPES

MODEL = ROOT / "models" / "pet_arbiter" / "model.onnx"
BLOCKS = 16
EPSILON = 1e-3

RUN = """
import sys, numpy, onnxruntime
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
inputs = numpy.load(sys.argv[2])
numpy.save(sys.argv[3], session.run(["OPINIONS"], {name: inputs[name] for name in ("FRAME", "CROPS")})[0])
"""
DESCRIBE = """
import json, sys, onnxruntime
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
print(json.dumps([[each.name, each.shape, each.type] for each in [*session.get_inputs(), *session.get_outputs()]]))
"""


def test_classes_are_summed_after_the_softmax(tmp_path: Path) -> None:
    """Cats are 281 to 293, dogs 151 to 275; their neighbours count for neither."""
    shares = {150: 8, 151: 1, 275: 2, 276: 16, 280: 32, 281: 4, 293: 8, 294: 64}
    bias = np.full(1000, -60.0)
    bias[list(shares)] = np.log(list(shares.values()))
    _convert(tmp_path, _weights() | {"_fc.bias": bias})

    opinions = _run(
        tmp_path / "model.onnx", np.zeros((40, 60, 3), np.uint8), [[0, 0, 60, 40], [5, 5, 9, 9]], tmp_path
    )

    assert (2, 2) == opinions.shape
    assert np.allclose(np.array([4 + 8, 1 + 2]) / 135, opinions, atol=1e-6)


def test_a_crop_is_cut_out_scaled_and_handed_through_every_block(tmp_path: Path) -> None:
    """With kernels that copy, the feature is the crop's shade, doubled by each block that adds its input."""
    shade, rest = 143, 20
    frame = np.full((60, 80, 3), rest, np.uint8)
    frame[20:60, 10:50] = shade
    weights = _weights(copying=True)
    weights["_fc.weight"][281], weights["_fc.weight"][151] = 2.0, -1.0
    _convert(tmp_path, weights)

    inside, outside = _run(tmp_path / "model.onnx", frame, [[20, 30, 40, 50], [52, 0, 80, 18]], tmp_path)

    # The stem divides by 2^9, and nine blocks double; no more than 16 - 7 blocks keep the number of channels.
    feature = (shade - 127) / 128
    logits = np.zeros(1000)
    logits[281], logits[151] = 2 * feature, -feature
    chances = np.exp(logits) / np.exp(logits).sum()
    assert np.allclose([chances[281:294].sum(), chances[151:276].sum()], inside, rtol=1e-4)
    assert np.allclose(
        [13 / 1000, 125 / 1000], outside, rtol=1e-4
    )  # darker than the mean: clipped to nothing


def test_a_missing_weight_is_named(tmp_path: Path) -> None:
    """Weights of another network are refused."""
    weights = _weights()
    del weights["_blocks.7._bn1.running_var"]

    with pytest.raises(subprocess.CalledProcessError) as raised:
        _convert(tmp_path, weights)

    assert "KeyError: '_blocks.7._bn1.running_var'" in raised.value.stderr


def test_the_real_network_has_the_documented_shape() -> None:
    """One frame of any size, any number of crops."""
    described = subprocess.run([PYTHON, "-c", DESCRIBE, MODEL], capture_output=True, text=True, check=True)

    assert [
        ["FRAME", [1, "H", "W", 3], "tensor(uint8)"],
        ["CROPS", ["N", 4], "tensor(float)"],
        ["OPINIONS", ["N", 2], "tensor(float)"],
    ] == json.loads(described.stdout)


@pytest.mark.parametrize(
    ("photo", "cat", "dog"), [("dog", 0.0005, 0.9681), ("cat", 0.1194, 0.4907), ("cow", 0.0021, 0.3437)]
)
def test_opinions_are_those_of_pytorch(tmp_path: Path, photo: str, cat: float, dog: float) -> None:
    """PyTorch's own, with the same weights, on the same crop: the whole frame, in which a kitten is small."""
    (opinions,) = _run(MODEL, frame_of(PHOTOS / f"{photo}.webp"), [[0, 0, 300, 300]], tmp_path)

    assert np.allclose([cat, dog], opinions, atol=2e-3)


def test_a_change_of_the_converter_rebuilds_the_model() -> None:
    """The recipe depends on every file that shapes its result."""
    sources = {path.name for path in RECIPES["pet_arbiter"].sources}

    assert {"pet_arbiter_onnx.py", "torch_weights.py", "torch_pickle.py", "stored.py"} == sources


def _convert(folder: Path, weights: dict[str, NDArray[Any]]) -> None:
    write_weights(folder / "weights.pth", weights)
    command: list[str | Path] = [
        PYTHON,
        "-m",
        "tools.assets.pet_arbiter_onnx",
        folder / "weights.pth",
        folder / "model.onnx",
    ]
    subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)


def _run(
    model: Path, frame: NDArray[np.uint8], crops: list[list[float]], folder: Path
) -> NDArray[np.float32]:
    np.savez(folder / "in.npz", FRAME=frame[None], CROPS=np.array(crops, np.float32))
    command: list[str | Path] = [PYTHON, "-c", RUN, model, folder / "in.npz", folder / "out.npy"]
    subprocess.run(command, capture_output=True, text=True, check=True)
    return np.asarray(np.load(folder / "out.npy"), np.float32)


def _weights(*, copying: bool = False) -> dict[str, NDArray[Any]]:
    """A network with one channel everywhere; its kernels are zero, or copy their middle (the stem: the mean)."""
    weights = _layer("_conv_stem", "_bn0", (1, 3, 3, 3), 2.0**-9 / 3 if copying else 0.0)
    for block in range(BLOCKS):
        name, size = f"_blocks.{block}", 3 if block in {0, 1, 2, 5, 6, 7, 15} else 5
        if block:
            weights |= _layer(f"{name}._expand_conv", f"{name}._bn0", (1, 1, 1, 1), float(copying))
        weights |= _layer(f"{name}._depthwise_conv", f"{name}._bn1", (1, 1, size, size), float(copying))
        weights |= _layer(f"{name}._project_conv", f"{name}._bn2", (1, 1, 1, 1), float(copying))
    weights |= _layer("_conv_head", "_bn1", (1, 1, 1, 1), float(copying))
    return weights | {"_fc.weight": np.zeros((1000, 1)), "_fc.bias": np.zeros(1000)}


def _layer(convolution: str, norm: str, shape: tuple[int, ...], middle: float) -> dict[str, NDArray[Any]]:
    """A kernel and a batch normalisation that changes nothing: (x - 1) / sqrt(4) * 2 + 1."""
    kernel = np.zeros(shape)
    kernel[..., shape[2] // 2, shape[3] // 2] = middle
    numbers = {"weight": 2.0, "bias": 1.0, "running_mean": 1.0, "running_var": 4.0 - EPSILON}
    return {f"{convolution}.weight": kernel} | {
        f"{norm}.{part}": np.full(1, value) for part, value in numbers.items()
    }
