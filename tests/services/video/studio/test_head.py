"""The head is found on real photos."""

import pytest

from services.video.studio.head import find_head
from services.video.studio.photo import open_photo
from services.video.studio.spec import Box
from services.video.studio.stage import Area, set_stage
from tests.services.video.studio.conftest import CAT, COW, DOG, PHOTOS


def head_in_photo(name: str, box: tuple[float, float, float, float]) -> Area:
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


@pytest.mark.parametrize(
    ("name", "box", "left", "right", "lowest"),
    [("dog", DOG, 700, 920, 180), ("cat", CAT, 185, 440, 230), ("cow", COW, 230, 420, 400)],
)
def test_crown_line_is_at_the_head(
    name: str, box: tuple[float, float, float, float], left: float, right: float, lowest: float
) -> None:
    """Its middle is over the head, its top at the head's upper part, its width a head's and not a body's."""
    head = head_in_photo(name, box)

    assert left < head.centre[0] < right
    assert box[1] <= head.y0 < lowest
    assert 60 < head.width < 300


def test_no_pet_no_head() -> None:
    """Nothing to crown."""
    stage = set_stage(open_photo((PHOTOS / "none-003.webp").read_bytes()), (), (1280, 720))

    assert find_head(stage) is None


@pytest.mark.parametrize("box", [(0, 0, 1024, 768), (0, 0, 8, 8), (1010, 0, 1024, 768), (0, 760, 1024, 768)])
def test_any_box_has_an_answer(box: tuple[float, float, float, float]) -> None:
    """The whole photo, a speck and slivers at the edges."""
    head = head_in_photo("dog", box)

    assert head.width > 0
