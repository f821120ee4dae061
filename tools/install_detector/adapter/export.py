"""Reading an export: what its graph and its metadata say, or why it cannot be served.

The metadata's keys are those that the exporters of ultralytics and of the original YOLOv5 write (the latter: `stride`
and `names` only).
"""

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import onnx
from google.protobuf.message import DecodeError
from onnx import TensorProto

from tools.install_detector.adapter.errors import UnusableExportError
from tools.install_detector.adapter.labels import parse_labels

MIN_OPSET: Final = 11  # the first whose Slice and ArgMax are today's
MAX_SIDE: Final = 2048  # pixels; eight such frames are 100 MB
_MAX_BYTES: Final = (1 << 31) - 1  # protobuf's own limit
_FLOATS: Final = (TensorProto.FLOAT, TensorProto.FLOAT16)
_MAX_TEXT: Final = 10_000  # characters of a metadata entry other than `names`

Shape = tuple[int | None, ...]
"""None where the size is open."""


@dataclass(frozen=True)
class Export:
    """An export that may be servable, for its output's layout is not judged yet."""

    model: onnx.ModelProto
    labels: tuple[str, ...]
    input: str
    output: str
    output_shape: Shape  # [N, ., .]
    height: int
    width: int
    takes_batches: bool
    half_input: bool
    opset: int
    suppresses: bool  # the metadata says that its graph suppresses overlaps itself
    is_original_v5: bool  # the metadata is that of the original YOLOv5 repository


def read_export(path: Path) -> Export:
    """Raises UnusableExportError."""
    model = _load(path)
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    _check_task(metadata)
    image = _image(model)
    shape = _shape(image)
    output = _output(model)
    height, width = _frame_size(shape, metadata)
    return Export(
        model=model,
        labels=parse_labels(metadata["names"]),
        input=image.name,
        output=output.name,
        output_shape=_shape(output),
        height=height,
        width=width,
        takes_batches=_takes_batches(shape),
        half_input=image.type.tensor_type.elem_type == TensorProto.FLOAT16,
        opset=_opset(model),
        suppresses=metadata.get("end2end") == "True" or "'nms': True" in metadata.get("args", ""),
        is_original_v5="task" not in metadata,
    )


def _load(path: Path) -> onnx.ModelProto:
    if not path.is_file():
        raise UnusableExportError("there is no such file")
    if path.stat().st_size > _MAX_BYTES:
        raise UnusableExportError("it is larger than 2 GB")
    try:
        model = onnx.load(path, load_external_data=False)
    except DecodeError:
        raise UnusableExportError("this is no ONNX file, or it is cut off") from None
    if not model.ir_version or not model.graph.node:
        raise UnusableExportError("this is no ONNX file, or it holds no network")
    try:
        onnx.load_external_data_for_model(model, str(path.parent))
    except (OSError, ValueError, onnx.checker.ValidationError):
        raise UnusableExportError(
            "a file that holds its weights is missing, incomplete or in another folder"
        ) from None
    return model


def _check_task(metadata: dict[str, str]) -> None:
    if "names" not in metadata:
        raise UnusableExportError("its metadata has no `names`: it was not exported by ultralytics")
    task = metadata.get("task", "detect")
    if task != "detect":
        raise UnusableExportError(f"it is for the task {task[:40]!r}; only detect is served")


def _image(model: onnx.ModelProto) -> onnx.ValueInfoProto:
    weights = {weight.name for weight in model.graph.initializer}  # old files list them among the inputs
    inputs = [each for each in model.graph.input if each.name not in weights]
    if len(inputs) != 1 or len(_shape(inputs[0])) != 4:
        raise UnusableExportError("it should have one input, of shape [batch, 3, height, width]")
    if inputs[0].type.tensor_type.elem_type not in _FLOATS:
        raise UnusableExportError(f"its input {inputs[0].name!r} should be of type float32 or float16")
    channels = _shape(inputs[0])[1]
    if channels != 3:
        raise UnusableExportError(
            f"it takes pictures of {channels or 'any number of'} channels; 3 are served"
        )
    return inputs[0]


def _output(model: onnx.ModelProto) -> onnx.ValueInfoProto:
    outputs = list(model.graph.output)
    if len(outputs) != 1:
        names = ", ".join(each.name for each in outputs)[:200]
        raise UnusableExportError(f"it has {len(outputs)} outputs ({names}); a detector's export has one")
    if outputs[0].type.tensor_type.elem_type not in _FLOATS:
        raise UnusableExportError(f"its output {outputs[0].name!r} should be of type float32 or float16")
    return outputs[0]


def _shape(tensor: onnx.ValueInfoProto) -> Shape:
    sizes = tensor.type.tensor_type.shape.dim
    return tuple(size.dim_value if size.dim_value > 0 else None for size in sizes)


def _takes_batches(shape: Shape) -> bool:
    if shape[0] not in (None, 1):
        raise UnusableExportError(
            f"it takes exactly {shape[0]} pictures at once; export it with dynamic=True or batch=1"
        )
    return shape[0] is None


def _frame_size(shape: Shape, metadata: dict[str, str]) -> tuple[int, int]:
    """Height and width: the input's where they are fixed, else the metadata's `imgsz`."""
    noted = _noted_size(metadata.get("imgsz", ""))
    height, width = shape[2] or noted[0], shape[3] or noted[1]
    if height is None or width is None:
        raise UnusableExportError(
            "its height and width are open and its metadata has no `imgsz`; export it without dynamic"
        )
    if not (1 <= height <= MAX_SIDE and 1 <= width <= MAX_SIDE):
        raise UnusableExportError(
            f"its pictures are {width} x {height}; a side may have 1 to {MAX_SIDE} pixels"
        )
    return height, width


def _noted_size(text: str) -> tuple[int | None, int | None]:
    try:
        noted = ast.literal_eval(text[:_MAX_TEXT])
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None, None
    sides = noted if isinstance(noted, list | tuple) else [noted, noted]
    # Neither truths nor numbers of thousands of digits, which cannot be written.
    if len(sides) == 2 and all(type(side) is int and side.bit_length() < 64 for side in sides):
        return sides[0], sides[1]
    return None, None


def _opset(model: onnx.ModelProto) -> int:
    opset = max((each.version for each in model.opset_import if each.domain in ("", "ai.onnx")), default=0)
    if opset < MIN_OPSET:
        raise UnusableExportError(f"its opset {opset} is older than {MIN_OPSET}; export it with opset=17")
    return int(opset)
