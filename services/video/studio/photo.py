"""Opens a photo upright and in bounded memory: never more than about four megapixels leave this module."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from meshkit.errors import InvalidInput, PayloadTooLarge

MAX_PIXELS = 40_000_000
# Larger than any canvas needs: 1458 × 2592 is the largest.
WORKING_SIDE = 2600
_STRIP = 128
# What jobs are made of, and the copy that webp.py makes of a large one: Pillow has fifty readers more.
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP")
_ORIENTATION = 0x0112
_SIDEWAYS = {5, 6, 7, 8}


@dataclass(frozen=True, slots=True)
class Photo:
    """An upright RGB image and how many of its pixels make one pixel of the original."""

    image: Image.Image
    scale: float


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself: its format, its size as stored, whether it may be clear, its EXIF orientation."""

    form: str
    width: int
    height: int
    clear: bool
    orientation: int


def read_header(data: bytes) -> Header:
    """Read no pixels; raise InvalidInput for what is no photo, PayloadTooLarge beyond 40 megapixels."""
    with _opened(data) as source:
        header = Header(
            source.format or "", *source.size, source.has_transparency_data,
            source.getexif().get(_ORIENTATION, 1),
        )  # fmt: skip
    if header.width * header.height > MAX_PIXELS:
        raise PayloadTooLarge("photo: larger than 40 megapixels.", field="photo")
    return header


def open_photo(data: bytes, header: Header | None = None) -> Photo:
    """Decode what Pillow reads; raise InvalidInput or PayloadTooLarge.

    A `header` says that `data` is the reduced copy of another file, whose orientation and size count.
    """
    header = header or read_header(data)
    with _opened(data) as source:
        source.draft("RGB", fit(*source.size))
        flat = _flatten(source, max(1, max(source.size) // WORKING_SIDE))
    flat.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.LANCZOS)
    flat.getexif()[_ORIENTATION] = header.orientation
    upright = ImageOps.exif_transpose(flat)
    width = header.height if header.orientation in _SIDEWAYS else header.width
    return Photo(upright, upright.width / width)


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as source:
            yield source
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        raise InvalidInput("photo: could not be decoded.", field="photo") from None


def fit(width: int, height: int) -> tuple[int, int]:
    """The size to which a photo of that size is reduced."""
    factor = min(1.0, WORKING_SIDE / max(width, height))
    return max(1, round(width * factor)), max(1, round(height * factor))


def _flatten(source: Image.Image, factor: int) -> Image.Image:
    """RGB on white, reduced by `factor`, strip by strip: the whole is never copied at full size."""
    width, height = source.size
    step = _STRIP * factor
    flat = Image.new("RGB", (-(-width // factor), -(-height // factor)))
    for top in range(0, height, step):
        strip = _to_rgb(source.crop((0, top, width, min(height, top + step))))
        flat.paste(strip.reduce(factor) if factor > 1 else strip, (0, top // factor))
    return flat


def _to_rgb(strip: Image.Image) -> Image.Image:
    if strip.mode.startswith("I"):
        strip = strip.convert("I").point(lambda value: value / 257).convert("L")
    if strip.has_transparency_data:
        clear = strip.convert("RGBA")
        strip = Image.new("RGB", clear.size, "white")
        strip.paste(clear, mask=clear.getchannel("A"))
    return strip.convert("RGB")
