"""Looks at a picture's header, before anything is decoded.

Only the few bytes that say the format, the size and the EXIF orientation are read, so a small file that
claims a huge picture costs nothing. Formats: JPEG (ITU T.81), PNG (ISO 15948) and WebP (RFC 9649).
"""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass

from meshkit.errors import InvalidInput, PayloadTooLarge, UnsupportedMedia

MAX_BYTES = 10 * 1024 * 1024
MIN_SIDE = 32
MAX_PIXELS = 40_000_000

CONTENT_TYPES = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
ORIENTATION_TAG = 0x0112
# Start-of-frame markers: all of 0xC0-0xCF but DHT, JPG and DAC.
JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
MAX_CHUNKS = 1000
# A marker may be preceded by any number of these; skipped at once, for a file may hold millions.
FILL = re.compile(rb"\xff+(?=\xff)")


@dataclass(frozen=True)
class ImageInfo:
    """A picture's header: `format` is jpeg, png or webp; the size in pixels is as stored.

    `orientation` is the EXIF value, 1 to 8 (1: upright); from 5 on width and height swap when it is applied.
    """

    format: str
    width: int
    height: int
    orientation: int = 1

    @property
    def content_type(self) -> str:
        """The media type, such as `image/jpeg`."""
        return CONTENT_TYPES[self.format]


def inspect_image(data: bytes, *, field: str) -> ImageInfo:
    """Reads a picture's header and enforces the limits.

    Raises, all naming `field`: PayloadTooLarge (IMAGE_TOO_LARGE), UnsupportedMedia (IMAGE_TYPE_UNSUPPORTED),
    InvalidInput (IMAGE_UNREADABLE, IMAGE_TOO_SMALL, IMAGE_TOO_MANY_PIXELS).
    """
    if len(data) > MAX_BYTES:
        raise PayloadTooLarge(
            f"{field}: the picture is larger than {MAX_BYTES} bytes.", field=field, reason="IMAGE_TOO_LARGE"
        )
    info = _read(data, field)
    if min(info.width, info.height) < MIN_SIDE:
        raise InvalidInput(
            f"{field}: the picture must be at least {MIN_SIDE}x{MIN_SIDE} pixels.",
            field=field,
            reason="IMAGE_TOO_SMALL",
        )
    if info.width * info.height > MAX_PIXELS:
        raise InvalidInput(
            f"{field}: the picture has more than {MAX_PIXELS // 1_000_000} megapixels.",
            field=field,
            reason="IMAGE_TOO_MANY_PIXELS",
        )
    return info


def sniff(data: bytes) -> str | None:
    """The format by its first bytes: jpeg, png, webp or None."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return None


def _read(data: bytes, field: str) -> ImageInfo:
    kind = sniff(data)
    if kind is None:
        raise UnsupportedMedia(
            f"{field}: only JPEG, PNG and WebP pictures are accepted.",
            field=field,
            reason="IMAGE_TYPE_UNSUPPORTED",
        )
    try:
        width, height, exif = READERS[kind](data)
    except (struct.error, IndexError, ValueError):
        raise InvalidInput(
            f"{field}: the picture cannot be read.", field=field, reason="IMAGE_UNREADABLE"
        ) from None
    return ImageInfo(kind, width, height, _orientation(exif))


def _jpeg(data: bytes) -> tuple[int, int, bytes]:
    """Width, height and EXIF block of a JPEG: walks the segments up to the frame header."""
    at, exif = 2, b""
    for _ in range(MAX_CHUNKS):
        fill = FILL.match(data, at)
        at = fill.end() if fill else at
        if data[at] != 0xFF:
            raise ValueError("no marker")
        marker = data[at + 1]
        (length,) = struct.unpack_from(">H", data, at + 2)
        if marker in JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height, exif
        if marker == 0xE1 and data[at + 4 : at + 10] == b"Exif\x00\x00" and not exif:
            exif = data[at + 10 : at + 2 + length]
        at += 2 + max(length, 2)
    raise ValueError("no frame")


def _png(data: bytes) -> tuple[int, int, bytes]:
    """Width, height and EXIF block of a PNG: IHDR comes first, eXIf before the pixels or after."""
    if data[12:16] != b"IHDR":
        raise ValueError("no IHDR")
    width, height = struct.unpack_from(">II", data, 16)
    at = 8
    for _ in range(MAX_CHUNKS):
        if at + 8 > len(data):
            break
        length, name = struct.unpack_from(">I4s", data, at)
        if name == b"eXIf":
            return width, height, data[at + 8 : at + 8 + length]
        at += 12 + length
    return width, height, b""


def _webp(data: bytes) -> tuple[int, int, bytes]:
    """Width, height and EXIF block of a WebP: simple lossy, simple lossless or extended."""
    first = data[12:16]
    if first == b"VP8 ":
        if data[23:26] != b"\x9d\x01\x2a":
            raise ValueError("no key frame")
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF, b""
    if first == b"VP8L":
        if data[20] != 0x2F:
            raise ValueError("no signature")
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, b""
    if first != b"VP8X":
        raise ValueError("unknown chunk")
    if len(data) < 30:
        raise ValueError("cut")
    width = int.from_bytes(data[24:27], "little") + 1
    height = int.from_bytes(data[27:30], "little") + 1
    return width, height, _webp_exif(data)


def _webp_exif(data: bytes) -> bytes:
    at = 12
    for _ in range(MAX_CHUNKS):
        if at + 8 > len(data):
            break
        name, length = struct.unpack_from("<4sI", data, at)
        if name == b"EXIF":
            return data[at + 8 : at + 8 + length].removeprefix(b"Exif\x00\x00")
        at += 8 + length + (length & 1)
    return b""


def _orientation(exif: bytes) -> int:
    """The orientation tag of a TIFF block's first directory; 1 where there is none or it is nonsense."""
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(exif[:4])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(order + "I", exif, 4)
        (count,) = struct.unpack_from(order + "H", exif, start)
        for entry in range(start + 2, start + 2 + 12 * count, 12):
            tag, _, _, value = struct.unpack_from(order + "HHIH", exif, entry)
            if tag == ORIENTATION_TAG:
                return int(value) if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


READERS: dict[str, Callable[[bytes], tuple[int, int, bytes]]] = {"jpeg": _jpeg, "png": _png, "webp": _webp}
