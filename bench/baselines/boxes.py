"""What is left of a network's answers: those above a threshold, and of overlapping ones the best."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def select(boxes: Array, scores: Array, classes: Array, threshold: float, overlap: float) -> list[int]:
    """Indices, best first, of the boxes (x0, y0, x1, y1) [n, 4] that count.

    A box goes when it overlaps a better one, of whatever class, by more than `overlap` (intersection over union).
    """
    order = np.argsort(-scores)
    order = order[scores[order] >= threshold]
    kept: list[int] = []
    while len(order):
        best, order = order[0], order[1:]
        kept.append(int(best))
        order = order[_overlaps(boxes[best], boxes[order]) <= overlap]
    return kept


def _overlaps(box: Array, others: Array) -> Array:
    """Intersection over union of one box with each of the others."""
    shared = np.clip(np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2]), 0, None).prod(
        axis=1
    )
    areas = (others[:, 2:] - others[:, :2]).prod(axis=1)
    return np.asarray(shared / ((box[2:] - box[:2]).prod() + areas - shared))
