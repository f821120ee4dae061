"""From the bytes of a JPEG, PNG or WebP file to the model's frame. Pure CPU work: it belongs on a thread."""

import io
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from meshkit.errors import InvalidInput
from meshkit.images import MAX_PIXELS, ImageInfo, inspect_image
from meshkit.log import get_logger
from services.detector.letterbox import Letterbox

Frame = npt.NDArray[np.uint8]
"""RGB, [height, width, 3]."""

_log = get_logger(__name__)

# What has too many pixels is refused by inspect_image, with an answer that names the field.
Image.MAX_IMAGE_PIXELS = None

_FORMATS = ("JPEG", "PNG", "WEBP")
_BORDER = 114  # the grey that detectors are trained with around a letterboxed picture
_PAPER = (255, 255, 255)  # what transparent parts lie on, as in a browser

# A progressive JPEG may hold any number of scans, each a pass over the whole picture; ten are usual.
# Within these limits decoding takes some seconds at most; without them a 10 MiB file may take hours.
_MAX_SCANS = 100
_MAX_SCANNED_PIXELS = 1_000_000_000
_MAX_MARKERS = 10_000
# Those with a length: no fill bytes, TEM or restarts, nor the 0xFF 0x00 of coded data (T.81, B.1.1).
_MARKER = re.compile(rb"\xff[\x02-\xcf\xd8-\xfe]")
_SCAN, _END_OF_IMAGE = b"\xff\xda", b"\xff\xd9"

# How often a picture lies in memory at the peak: the coefficients of a progressive JPEG, transparency multiplied
# into a second copy, the canvases that libwebp keeps for an animation.
_COPIES = {"jpeg": 2, "png": 2, "webp": 4}

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How a stored picture is turned upright, by its EXIF orientation (EXIF 2.32, tag 274). 1: it is upright."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture inside the model's frame, and where it lies there."""

    frame: Frame
    place: Letterbox


def inspect(data: bytes, field: str) -> ImageInfo:
    """The picture's header.

    Raises, naming `field`: what meshkit.images.inspect_image raises, and InvalidInput (IMAGE_TOO_COMPLEX).
    """
    header = inspect_image(data, field=field)
    if header.format == "jpeg":
        _check_scans(data, header.width * header.height, field)
    return header


def cost(header: ImageInfo) -> int:
    """The memory that decoding takes at its peak, in pixels of four bytes."""
    return header.width * header.height * _COPIES[header.format]


def decode(data: bytes, header: ImageInfo, frame_width: int, frame_height: int, field: str) -> Picture:
    """The upright picture in a frame of [frame_height, frame_width, 3].

    Raises InvalidInput naming `field`: IMAGE_TRUNCATED when the file's end is missing, else IMAGE_CORRUPT.
    """
    picture = _attempt(data, header.orientation, frame_width, frame_height)
    if picture is None:
        raise _undecodable(data, field)
    return picture


def _attempt(data: bytes, orientation: int, frame_width: int, frame_height: int) -> Picture | None:
    """None for a damaged file. No error leaves it: with its traceback it would take along the pixels so far."""
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            return _fit(image, orientation, frame_width, frame_height)
    except Exception as error:  # noqa: BLE001 - Pillow's plugins raise a dozen kinds on broken files
        _log.info("picture undecodable", error=type(error).__name__, detail=str(error)[:200])
        return None


def _fit(image: Image.Image, orientation: int, frame_width: int, frame_height: int) -> Picture:
    if image.width * image.height > MAX_PIXELS:
        raise ValueError("the picture is larger than its header says")
    lies = orientation >= 5
    width, height = image.size[::-1] if lies else image.size
    place = Letterbox.fit(width, height, frame_width, frame_height)
    inner = (place.inner_height, place.inner_width) if lies else (place.inner_width, place.inner_height)
    small = _shrink(image, inner)
    if orientation in _TURNS:
        small = small.transpose(_TURNS[orientation])
    return Picture(framed(small, place), place)


def _shrink(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """RGB of `size`. A JPEG is decoded at an eighth, a quarter or half its size where that is enough."""
    image.draft(None, size)
    image.load()
    smooth = _with_smooth_values(image)
    small = smooth.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
    if small.mode.startswith("I"):
        return _from_16_bits(small)
    return _on_paper(small) if small.mode in ("RGBA", "LA") else small.convert("RGB")


def _with_smooth_values(image: Image.Image) -> Image.Image:
    """The picture in a mode whose values may be averaged."""
    if "transparency" in image.info or image.mode == "PA":
        return image.convert("RGBA")
    if image.mode == "P":
        return image.convert("RGB")
    return image.convert("L") if image.mode == "1" else image


def _from_16_bits(image: Image.Image) -> Image.Image:
    """The upper eight bits of 16-bit grey: Pillow's own conversion cuts at 255 instead of scaling."""
    values = np.asarray(image).astype(np.int64) >> 8
    return Image.fromarray(values.clip(0, 255).astype(np.uint8)).convert("RGB")


def _on_paper(image: Image.Image) -> Image.Image:
    whole = image.convert("RGBA")
    paper = Image.new("RGB", whole.size, _PAPER)
    paper.paste(whole, mask=whole.getchannel("A"))
    return paper


def framed(image: Image.Image, place: Letterbox) -> Frame:
    """The model's frame, [frame_height, frame_width, 3], with an RGB image of the inner size in its place."""
    frame = np.full((place.frame_height, place.frame_width, 3), _BORDER, np.uint8)
    bottom, right = place.top + place.inner_height, place.left + place.inner_width
    frame[place.top : bottom, place.left : right] = np.asarray(image)
    return frame


def _check_scans(data: bytes, pixels: int, field: str) -> None:
    scans = _scans(data)
    if scans > _MAX_SCANS or (scans > 1 and scans * pixels > _MAX_SCANNED_PIXELS):
        raise InvalidInput(
            f"{field}: the picture is a progressive JPEG with too many scans; save it as a baseline one.",
            field=field,
            reason="IMAGE_TOO_COMPLEX",
        )


def _scans(data: bytes) -> int:
    """How many scans there are up to the picture's end: the same bytes may lie behind it, in a phone's film, or in a
    thumbnail. More markers than any picture has count as too many scans."""
    if data.count(_SCAN) <= 1:
        return 1
    scans, at = 0, 2
    for _ in range(_MAX_MARKERS):
        found = _MARKER.search(data, at)
        if found is None or found[0] == _END_OF_IMAGE:
            return scans
        scans += found[0] == _SCAN
        at = found.end() + max(2, int.from_bytes(data[found.end() : found.end() + 2], "big"))
    return _MAX_SCANS + 1


def _undecodable(data: bytes, field: str) -> InvalidInput:
    if _is_cut_off(data):
        return InvalidInput(
            f"{field}: the picture is cut off; the end of the file is missing.",
            field=field,
            reason="IMAGE_TRUNCATED",
        )
    return InvalidInput(
        f"{field}: the picture is damaged and cannot be decoded.", field=field, reason="IMAGE_CORRUPT"
    )


def _is_cut_off(data: bytes) -> bool:
    if data[:2] == b"\xff\xd8":  # JPEG: no end of image after the last scan
        return data.rfind(b"\xff\xd9") <= data.rfind(b"\xff\xda")
    if data[:4] == b"RIFF":  # WebP: the header tells the length
        return len(data) < 8 + int.from_bytes(data[4:8], "little")
    return b"IEND" not in data[-64:]
