"""The head is found on real photos."""

import pytest
from PIL import Image

from services.video.studio.head import find_head
from services.video.studio.photo import Photo, open_photo
from services.video.studio.spec import Box
from services.video.studio.stage import Area, set_stage
from tests.services.video.studio.conftest import PHOTOS

Corners = tuple[float, float, float, float]

# What the detector answers for the photos.
DOG, CAT = (27.5, 14.4, 894.8, 738.4), (195.0, 100.1, 1024.0, 567.0)
COW, HEN = (217.4, 280.0, 942.5, 717.2), (40.9, 122.5, 221.6, 514.3)


def head_in_photo(name: str, box: Corners) -> Area:
    """The head's area in pixels of the photo."""
    stage = set_stage(
        open_photo((PHOTOS / f"{name}.webp").read_bytes()), (Box(*box, name, 0.9),), (1280, 720)
    )
    head = find_head(stage)
    assert head is not None
    factor = 1024 / stage.photo.width
    return Area(
        (head.x0 - stage.photo.x0) * factor, (head.y0 - stage.photo.y0) * factor,
        (head.x1 - stage.photo.x0) * factor, (head.y1 - stage.photo.y0) * factor,
    )  # fmt: skip


@pytest.mark.parametrize("shift", [(0, 0, 0, 0), (-10, -6, 6, 10), (12, 10, -12, -10)])
@pytest.mark.parametrize(
    ("name", "box", "across", "down"),
    [
        ("dog", DOG, (740, 900), (100, 175)),
        ("cat", CAT, (240, 390), (150, 245)),
        ("cow", COW, (225, 400), (285, 350)),
        ("chickens", HEN, (85, 190), (120, 190)),
    ],
)
def test_crown_line_is_at_the_head(
    name: str, box: Corners, shift: Corners, across: tuple[int, int], down: tuple[int, int]
) -> None:
    """Its middle is over the head and its top between ears and eyes, though the box is a little off."""
    (x0, y0, x1, y1), (left, top, right, bottom) = box, shift

    head = head_in_photo(name, (x0 + left, y0 + top, x1 + right, y1 + bottom))

    assert across[0] < head.centre[0] < across[1]
    assert down[0] < head.y0 < down[1]
    assert 60 < head.width < 300


def test_a_close_up_is_crowned_in_the_middle() -> None:
    """A face that fills the photo has no end to look for the head at, though its box is wider than tall."""
    with Image.open(PHOTOS / "cat.webp") as whole:
        face = whole.convert("RGB").crop((175, 190, 465, 390))
    stage = set_stage(Photo(face, 1.0), (Box(0, 0, 290, 200, "cat", 0.9),), (1280, 720))

    head = find_head(stage)

    assert head is not None
    assert pytest.approx(stage.photo.centre[0], abs=0.15 * stage.photo.width) == head.centre[0]


def test_no_pet_no_head() -> None:
    """Nothing to crown."""
    stage = set_stage(open_photo((PHOTOS / "none-003.webp").read_bytes()), (), (1280, 720))

    assert find_head(stage) is None


@pytest.mark.parametrize("box", [(0, 0, 1024, 768), (0, 0, 8, 8), (1010, 0, 1024, 768), (0, 760, 1024, 768)])
def test_any_box_has_an_answer(box: Corners) -> None:
    """The whole photo, a speck and slivers at the edges."""
    head = head_in_photo("dog", box)

    assert head.width > 0
