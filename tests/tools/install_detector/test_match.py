"""Pairing the boxes of two programs."""

import numpy as np

from tools.install_detector.match import Floats, Match, match


def rows(*values: tuple[float, ...]) -> Floats:
    """An array of rows."""
    return np.array(values, np.float32).reshape(-1, 6)


DOG = (10, 10, 30, 30, 0.9, 0)


def test_equal_boxes_are_pairs_in_any_order() -> None:
    """Over all frames."""
    cat = (0, 0, 20, 10, 0.5, 1)

    assert Match(3, 0, 0, 1.0, 0.0) == match([rows(DOG, cat), rows(cat)], [rows(cat, DOG), rows(cat)])


def test_the_worst_pair_counts() -> None:
    """A box half as wide in one, and a score that differs by a quarter."""
    narrow = (10, 10, 20, 30, 0.65, 0)
    found = match([rows(DOG), rows(DOG)], [rows(narrow), rows(DOG)])

    assert (2, 0.5) == (found.pairs, found.min_iou)
    assert np.isclose(0.25, found.max_score_difference)


def test_boxes_of_another_class_or_place_are_no_pairs() -> None:
    """They count as found by one side only."""
    found = match([rows(DOG, DOG)], [rows((*DOG[:5], 1), DOG, (50, 50, 70, 70, 0.9, 0))])

    assert (1, 1, 2) == (found.pairs, found.only_ours, found.only_theirs)


def test_each_box_has_the_nearest_partner() -> None:
    """Of two that overlap."""
    near = (11, 10, 31, 30, 0.8, 0)
    found = match([rows(DOG, near)], [rows(near, DOG)])

    assert Match(2, 0, 0, 1.0, 0.0) == found


def test_boxes_without_an_area_are_told_by_their_place() -> None:
    """What is left of boxes outside the frame."""
    edge = (0, 10, 0, 20, 0.9, 0)

    assert 1 == match([rows(edge)], [rows(edge)]).pairs
    assert 0 == match([rows(edge)], [rows((0, 50, 0, 60, 0.9, 0))]).pairs
