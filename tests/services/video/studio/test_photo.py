"""Photos of every kind come out upright, RGB and small enough."""

import io

import numpy as np
import pytest
from PIL import Image

from meshkit.errors import InvalidInput, PayloadTooLarge
from services.video.studio.photo import WORKING_SIDE, open_photo


def encoded(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    """The image as a file."""
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


def half_red() -> Image.Image:
    """40 × 20, red on its left half, blue on the right."""
    image = Image.new("RGB", (40, 20), (0, 0, 255))
    image.paste((255, 0, 0), (0, 0, 20, 20))
    return image


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "LA", "CMYK", "1"])
def test_modes(mode: str) -> None:
    """Whatever the colours are stored as, RGB comes out at the same size."""
    form = "JPEG" if mode == "CMYK" else "PNG"

    photo = open_photo(encoded(half_red().convert(mode), form))

    assert ("RGB", (40, 20), 1.0) == (photo.image.mode, photo.image.size, photo.scale)


@pytest.mark.parametrize("form", ["GIF", "TIFF", "ICO"])
def test_other_formats_are_refused(form: str) -> None:
    """Only what a job may hold is opened, whatever else Pillow can read."""
    with pytest.raises(InvalidInput) as caught:
        open_photo(encoded(half_red(), form))

    assert "photo" == caught.value.field


def test_sixteen_bits_keep_their_brightness() -> None:
    """16-bit grey is scaled, not cut."""
    grey = Image.fromarray(np.full((32, 32), 40_000, dtype=np.uint16))

    assert (155, 155, 155) == open_photo(encoded(grey)).image.getpixel((5, 5))


def test_clear_parts_become_white() -> None:
    """Transparency shows white."""
    assert (255, 255, 255) == open_photo(encoded(Image.new("RGBA", (32, 32)))).image.getpixel((0, 0))


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [(1, (40, 20), (5, 10)), (3, (40, 20), (35, 10)), (6, (20, 40), (10, 5))],
)
def test_orientation(orientation: int, size: tuple[int, int], red_at: tuple[int, int]) -> None:
    """EXIF orientation is applied."""
    exif = Image.Exif()
    exif[0x0112] = orientation

    photo = open_photo(encoded(half_red(), "JPEG", exif=exif, quality=95))

    pixel = photo.image.getpixel(red_at)
    assert size == photo.image.size
    assert isinstance(pixel, tuple)
    assert pixel[0] > 200 > 60 > pixel[2]


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_large_photos_are_reduced(form: str) -> None:
    """A photo of 24 megapixels leaves at the working size, with the scale that boxes need."""
    photo = open_photo(encoded(Image.new("RGB", (6000, 4000), (9, 99, 9)), form))

    assert WORKING_SIDE == photo.image.width
    assert pytest.approx(WORKING_SIDE / 6000, rel=1e-3) == photo.scale


def test_more_than_forty_megapixels_is_refused() -> None:
    """The size is known before the pixels are."""
    with pytest.raises(PayloadTooLarge):
        open_photo(encoded(Image.new("1", (8000, 5001))))


@pytest.mark.parametrize("keep", [0, 10, 60])
def test_broken_files(keep: int) -> None:
    """Nothing, a header, or a part of a photo is no photo."""
    with pytest.raises(InvalidInput) as caught:
        open_photo(encoded(half_red())[:keep])

    assert "photo" == caught.value.field
