"""Which of many overlapping boxes stay: greedy non-maximum suppression in numpy."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def suppress(rows: Floats, iou_threshold: float, limit: int, *, agnostic: bool) -> Floats:
    """At most `limit` of the rows, in order, none overlapping an earlier kept one by more than the threshold.

    `rows` are float32 [n, 6]: (x0, y0, x1, y1, score, class), best first. Agnostic: boxes of different classes
    suppress each other, too, so that a dog that is also a bit of a cat is one box, of the better class.
    """
    boxes, classes = rows[:, :4], rows[:, 5]
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    alive = np.ones(len(rows), bool)
    kept: list[int] = []
    for index in range(len(rows)):
        if len(kept) == limit:
            break
        if not alive[index]:
            continue
        kept.append(index)
        overlapping = _iou(boxes, areas, index) > iou_threshold
        alive[index + 1 :] &= ~(
            overlapping if agnostic else overlapping & (classes[index + 1 :] == classes[index])
        )
    return rows[kept]


def _iou(boxes: Floats, areas: Floats, index: int) -> Floats:
    """Intersection over union of box `index` with each later one; 0 where both are empty."""
    box, later = boxes[index], boxes[index + 1 :]
    size = np.clip(np.minimum(box[2:], later[:, 2:]) - np.maximum(box[:2], later[:, :2]), 0, None)
    shared = size[:, 0] * size[:, 1]
    return np.asarray(shared / np.maximum(areas[index] + areas[index + 1 :] - shared, 1e-9), np.float32)
