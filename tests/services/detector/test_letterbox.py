"""services/detector/letterbox.py"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.detector.letterbox import Box, Letterbox

SIDES = st.integers(32, 20_000)
FRAMES = st.integers(32, 1280)
UNIT = st.floats(0, 1)


@settings(deadline=None)
@given(SIDES, SIDES, FRAMES, FRAMES)
def test_fit_is_the_largest_that_lies_inside(
    width: int, height: int, frame_width: int, frame_height: int
) -> None:
    """The scaled picture touches two opposite edges of the frame, keeps its proportions, and is centred."""
    place = Letterbox.fit(width, height, frame_width, frame_height)

    assert place.inner_width == frame_width or place.inner_height == frame_height
    assert 1 <= place.inner_width <= frame_width and 1 <= place.inner_height <= frame_height
    assert abs(place.inner_width - min(frame_width, width * frame_height / height)) <= 1
    assert place.left == (frame_width - place.inner_width) // 2
    assert place.top == (frame_height - place.inner_height) // 2


@settings(deadline=None)
@given(SIDES, SIDES, FRAMES, FRAMES)
def test_the_inner_rectangle_is_the_whole_picture(
    width: int, height: int, frame_width: int, frame_height: int
) -> None:
    """The corners of the scaled picture map to the corners of the original."""
    place = Letterbox.fit(width, height, frame_width, frame_height)
    right, bottom = place.left + place.inner_width, place.top + place.inner_height
    box = place.to_picture(
        place.left / frame_width, place.top / frame_height, right / frame_width, bottom / frame_height
    )

    assert pytest.approx((0, 0, width, height), abs=1e-6 * max(width, height)) == (
        box.x_min,
        box.y_min,
        box.x_max,
        box.y_max,
    )


@settings(deadline=None)
@given(SIDES, SIDES, st.tuples(UNIT, UNIT, UNIT, UNIT))
def test_there_and_back(width: int, height: int, corners: tuple[float, float, float, float]) -> None:
    """A box of the picture, put into the frame by hand, comes back where it was."""
    place = Letterbox.fit(width, height, 300, 300)
    (x0, x1), (y0, y1) = sorted(corners[:2]), sorted(corners[2:])
    box = place.to_picture(
        (place.left + x0 * place.inner_width) / 300,
        (place.top + y0 * place.inner_height) / 300,
        (place.left + x1 * place.inner_width) / 300,
        (place.top + y1 * place.inner_height) / 300,
    )

    assert pytest.approx((x0 * width, x1 * width), abs=1e-6 * width) == (box.x_min, box.x_max)
    assert pytest.approx((y0 * height, y1 * height), abs=1e-6 * height) == (box.y_min, box.y_max)


@settings(deadline=None)
@given(SIDES, SIDES, st.tuples(*[st.floats(-2, 3)] * 4))
def test_boxes_are_clipped(width: int, height: int, corners: tuple[float, float, float, float]) -> None:
    """Whatever a model answers, the box is ordered and inside the picture."""
    box = Letterbox.fit(width, height, 300, 300).to_picture(*corners)

    assert 0 <= box.x_min <= box.x_max <= width
    assert 0 <= box.y_min <= box.y_max <= height


def test_a_box_in_the_border_has_no_area() -> None:
    """What a model sees in the grey above the picture maps to nothing."""
    box = Letterbox.fit(400, 100, 300, 300).to_picture(0.2, 0.0, 0.8, 0.3)

    assert 0 == box.area


def test_area() -> None:
    """The area of a box is its width times its height."""
    assert 12 == Box(1, 1, 4, 5).area
