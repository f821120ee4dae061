"""The contract graph around an export: scaling before it, corners and best classes after it.

IMAGES [N, H, W, 3] uint8; then either boxes [N, A, 4], scores [N, A] float32 and classes [N, A] int64, or rows
[N, K, 6] float32. Corners (x0, y0, x1, y1) are 0..1 of the frame and not clipped.
"""

from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, compose, helper, numpy_helper

from tools.install_detector.adapter.export import Export
from tools.install_detector.adapter.heads import Head

_EXPORT: Final = "export/"  # before the export's names, so that none is one of ours


def contract_graph(export: Export, head: Head, *, batches: bool) -> onnx.ModelProto:
    """The model to serve: of any number of frames when `batches`, else of one."""
    model: onnx.ModelProto = compose.add_prefix(export.model, _EXPORT)
    builder = _Builder(export.opset)
    builder.scale(_EXPORT + export.input, half=export.half_input)
    before = builder.take()
    builder.head(_EXPORT + export.output, head, export.width, export.height)
    after = builder.take()
    nodes = [*before, *model.graph.node, *after]
    del model.graph.node[:], model.graph.input[:], model.graph.output[:]
    # What shapes were noted are those of open sizes; the onnxruntime infers better ones.
    del model.graph.value_info[:]
    model.graph.node.extend(nodes)
    model.graph.initializer.extend(builder.constants)
    frames = "N" if batches else 1
    model.graph.input.append(
        helper.make_tensor_value_info("IMAGES", TensorProto.UINT8, [frames, export.height, export.width, 3])
    )
    model.graph.output.extend(_outputs(head, frames))
    model.graph.name = "detector"
    return model


def _outputs(head: Head, frames: int | str) -> list[onnx.ValueInfoProto]:
    if head is Head.SUPPRESSED:
        return [helper.make_tensor_value_info("rows", TensorProto.FLOAT, [frames, "K", 6])]
    return [
        helper.make_tensor_value_info("boxes", TensorProto.FLOAT, [frames, "A", 4]),
        helper.make_tensor_value_info("scores", TensorProto.FLOAT, [frames, "A"]),
        helper.make_tensor_value_info("classes", TensorProto.INT64, [frames, "A"]),
    ]


class _Builder:
    """Writes nodes; each method answers the name of the tensor that it made."""

    def __init__(self, opset: int) -> None:
        self._opset = opset
        self._nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def take(self) -> list[onnx.NodeProto]:
        """The nodes written since the last time."""
        nodes, self._nodes = self._nodes, []
        return nodes

    def scale(self, target: str, *, half: bool) -> None:
        """From IMAGES to what the network takes: planes of 0..1."""
        # Transposed while they are bytes: a quarter to move.
        planes = self._node("Transpose", ["IMAGES"], "planes", perm=[0, 3, 1, 2])
        floats = self._node("Cast", [planes], "floats", to=TensorProto.FLOAT)
        full = self._constant("full", np.array(255, np.float32))
        if half:
            scaled = self._node("Div", [floats, full], "scaled")
            self._node("Cast", [scaled], target, to=TensorProto.FLOAT16)
        else:
            self._node("Div", [floats, full], target)

    def head(self, source: str, head: Head, width: int, height: int) -> None:
        """From what the network gives to the outputs of the contract."""
        given = self._node("Cast", [source], "given", to=TensorProto.FLOAT)
        if head is Head.SUPPRESSED:
            sizes = self._constant("sizes", np.array([width, height, width, height, 1, 1], np.float32))
            self._node("Div", [given, sizes], "rows")
        elif head is Head.CLASSES:
            self._boxes(given, 1, np.array([width, height] * 2, np.float32)[:, None])
            self._best(self._slice(given, 4, None, 1, "class_scores"), 1)
        else:
            self._boxes(given, 2, np.array([width, height] * 2, np.float32))
            objectness = self._slice(given, 4, 5, 2, "objectness")
            classes = self._slice(given, 5, None, 2, "class_shares")
            self._best(self._node("Mul", [classes, objectness], "class_scores"), 2)

    def _boxes(self, given: str, axis: int, sizes: NDArray[np.float32]) -> None:
        centre = self._slice(given, 0, 2, axis, "centre")
        size = self._slice(given, 2, 4, axis, "size")
        half = self._node("Div", [size, self._constant("two", np.array(2, np.float32))], "half_size")
        corners = [
            self._node("Sub", [centre, half], "top_left"),
            self._node("Add", [centre, half], "bottom_right"),
        ]
        pixels = self._node("Concat", corners, "pixels", axis=axis)
        shares = [pixels, self._constant("sizes", sizes)]
        if axis == 2:
            self._node("Div", shares, "boxes")
        else:
            self._node("Transpose", [self._node("Div", shares, "shares")], "boxes", perm=[0, 2, 1])

    def _best(self, scores: str, axis: int) -> None:
        self._node("ArgMax", [scores], "classes", axis=axis, keepdims=0)
        if self._opset < 18:  # where the axes became an input
            self._node("ReduceMax", [scores], "scores", axes=[axis], keepdims=0)
        else:
            axes = self._constant("score_axes", np.array([axis], np.int64))
            self._node("ReduceMax", [scores, axes], "scores", keepdims=0)

    def _slice(self, source: str, start: int, end: int | None, axis: int, name: str) -> str:
        bounds = (start, np.iinfo(np.int64).max if end is None else end, axis)
        constants = [
            self._constant(f"{name}_{kind}", np.array([value], np.int64))
            for kind, value in zip(("start", "end", "axis"), bounds, strict=True)
        ]
        return self._node("Slice", [source, *constants], name)

    def _node(self, op: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self._nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def _constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(value, name))
        return name
