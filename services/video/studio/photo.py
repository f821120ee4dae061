"""Opens a photo upright and in bounded memory: never more than about four megapixels leave this module."""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from meshkit.errors import InvalidInput, PayloadTooLarge

MAX_PIXELS = 40_000_000
# Larger than any canvas needs: 1458 × 2592 is the largest.
WORKING_SIDE = 2600
_STRIP = 512
_ORIENTATION = 0x0112
_SIDEWAYS = {5, 6, 7, 8}


@dataclass(frozen=True, slots=True)
class Photo:
    """An upright RGB image and how many of its pixels make one pixel of the original."""

    image: Image.Image
    scale: float


def open_photo(data: bytes) -> Photo:
    """Decode JPEG, PNG, WebP and what else Pillow reads; raise InvalidInput or PayloadTooLarge."""
    try:
        with Image.open(io.BytesIO(data)) as source:
            return _shrink(source)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        raise InvalidInput("photo: could not be decoded.", field="photo") from None


def _shrink(source: Image.Image) -> Photo:
    width, height = source.size
    if width * height > MAX_PIXELS:
        raise PayloadTooLarge("photo: larger than 40 megapixels.", field="photo")
    orientation = source.getexif().get(_ORIENTATION, 1)
    source.draft("RGB", _fit(width, height))
    flat = _flatten(source, max(1, max(source.size) // WORKING_SIDE))
    flat.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.LANCZOS)
    flat.getexif()[_ORIENTATION] = orientation
    upright = ImageOps.exif_transpose(flat)
    upright_width = height if orientation in _SIDEWAYS else width
    return Photo(upright, upright.width / upright_width)


def _fit(width: int, height: int) -> tuple[int, int]:
    """The size asked of the JPEG decoder, which then halves as often as it stays above it."""
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
    if strip.mode.startswith(("I;16", "I", "F")):
        strip = strip.convert("I").point(lambda value: value / 257).convert("L")
    if strip.has_transparency_data:
        clear = strip.convert("RGBA")
        strip = Image.new("RGB", clear.size, "white")
        strip.paste(clear, mask=clear.getchannel("A"))
    return strip.convert("RGB")
