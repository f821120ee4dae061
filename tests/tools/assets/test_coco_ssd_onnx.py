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
frames = numpy.full((int(sys.argv[2]), 300, 300, 3), int(sys.argv[4]), "uint8")
boxes, scores, classes = session.run(["boxes", "scores", "classes"], {"IMAGES": frames})
numpy.savez(sys.argv[3], boxes=boxes, scores=scores, classes=classes)
"""
DESCRIBE = """
import json, sys, onnxruntime
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
print(json.dumps([[each.name, each.shape, each.type] for each in [*session.get_inputs(), *session.get_outputs()]]))
"""


def test_boxes_and_scores_are_those_of_the_formula(tmp_path: Path) -> None:
    """On an even image every anchor is moved, grown and scored alike; unused classes count nothing."""
    shade = 51  # -0.6 after the scaling; every kernel is ones, so three channels add -1.8 to each bias
    encoded = np.array([1.0, -2.0, 5 * np.log(2), 0.0], np.float32)  # ty, tx, th, tw
    logits = np.linspace(-3, -1, 91, dtype=np.float32)
    logits[[12, 13]] = 3.0, 2.0  # class 12 was never used; 13 is the twelfth that was
    _write_graph(tmp_path, encoded + np.float32(1.8), logits + np.float32(1.8))
    _convert(tmp_path)

    boxes, scores, classes = _run(tmp_path, batch=2, shade=shade)

    # Anchor (0.2, 0.4, 0.4, 0.8): centre (0.3, 0.6), size (0.2, 0.4). Moved by (0.1 * 0.2, -0.2 * 0.4), height doubled.
    expected = np.array([0.52 - 0.2, 0.32 - 0.2, 0.52 + 0.2, 0.32 + 0.2], np.float32)
    assert (2, ANCHORS, 4) == boxes.shape
    assert np.allclose(expected, boxes, atol=1e-6)
    assert (2, ANCHORS) == scores.shape
    assert np.allclose(1 / (1 + np.exp(-2.0)), scores, atol=1e-6)
    assert (classes == 11).all()


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
    """Dynamic batch, 1917 anchors, the best class of each."""
    described = subprocess.run(
        [PYTHON, "-c", DESCRIBE, ROOT / "models" / "coco_ssd" / "model.onnx"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert [
        ["IMAGES", ["N", 300, 300, 3], "tensor(uint8)"],
        ["boxes", ["N", 1917, 4], "tensor(float)"],
        ["scores", ["N", 1917], "tensor(float)"],
        ["classes", ["N", 1917], "tensor(int64)"],
    ] == json.loads(described.stdout)


def test_a_change_of_the_converter_rebuilds_the_model() -> None:
    """The recipe depends on every file that shapes its result."""
    sources = {path.name for path in RECIPES["coco_ssd"].sources}

    assert {"coco_ssd_onnx.py", "tfjs_graph.py"} == sources


def _convert(folder: Path) -> None:
    command: list[str | Path] = [PYTHON, "-m", "tools.assets.coco_ssd_onnx", folder, folder / "model.onnx"]
    subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)


def _run(folder: Path, batch: int, shade: int) -> list[NDArray[Any]]:
    arguments: list[str | Path] = [folder / "model.onnx", str(batch), folder / "out.npz", str(shade)]
    subprocess.run([PYTHON, "-c", RUN, *arguments], capture_output=True, text=True, check=True)
    answers = np.load(folder / "out.npz")
    return [answers[name] for name in ("boxes", "scores", "classes")]


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
