"""bench/baselines/boxes.py"""

import numpy as np

from bench.baselines.boxes import select

LEFT, NEARLY_LEFT, RIGHT = [0.0, 0.0, 0.4, 1.0], [0.02, 0.0, 0.4, 1.0], [0.6, 0.0, 1.0, 1.0]


def chosen(boxes: list[list[float]], scores: list[float], classes: list[int]) -> list[int]:
    """Indices of what counts, with the usual thresholds."""
    return select(np.array(boxes), np.array(scores), np.array(classes), 0.5, 0.5)


def test_the_best_come_first() -> None:
    """Those below the threshold are gone."""
    assert [2, 0] == chosen([LEFT, LEFT, RIGHT], [0.6, 0.4, 0.9], [17, 17, 17])


def test_the_best_of_overlapping_ones_stays() -> None:
    """Whatever its class: an animal is one box."""
    assert [1] == chosen([LEFT, NEARLY_LEFT], [0.6, 0.9], [16, 17])


def test_nothing_found() -> None:
    """No box is no error."""
    assert [] == chosen([LEFT], [0.1], [17])
