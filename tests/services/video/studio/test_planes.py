"""Colours and views."""

import numpy as np
from PIL import Image

from services.video.studio.planes import Picture, colour
from services.video.studio.stage import Area


def test_colours_of_the_standard() -> None:
    """Black, white and red of BT.709 in limited range."""
    assert (16, 128, 128) == colour((0, 0, 0))
    assert (235, 128, 128) == colour((255, 255, 255))
    assert (63, 102, 240) == colour((255, 0, 0))


def test_views_are_exact_to_a_part_of_a_pixel() -> None:
    """On a ramp of two levels a pixel, moving by half a pixel moves the brightness by one level."""
    ramp = np.tile(np.arange(120, dtype=np.uint8) * 2, (64, 1))
    picture = Picture(Image.fromarray(ramp).convert("RGB"), (64, 64))

    first, second = (picture.look(Area(x, 0, x + 64, 64)).y.astype(float) for x in (10.0, 15.0))
    halfway = picture.look(Area(12.5, 0, 76.5, 64)).y.astype(float)
    middle = slice(4, -4)
    assert abs((first + second) / 2 - halfway)[:, middle].max() <= 1.0


def test_frame_has_three_planes_that_can_be_drawn_on() -> None:
    """Luma whole, chroma half, all writable."""
    frame = Picture(Image.new("RGB", (80, 40)), (40, 20)).look(Area(0, 0, 80, 40))

    assert [(20, 40), (10, 20), (10, 20)] == [plane.shape for plane in frame]
    assert all(plane.flags.writeable and plane.flags.c_contiguous for plane in frame)
