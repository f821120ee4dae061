"""Large WebP photos take the way through ffmpeg."""

import io
from pathlib import Path

import pytest
from PIL import Image

from meshkit.errors import InvalidInput
from services.video.studio.photo import open_photo, read_header
from services.video.studio.webp import REDUCED, SOURCE, is_large_webp, reduce_webp


def large_webp(width: int, height: int, mode: str = "RGB", orientation: int = 1) -> bytes:
    """Red on the left half, blue on the right."""
    image = Image.new(mode, (width, height), "blue")
    image.paste("red", (0, 0, width // 2, height))
    if mode == "RGBA":
        image.putpixel((0, 0), (0, 0, 0, 0))
    exif, target = Image.Exif(), io.BytesIO()
    exif[0x0112] = orientation
    image.save(target, "WEBP", method=0, quality=60, exif=exif)
    return target.getvalue()


@pytest.mark.parametrize(("orientation", "red_at"), [(1, (0.1, 0.5)), (6, (0.5, 0.1))])
async def test_reduced_upright_and_to_scale(
    tmp_path: Path, orientation: int, red_at: tuple[float, float]
) -> None:
    """The reduced copy stands for the whole: its orientation is applied and boxes keep their places."""
    data = large_webp(4000, 2200, orientation=orientation)
    (tmp_path / SOURCE).write_bytes(data)
    header = read_header(data)

    await reduce_webp(tmp_path, header)
    photo = open_photo((tmp_path / REDUCED).read_bytes(), header)

    pixel = photo.image.getpixel((int(red_at[0] * photo.image.width), int(red_at[1] * photo.image.height)))
    assert is_large_webp(header)
    assert pytest.approx(2600 / 4000, rel=1e-3) == photo.scale
    assert isinstance(pixel, tuple)
    assert pixel[0] > 180 > 60 > pixel[2]


def test_small_and_clear_photos_stay_with_pillow() -> None:
    """Only large opaque ones take the detour."""
    assert not is_large_webp(read_header(large_webp(400, 300)))
    assert not is_large_webp(read_header(large_webp(4000, 2200, "RGBA")))


async def test_broken_file(tmp_path: Path) -> None:
    """A truncated photo is said to be one."""
    data = large_webp(4000, 2200)
    (tmp_path / SOURCE).write_bytes(data[:64])

    with pytest.raises(InvalidInput) as caught:
        await reduce_webp(tmp_path, read_header(data))

    assert "photo" == caught.value.field
