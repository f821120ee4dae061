"""The camera moves smoothly, inside the canvas, towards the pet."""

from itertools import pairwise

import pytest
from PIL import Image

from services.video.studio.motion import CLOSEST, aim
from services.video.studio.stage import Area, Stage

WIDTH, HEIGHT = 1080, 1920


def stage_with(pet: Area | None) -> Stage:
    """A canvas with a pet somewhere."""
    return Stage(Image.new("RGB", (WIDTH, HEIGHT)), Area(0, 555, WIDTH, 1365), pet, 1.0)


@pytest.mark.parametrize(
    "pet", [None, Area(700, 600, 1000, 900), Area(0, 555, 60, 600), Area(0, 555, 1080, 1365)]
)
@pytest.mark.parametrize("duration", [0.4, 8.0, 150.0])
def test_views_stay_inside_and_keep_their_shape(pet: Area | None, duration: float) -> None:
    """From the whole canvas to a part of it; never past an edge, never squeezed, never too close."""
    camera = aim(stage_with(pet), None, duration)

    views = [camera.view(duration * step / 200) for step in range(201)]
    assert Area(0, 0, WIDTH, HEIGHT) == views[0]
    assert all(view.x0 >= 0 and view.y0 >= 0 for view in views)
    assert all(view.x1 <= WIDTH + 1e-6 and view.y1 <= HEIGHT + 1e-6 for view in views)
    assert all(pytest.approx(WIDTH / HEIGHT) == view.width / view.height for view in views)
    assert min(view.width for view in views) >= WIDTH / CLOSEST - 1e-6


@pytest.mark.parametrize("duration", [2.0, 8.0, 150.0])
def test_the_move_is_smooth(duration: float) -> None:
    """From frame to frame no edge moves more than five pixels, nor changes its speed by more than a third of one."""
    camera = aim(stage_with(Area(700, 600, 1000, 900)), None, duration)

    edges = [camera.view(number / 25).x0 for number in range(round(duration * 25) + 1)]
    steps = [second - first for first, second in pairwise(edges)]
    assert max(map(abs, steps)) < 5
    assert max(abs(second - first) for first, second in pairwise(steps)) < 0.34


def test_it_ends_at_the_pet() -> None:
    """The last view is around the pet and closer than the first."""
    pet = Area(700, 600, 1000, 900)

    last = aim(stage_with(pet), None, 12.0).view(12.0)

    assert last.width < WIDTH * 0.75
    assert last.x0 <= pet.x0
    assert pet.x1 <= last.x1
    assert last.y0 <= pet.y0
    assert pet.y1 <= last.y1
