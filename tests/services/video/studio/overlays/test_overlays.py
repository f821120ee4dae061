"""The looks on a plain canvas."""

import numpy as np
import pytest
from PIL import Image

from services.video.studio.filters import FILTERS
from services.video.studio.overlays import Overlay, build_overlay
from services.video.studio.planes import Frame, Picture
from services.video.studio.stage import Area, Stage

SIZES = [(1080, 1920), (1280, 720)]
LOOKS = [each.id for each in FILTERS]


def dressed(look: str | None, size: tuple[int, int]) -> tuple[Overlay, Picture, Area]:
    """The overlay of a look, and a grey canvas with a head that it has dressed."""
    whole = Area(0, 0, *size)
    stage = Stage(Image.new("RGB", size, (110, 110, 110)), whole, whole, 1.0)
    middle = size[0] / 2
    overlay = build_overlay(look, size)
    overlay.dress(stage, Area(middle - 90, size[1] * 0.45, middle + 90, size[1] * 0.45 + 180))
    return overlay, Picture(stage.image, size), whole


def drawn(overlay: Overlay, picture: Picture, whole: Area, seconds: float) -> Frame:
    """One frame."""
    frame = picture.look(whole)
    overlay.draw(frame, seconds, whole)
    return frame


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("look", LOOKS)
def test_frames_are_legal_moving_and_repeatable(look: str, size: tuple[int, int]) -> None:
    """Luma stays in its range, the picture moves, and a time always gives the same frame."""
    made = dressed(look, size)

    first, again, later = (drawn(*made, seconds) for seconds in (1.0, 1.0, 1.4))
    assert 16 <= first.y.min() <= first.y.max() <= 235
    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))
    assert not np.array_equal(first.y, later.y)


@pytest.mark.parametrize("size", SIZES)
def test_fire_is_at_the_bottom(size: tuple[int, int]) -> None:
    """Flames light the lowest fifth, not the top."""
    frame = drawn(*dressed("desi-fire", size), 1.0)

    fifth = size[1] // 5
    assert frame.y[-fifth:].mean() > frame.y[:fifth].mean() + 25


@pytest.mark.parametrize("size", SIZES)
def test_crown_stands_on_the_head_line(size: tuple[int, int]) -> None:
    """Above the head's top line there is gold and stone; the same place beside it is plain."""
    frame = drawn(*dressed("pet-maharaja", size), 0.0)

    top, middle = round(size[1] * 0.45), size[0] // 2
    crown, beside = frame.y[top - 90 : top, middle - 60 : middle + 60], frame.y[top - 90 : top, 200:320]
    assert crown.std() > 25
    assert beside.std() < 5


def test_lamps_light_the_upper_part() -> None:
    """Beams come from above."""
    frame = drawn(*dressed("bollywood-burn", SIZES[0]), 2.0)

    assert frame.y[:300].max() > frame.y[1500:1700].mean() + 40


def test_no_head_no_crown() -> None:
    """Without a pet the maharaja is a frame alone."""
    size = SIZES[1]
    stage = Stage(Image.new("RGB", size, (110, 110, 110)), Area(0, 0, *size), None, 1.0)

    build_overlay("pet-maharaja", size).dress(stage, None)

    assert 1 == len(stage.image.getcolors() or [])


def test_no_look_changes_nothing() -> None:
    """The plain overlay leaves the grey canvas grey."""
    frame = drawn(*dressed(None, SIZES[1]), 1.0)

    assert [1, 1, 1] == [len(np.unique(plane)) for plane in frame]


def test_unknown_look() -> None:
    """An id that is not in the table is a mistake of ours."""
    with pytest.raises(ValueError, match="sepia"):
        build_overlay("sepia", SIZES[0])
