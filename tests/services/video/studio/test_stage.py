"""Where the photo and the pet are on the canvas."""

import pytest
from PIL import Image

from services.video.studio.photo import Photo
from services.video.studio.spec import Box
from services.video.studio.stage import LONGEST_SHAPE, Area, best_box, set_stage

PORTRAIT, LANDSCAPE = (1080, 1920), (1280, 720)


def photo_of(width: int, height: int, scale: float = 1.0) -> Photo:
    """A plain photo."""
    return Photo(Image.new("RGB", (width, height), (200, 120, 40)), scale)


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize("shape", [(32, 32), (1024, 768), (60, 1200), (1200, 60), (2600, 1700), (1900, 1080)])
def test_canvas_has_the_shape_of_the_video(size: tuple[int, int], shape: tuple[int, int]) -> None:
    """Even sides, the video's shape, the photo inside it."""
    stage = set_stage(photo_of(*shape), (), size)

    width, height = stage.image.size
    assert (0, 0) == (width % 2, height % 2)
    assert pytest.approx(size[0] / size[1], rel=3e-3) == width / height
    assert width >= size[0]
    assert 0 <= stage.photo.x0 < stage.photo.x1 <= width
    assert 0 <= stage.photo.y0 < stage.photo.y1 <= height


def test_boxes_move_with_the_photo() -> None:
    """A box in pixels of the original lands on the same part of the photo on the canvas."""
    stage = set_stage(photo_of(1000, 500, 0.5), (Box(500, 250, 1000, 500, "dog", 0.9),), PORTRAIT)

    photo, pet = stage.photo, stage.pet
    assert pet is not None
    assert pytest.approx(photo.x0 + photo.width * 0.25, abs=1) == pet.x0
    assert pytest.approx(photo.y0 + photo.height * 0.25, abs=1) == pet.y0
    assert pytest.approx(photo.width * 0.25, abs=1) == pet.width


def test_long_photos_are_cut_around_the_pet() -> None:
    """Of a photo of 20:1 the part with the pet is shown."""
    stage = set_stage(photo_of(1200, 60), (Box(1100, 10, 1190, 55, "cat", 0.9),), PORTRAIT)

    assert stage.pet is not None
    assert pytest.approx(LONGEST_SHAPE, rel=0.02) == stage.photo.width / stage.photo.height
    assert stage.photo.x0 <= stage.pet.x0
    assert stage.pet.x1 <= stage.photo.x1


@pytest.mark.parametrize("box", [(-50, -50, -10, -10), (900, 900, 2000, 2000), (10, 10, 5, 5), (1, 1, 1, 9)])
def test_boxes_off_the_photo_are_no_pets(box: tuple[float, float, float, float]) -> None:
    """A box outside, inside out or empty is ignored."""
    assert set_stage(photo_of(800, 600), (Box(*box, "dog", 0.9),), LANDSCAPE).pet is None


def test_best_box_is_large_and_sure() -> None:
    """Area times score decides."""
    small, large = Box(0, 0, 10, 10, "cat", 0.99), Box(0, 0, 100, 100, "dog", 0.6)

    assert large == best_box((small, large))
    assert best_box(()) is None


def test_area_within() -> None:
    """What two areas share."""
    assert Area(2, 2, 5, 5) == Area(0, 0, 5, 5).within(Area(2, 2, 9, 9))
    assert Area(0, 0, 1, 1).within(Area(5, 5, 9, 9)) is None
