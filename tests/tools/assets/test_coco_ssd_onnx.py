"""The converter, on a network small enough to compute by hand, and what it made of the real one."""

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fixtures.triton import PYTHON, ROOT
from tools.assets.recipes import RECIPES

# Six branches, each one convolution of stride 150 straight from the image: 2 x 2 cells, one anchor a cell.
BRANCHES, CELLS = 6, 4
ANCHORS = BRANCHES * CELLS

RUN = """
import sys, numpy, onnxruntime
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
boxes, scores = session.run(["boxes", "scores"], {"images": numpy.zeros((int(sys.argv[2]), 3, 300, 300), "float32")})
numpy.savez(sys.argv[3], boxes=boxes, scores=scores)
"""
DESCRIBE = """
import json, sys, onnxruntime
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
print(json.dumps([[each.name, each.shape, each.type] for each in [*session.get_inputs(), *session.get_outputs()]]))
"""


def test_boxes_and_scores_are_those_of_the_formula(tmp_path: Path) -> None:
    """On a black image only the biases speak: every anchor is moved, grown and scored alike."""
    encoded = np.array([1.0, -2.0, 5 * np.log(2), 0.0], np.float32)  # ty, tx, th, tw
    logits = np.linspace(-3, 3, 91, dtype=np.float32)
    _write_graph(tmp_path, encoded, logits)
    _convert(tmp_path)

    boxes, scores = _run(tmp_path, batch=2)

    # Anchor (0.2, 0.4, 0.4, 0.8): centre (0.3, 0.6), size (0.2, 0.4). Moved by (0.1 * 0.2, -0.2 * 0.4), height doubled.
    expected = np.array([0.32 - 0.2, 0.52 - 0.2, 0.32 + 0.2, 0.52 + 0.2], np.float32)
    assert (2, ANCHORS, 4) == boxes.shape
    assert np.allclose(expected, boxes, atol=1e-6)
    assert (2, ANCHORS, 80) == scores.shape
    assert np.allclose(
        1 / (1 + np.exp(-logits[[1, 2, 11, 13, 90]])), scores[0, 0, [0, 1, 10, 11, 79]], atol=1e-6
    )


def test_an_unknown_operation_is_named(tmp_path: Path) -> None:
    """A graph with another node than this network's is refused."""
    _write_graph(tmp_path, np.zeros(4, np.float32), np.zeros(91, np.float32), bias_op="Tanh")

    with pytest.raises(subprocess.CalledProcessError) as raised:
        _convert(tmp_path)

    assert (
        "Tanh (BoxPredictor_0/BoxEncodingPredictor/BiasAdd) is not expected in this network"
        in raised.value.stderr
    )


def test_the_real_network_has_the_documented_shape() -> None:
    """Dynamic batch, 1917 anchors, 80 classes."""
    described = subprocess.run(
        [PYTHON, "-c", DESCRIBE, ROOT / "models" / "coco_ssd" / "model.onnx"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert [
        ["images", ["N", 3, 300, 300], "tensor(float)"],
        ["boxes", ["N", 1917, 4], "tensor(float)"],
        ["scores", ["N", 1917, 80], "tensor(float)"],
    ] == json.loads(described.stdout)


def test_a_change_of_the_converter_rebuilds_the_model() -> None:
    """The recipe depends on every file that shapes its result."""
    sources = {path.name for path in RECIPES["coco_ssd"].sources}

    assert {"coco_ssd_onnx.py", "tfjs_graph.py"} == sources


def _convert(folder: Path) -> None:
    command: list[str | Path] = [PYTHON, "-m", "tools.assets.coco_ssd_onnx", folder, folder / "model.onnx"]
    subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)


def _run(folder: Path, batch: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    command: list[str | Path] = [PYTHON, "-c", RUN, folder / "model.onnx", str(batch), folder / "out.npz"]
    subprocess.run(command, capture_output=True, text=True, check=True)
    answers = np.load(folder / "out.npz")
    return answers["boxes"], answers["scores"]


def _write_graph(
    folder: Path, encoded: NDArray[np.float32], logits: NDArray[np.float32], bias_op: str = "BiasAdd"
) -> None:
    anchors = np.tile(np.array([0.2, 0.4, 0.4, 0.8], np.float32), (1, ANCHORS, 1))
    weights: dict[str, NDArray[np.float32]] = {"Postprocessor/ExpandDims": anchors}
    nodes: list[dict[str, Any]] = [_node("Postprocessor/ExpandDims", "Const")]
    for branch in range(BRANCHES):
        for kind, bias in (("BoxEncodingPredictor", encoded), ("ClassPredictor", logits)):
            base = f"BoxPredictor_{branch}/{kind}"
            weights |= {f"{base}/weights": np.ones((1, 1, 3, len(bias)), np.float32), f"{base}/biases": bias}
            nodes += [_node(f"{base}/weights", "Const"), _node(f"{base}/biases", "Const")]
            nodes.append(_convolution(f"{base}/Conv2D", f"{base}/weights"))
            nodes.append(_node(f"{base}/BiasAdd", bias_op, f"{base}/Conv2D", f"{base}/biases"))
    entries = [
        {"name": name, "shape": list(value.shape), "dtype": "float32"} for name, value in weights.items()
    ]
    stream = b"".join(value.tobytes() for value in weights.values())
    (folder / "shard1").write_bytes(stream[:100])
    (folder / "shard2").write_bytes(stream[100:])
    manifest = [{"paths": ["shard1", "shard2"], "weights": entries}]
    (folder / "model.json").write_text(
        json.dumps({"modelTopology": {"node": nodes}, "weightsManifest": manifest})
    )


def _node(name: str, op: str, *inputs: str, **attributes: Any) -> dict[str, Any]:
    return {"name": name, "op": op, "input": list(inputs), "attr": attributes}


def _convolution(name: str, kernel: str) -> dict[str, Any]:
    strides = {"list": {"i": ["1", "150", "150", "1"]}}
    return _node(name, "Conv2D", "Preprocessor/sub", kernel, strides=strides, padding={"s": list(b"SAME")})
