"""Which of the layouts in use an export's output has."""

from enum import Enum
from typing import Final

from tools.install_detector.adapter.errors import UnusableExportError
from tools.install_detector.adapter.export import Export

_STRIDES: Final = ((8, 16, 32), (8, 16, 32, 64))  # of the original YOLOv5's networks, three anchors a cell


class Head(Enum):
    """C classes, A anchors, K boxes; N is the batch."""

    CLASSES = "[N, 4+C, A]"
    """YOLOv8, 11 and their like: centre, size (pixels of the input), a score for each class."""
    OBJECTNESS = "[N, A, 5+C]"
    """The original YOLOv5: centre, size, objectness, a score for each class that objectness is multiplied by."""
    SUPPRESSED = "[N, K, 6]"
    """YOLOv10 and 26 end to end, and exports with nms=True: two corners, score, class."""


def head_of(export: Export) -> Head:
    """Told by shape and number of classes. Raises UnusableExportError."""
    classes, shape = len(export.labels), export.output_shape
    if len(shape) != 3:
        raise _unknown(export)
    _, middle, last = shape
    if last == 6 and not (classes == 1 and _is_single_class_v5(export)):
        return Head.SUPPRESSED
    if middle == 4 + classes and not export.suppresses:
        return Head.CLASSES
    if last == 5 + classes:
        return Head.OBJECTNESS
    raise _unknown(export)


def _is_single_class_v5(export: Export) -> bool:
    """With one class both layouts end in 6: it is YOLOv5's where there are as many rows as it has anchors."""
    anchors = {
        3 * sum((export.height // stride) * (export.width // stride) for stride in strides)
        for strides in _STRIDES
    }
    rows = export.output_shape[1]
    return not export.suppresses and (rows in anchors or (rows is None and export.is_original_v5))


def _unknown(export: Export) -> UnusableExportError:
    shape = "[" + ", ".join("open" if size is None else str(size) for size in export.output_shape) + "]"
    classes = len(export.labels)
    return UnusableExportError(
        f"its output {export.output!r} has the shape {shape}; with the {classes} classes of its `names` it should be "
        f"[batch, {4 + classes}, anchors], [batch, anchors, {5 + classes}] or [batch, boxes, 6]"
    )
