"""Converts COCO-SSD (SSDLite on MobileNetV2, from its TensorFlow.js graph) to ONNX, without TensorFlow.

    python -m tools.assets.coco_ssd_onnx FOLDER_WITH_MODEL_JSON OUTPUT.onnx

Runs in .venv-triton, where the onnx package lives. The ONNX graph is what triton_models/coco_ssd/1/network.py serves:
    IMAGES  [N, 300, 300, 3] uint8, RGB               (the original's resize is the caller's part)
    boxes   [N, 1917, 4] float32, (x0, y0, x1, y1) of each anchor, 0..1 of the frame, not clipped
    scores  [N, 1917] float32, 0..1, of the anchor's best class
    classes [N, 1917] int64, that class as a line of triton_models/coco_ssd/labels.txt
The original ends in the same decoding; its suppression ran in JavaScript and is the caller's part here too.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from tools.assets.tfjs_graph import TfjsGraph

SIDE = 300
BRANCHES = 6  # feature maps that predict boxes
IMAGE_NODE = "Preprocessor/sub"  # what comes before it is the resize and the scaling
ANCHORS_NODE = "Postprocessor/ExpandDims"
# COCO's 80 classes are numbered 1..90 in the training labels; these numbers were never used (0 is the background).
UNUSED_IDS = {0, 12, 26, 29, 30, 45, 66, 68, 69, 71, 83}
CLASS_COLUMNS = [column for column in range(91) if column not in UNUSED_IDS]
CLASS_BRANCH = "ClassPredictor"
# The box coder of the TensorFlow Object Detection API divides offsets of the centre by 10 and of the size by 5.
CENTRE_SCALE, SIZE_SCALE = 0.1, 0.2

_SAME_OP = {"Add": "Add", "BiasAdd": "Add", "Mul": "Mul", "AddN": "Sum"}


class Converter:
    """Walks the graph back from its predictors, writing an ONNX node for each TensorFlow node it meets."""

    def __init__(self, graph: TfjsGraph) -> None:
        self._graph = graph
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._done: dict[str, str] = {}

    def convert(self) -> onnx.ModelProto:
        """The checked model."""
        anchors = self._graph.weight(ANCHORS_NODE).reshape(-1, 4)
        self._done[IMAGE_NODE] = self._scale_images()
        self._decode_boxes(self._predictions("BoxEncodingPredictor", 4), anchors)
        self._pick_scores(self._predictions(CLASS_BRANCH, len(CLASS_COLUMNS)))
        graph = helper.make_graph(
            self._nodes,
            "coco_ssd",
            [_tensor("IMAGES", SIDE, SIDE, 3, dtype=TensorProto.UINT8)],
            [
                _tensor("boxes", len(anchors), 4),
                _tensor("scores", len(anchors)),
                _tensor("classes", len(anchors), dtype=TensorProto.INT64),
            ],
            list(self._constants.values()),
        )
        # Opset 17 and IR 9: what an onnxruntime from 2023 on reads.
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
        onnx.checker.check_model(model, full_check=True)
        return model

    def _scale_images(self) -> str:
        """Planes of -1..1, as the network was trained on. Transposed first: bytes move more cheaply than floats."""
        planes = self._emit("Transpose", ["IMAGES"], "planes", perm=[0, 3, 1, 2])
        values = self._emit("Cast", [planes], "values", to=TensorProto.FLOAT)
        return self._emit(
            "Sub", [self._times(values, 2 / 255, "scaled"), self._scalar("one", 1.0)], "centred"
        )

    def _predictions(self, kind: str, width: int) -> str:
        """Name of a tensor [N, anchors, width]: the outputs of all branches, flattened cell by cell."""
        shape = self._constant(f"{kind}_shape", np.array([0, -1, width], np.int64))  # 0 keeps the batch size
        parts = []
        for branch in range(BRANCHES):
            plane = self._tensor_of(f"BoxPredictor_{branch}/{kind}/BiasAdd")
            cells = self._emit("Transpose", [plane], f"{plane}_nhwc", perm=[0, 2, 3, 1])
            parts.append(self._emit("Reshape", [cells, shape], f"{plane}_rows"))
        return self._emit("Concat", parts, kind, axis=1)

    def _pick_scores(self, logits: str) -> None:
        self._emit("ArgMax", [logits], "classes", axis=2, keepdims=0)
        best = self._emit("ReduceMax", [logits], "best_logits", axes=[2], keepdims=0)
        self._emit("Sigmoid", [best], "scores")

    def _decode_boxes(self, encoded: str, anchors: NDArray[np.float32]) -> None:
        size = anchors[:, 2:] - anchors[:, :2]
        anchor_size = self._constant("anchor_size", size[None])
        anchor_centre = self._constant("anchor_centre", (anchors[:, :2] + size / 2)[None])
        halves = self._constant("halves", np.array([2, 2], np.int64))
        self._nodes.append(helper.make_node("Split", [encoded, halves], ["offset", "growth"], axis=2))
        shift = self._times("offset", CENTRE_SCALE, "shift")
        centre = self._emit("Add", [self._emit("Mul", [shift, anchor_size], "move"), anchor_centre], "centre")
        growth = self._emit("Exp", [self._times("growth", SIZE_SCALE, "log_growth")], "growth_factor")
        half = self._times(self._emit("Mul", [growth, anchor_size], "box_size"), 0.5, "half_size")
        corners = [
            self._emit("Sub", [centre, half], "top_left"),
            self._emit("Add", [centre, half], "bottom_right"),
        ]
        rows_first = self._emit("Concat", corners, "yx_corners", axis=2)
        columns_first = self._constant("columns_first", np.array([1, 0, 3, 2], np.int64))
        self._emit("Gather", [rows_first, columns_first], "boxes", axis=2)

    def _tensor_of(self, name: str) -> str:
        """Name of the ONNX tensor that holds the output of the TensorFlow node `name`."""
        if name not in self._done:
            self._done[name] = self._translate(name)
        return self._done[name]

    def _translate(self, name: str) -> str:
        op, output = self._graph.op(name), name.replace("/", "_")
        if op == "Const":
            return self._constant(output, self._weight(name).reshape(1, -1, 1, 1))
        if op in ("Conv2D", "DepthwiseConv2dNative"):
            return self._convolution(name, output)
        if op == "FusedBatchNorm":
            return self._batch_norm(name, output)
        inputs = [self._tensor_of(each) for each in self._graph.inputs(name)]
        if op == "Relu6":
            return self._emit("Clip", [*inputs, self._scalar("zero", 0.0), self._scalar("six", 6.0)], output)
        if op not in _SAME_OP:
            raise ValueError(f"{op} ({name}) is not expected in this network")
        return self._emit(_SAME_OP[op], inputs, output)

    def _convolution(self, name: str, output: str) -> str:
        source, kernel_name = self._graph.inputs(name)
        kernel = self._weight(kernel_name)  # height, width, in, out (depthwise: in, multiplier 1)
        groups = kernel.shape[2] if self._graph.op(name) == "DepthwiseConv2dNative" else 1
        order = (2, 3, 0, 1) if groups > 1 else (3, 2, 0, 1)
        weights = self._constant(f"{output}_kernel", kernel.transpose(order))
        padding = "SAME_UPPER" if self._graph.text(name, "padding") == "SAME" else "VALID"
        return self._emit(
            "Conv",
            [self._tensor_of(source), weights],
            output,
            kernel_shape=kernel.shape[:2],
            strides=self._graph.strides(name),
            auto_pad=padding,
            group=groups,
        )

    def _batch_norm(self, name: str, output: str) -> str:
        source, *statistics = self._graph.inputs(name)
        constants = [self._constant(each.replace("/", "_"), self._graph.weight(each)) for each in statistics]
        epsilon = self._graph.number(name, "epsilon")
        return self._emit(
            "BatchNormalization", [self._tensor_of(source), *constants], output, epsilon=epsilon
        )

    def _weight(self, name: str) -> NDArray[np.float32]:
        """A weight, those of the class predictors without the columns that no class uses."""
        weight = self._graph.weight(name)
        if f"/{CLASS_BRANCH}/" not in name:
            return weight
        return weight.reshape(*weight.shape[:-1], -1, 91)[..., CLASS_COLUMNS].reshape(*weight.shape[:-1], -1)

    def _times(self, tensor: str, factor: float, output: str) -> str:
        return self._emit("Mul", [tensor, self._scalar(f"{output}_factor", factor)], output)

    def _emit(self, op: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self._nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def _scalar(self, name: str, value: float) -> str:
        return self._constant(name, np.array(value, np.float32))

    def _constant(self, name: str, value: NDArray[Any]) -> str:
        self._constants.setdefault(name, numpy_helper.from_array(np.array(value, order="C"), name))
        return name


def _tensor(name: str, *shape: int, dtype: int = TensorProto.FLOAT) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, dtype, ["N", *shape])


if __name__ == "__main__":
    onnx.save(Converter(TfjsGraph(Path(sys.argv[1]))).convert(), sys.argv[2])
