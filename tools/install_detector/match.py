"""Pairing the boxes that two programs found in the same frames."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_PAIR_IOU = 0.5  # below that, two boxes are not of the same thing
_SAME_PLACE = 0.1  # pixels between the corners of two boxes without an area


@dataclass(frozen=True)
class Match:
    """How well they agree. The two extremes are over the pairs."""

    pairs: int
    only_ours: int
    only_theirs: int
    min_iou: float
    max_score_difference: float

    def figures(self) -> dict[str, float]:
        """For people and JSON."""
        return {
            "boxes": self.pairs,
            "only_ours": self.only_ours,
            "only_theirs": self.only_theirs,
            "min_iou": round(self.min_iou, 6),
            "max_score_difference": round(self.max_score_difference, 7),
        }


def match(ours: Sequence[Floats], theirs: Sequence[Floats]) -> Match:
    """Pair the rows (x0, y0, x1, y1, score, class) of each frame: same class, the largest overlap first."""
    pairs = [
        (_iou(one, two), abs(float(one[4] - two[4])))
        for mine, yours in zip(ours, theirs, strict=True)
        for one, two in _paired(mine, yours)
    ]
    return Match(
        pairs=len(pairs),
        only_ours=sum(map(len, ours)) - len(pairs),
        only_theirs=sum(map(len, theirs)) - len(pairs),
        min_iou=min((iou for iou, _ in pairs), default=1.0),
        max_score_difference=max((difference for _, difference in pairs), default=0.0),
    )


def _paired(ours: Floats, theirs: Floats) -> list[tuple[Floats, Floats]]:
    candidates = sorted(
        (
            (_iou(one, two), at, to)
            for at, one in enumerate(ours)
            for to, two in enumerate(theirs)
            if one[5] == two[5]
        ),
        reverse=True,
    )
    pairs: dict[int, int] = {}
    for iou, at, to in candidates:
        if iou >= _PAIR_IOU and at not in pairs and to not in pairs.values():
            pairs[at] = to
    return [(ours[at], theirs[to]) for at, to in pairs.items()]


def _iou(one: Floats, two: Floats) -> float:
    if not (_area(one) or _area(two)):  # what is left of boxes outside the frame
        return float(np.allclose(one[:4], two[:4], atol=_SAME_PLACE))
    shared = _area(np.concatenate([np.maximum(one[:2], two[:2]), np.minimum(one[2:4], two[2:4])]))
    return shared / (_area(one) + _area(two) - shared)


def _area(box: Floats) -> float:
    return float(np.prod(np.clip(box[2:4] - box[:2], 0, None)))
