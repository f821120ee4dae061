"""Files made to harm a service that decodes pictures, by what they try."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
from PIL import Image

from tests.services.detector import making
from tests.services.detector.containers import (
    PNG,
    SCAN,
    Parts,
    join,
    png,
    png_chunk,
    resized,
    sealed,
    split,
    webp_chunk,
)

SIDES = (120, 80)
QUARTERS = making.quarters(*SIDES)
SMALL = {kind: making.encoded(QUARTERS, kind) for kind in ("JPEG", "PNG", "WEBP")}


# What is answered.


def with_exif(block: bytes) -> bytes:
    """A JPEG with that EXIF block."""
    return making.encoded(QUARTERS, "JPEG", exif=b"Exif\x00\x00" + block)


def exif_loop() -> bytes:
    """Directories that name each other as the next one, and themselves as the one below."""
    below, above = (
        struct.pack("<HHHIII", 1, 0x8769, 4, 1, 26, 8),
        struct.pack("<HHHIII", 1, 0x8769, 4, 1, 8, 26),
    )
    return b"II*\x00\x08\x00\x00\x00" + below + above


def zipped() -> bytes:
    """A ZIP archive of a page with a script."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("index.html", "<script>alert(1)</script>")
    return file.getvalue()


def motion_photo() -> bytes:
    """A JPEG of 12 megapixels with a film of some megabytes behind it, as phones make them."""
    photo = making.encoded(making.quarters(4000, 3000), "JPEG", quality=50)
    return photo + b"\0\0\0\x18ftypmp42" + Random(1).randbytes(6 << 20)


def long_animation() -> bytes:
    """A WebP of two thousand frames."""
    frame = webp_chunk(b"ANMF", bytes(6) + _three(63) + _three(63) + _three(10) + b"\0" + _webp_frame(64, 64))
    head = b"\x02\0\0\0" + _three(63) + _three(63)
    return _riff(webp_chunk(b"VP8X", head), webp_chunk(b"ANIM", bytes(6)), frame * 2000)


def wide_canvas() -> bytes:
    """An animation of almost 40 megapixels whose only frame is small: the decoder draws the whole canvas."""
    frame = webp_chunk(b"ANMF", bytes(6) + _three(63) + _three(63) + _three(10) + b"\0" + _webp_frame(64, 64))
    head = b"\x02\0\0\0" + _three(6599) + _three(5999)
    return _riff(webp_chunk(b"VP8X", head), webp_chunk(b"ANIM", bytes(6)), frame)


def endless_pixels() -> bytes:
    """A PNG with 200 MB of zeros, well packed, behind its last row."""
    packed = zlib.compressobj(1)
    rows = b"".join(packed.compress(bytes(1 << 20)) for _ in range(200)) + packed.flush()
    head = struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)
    return PNG + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")


def many_chunks() -> bytes:
    """A PNG of fifty thousand chunks that mean nothing."""
    parts = split(SMALL["PNG"])
    return join(Parts(parts.start, [parts.chunks[0], png_chunk(b"juNk", b"") * 50_000, *parts.chunks[1:]]))


def restarts() -> bytes:
    """A JPEG with a restart marker behind each of its 7,500 blocks."""
    return making.encoded(making.quarters(800, 600), "JPEG", restart_marker_blocks=1, subsampling=0)


def ycck() -> bytes:
    """A JPEG of four colours in YCCK, as Photoshop writes it: red, its values inverted."""
    data = making.encoded(Image.new("CMYK", (64, 64), (0, 255, 255, 0)), "JPEG")
    return data[:2] + b"\xff\xee\x00\x0eAdobe\x00d\x00\x00\x00\x00\x02" + data[2:]


def _saved(kind: str, **options: Any) -> Callable[[], bytes]:
    return lambda: making.encoded(QUARTERS, kind, **options)


def _deep(colour: bool) -> bytes:
    grey = np.full((80, 120, 3), 32_768, np.uint16)
    return png(grey, bits=16) if colour else making.encoded(Image.fromarray(grey[..., 0]), "PNG")


ANSWERED: dict[str, Callable[[], bytes]] = {
    "exif, garbage of 64 KiB": lambda: with_exif(Random(1).randbytes(65_000)),
    "exif, loop": lambda: with_exif(exif_loop()),
    "exif, offset beyond the file": lambda: with_exif(b"II*\x00" + struct.pack("<I", 2**32 - 2)),
    "exif, a million entries": lambda: with_exif(b"II*\x00\x08\x00\x00\x00\xff\xff" + b"\x12\x01" * 30_000),
    "profile, garbage": lambda: making.encoded(QUARTERS, "JPEG", icc_profile=Random(1).randbytes(200_000)),
    "profile, garbage, in a png": lambda: making.encoded(QUARTERS, "PNG", icc_profile=b"no profile"),
    "trailing garbage": lambda: SMALL["JPEG"] + Random(1).randbytes(100_000),
    "jpeg and zip": lambda: SMALL["JPEG"] + zipped(),
    "png and zip": lambda: SMALL["PNG"] + zipped(),
    "mpo": lambda: making.encoded(QUARTERS, "MPO", save_all=True, append_images=[QUARTERS] * 3),
    "many chunks": many_chunks,
    "png of many frames": _saved(
        "PNG", save_all=True, append_images=[Image.new("RGB", SIDES), QUARTERS] * 100
    ),
    "16 bits": lambda: _deep(colour=True),
    "16 bits grey": lambda: _deep(colour=False),
}
"""Files of 120 x 80 pixels that look bad and are harmless."""


# What is refused.


def claiming(kind: str, width: int, height: int) -> bytes:
    """A tiny file whose header claims that size."""
    return resized(SMALL[kind], width, height)


def _packed_text(megabytes: int) -> bytes:
    return zlib.compress(bytes(megabytes << 20), 9)


def with_text(megabytes: int) -> bytes:
    """A PNG with a comment that unpacks to so many megabytes."""
    parts = split(SMALL["PNG"])
    text = png_chunk(b"zTXt", b"Comment\0\0" + _packed_text(megabytes))
    return join(Parts(parts.start, [parts.chunks[0], text, *parts.chunks[1:]]))


def with_profile(megabytes: int) -> bytes:
    """A PNG with a colour profile that unpacks to so many megabytes."""
    parts = split(SMALL["PNG"])
    profile = png_chunk(b"iCCP", b"p\0\0" + _packed_text(megabytes))
    return join(Parts(parts.start, [parts.chunks[0], profile, *parts.chunks[1:]]))


def many_scans(pixels: tuple[int, int], scans: int) -> bytes:
    """A progressive JPEG of that size whose last scan comes again and again."""
    parts = split(making.encoded(making.quarters(*pixels), "JPEG", progressive=True))
    (last, *_) = [at for at, one in reversed(list(enumerate(parts.chunks))) if one[1] == SCAN]
    return join(Parts(parts.start, [*parts.chunks[:last], *[parts.chunks[last]] * scans, parts.chunks[-1]]))


def many_markers(count: int) -> bytes:
    """A progressive JPEG with so many empty comments."""
    parts = split(making.encoded(QUARTERS, "JPEG", progressive=True))
    return join(Parts(parts.start, [*parts.chunks[:-1], b"\xff\xfe\0\2" * count, parts.chunks[-1]]))


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "IMAGE_TYPE_UNSUPPORTED"),
    "bmp": (_saved("BMP"), "IMAGE_TYPE_UNSUPPORTED"),
    "avif": (_saved("AVIF"), "IMAGE_TYPE_UNSUPPORTED"),
    "heic": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(500), "IMAGE_TYPE_UNSUPPORTED"),
    "jpeg 2000": (_saved("JPEG2000"), "IMAGE_TYPE_UNSUPPORTED"),
    "zip before a jpeg": (lambda: zipped() + SMALL["JPEG"], "IMAGE_TYPE_UNSUPPORTED"),
    "html": (lambda: b"<html><img src=x onerror=alert(1)></html>", "IMAGE_TYPE_UNSUPPORTED"),
    "1 x 50,000": (lambda: making.encoded(Image.new("L", (1, 50_000)), "PNG"), "IMAGE_TOO_SMALL"),
    "50,000 x 1": (lambda: making.encoded(Image.new("L", (50_000, 1)), "PNG"), "IMAGE_TOO_SMALL"),
    "1 x 50,000, jpeg": (lambda: making.encoded(Image.new("L", (1, 50_000)), "JPEG"), "IMAGE_TOO_SMALL"),
    "png claims 400 megapixels": (lambda: claiming("PNG", 20_000, 20_000), "IMAGE_TOO_MANY_PIXELS"),
    "jpeg claims 400 megapixels": (lambda: claiming("JPEG", 20_000, 20_000), "IMAGE_TOO_MANY_PIXELS"),
    "webp claims 268 megapixels": (lambda: claiming("WEBP", 16_383, 16_383), "IMAGE_TOO_MANY_PIXELS"),
    "png claims 39 megapixels": (lambda: claiming("PNG", 6600, 6000), "IMAGE_CORRUPT"),
    "webp claims 39 megapixels": (lambda: claiming("WEBP", 6600, 6000), "IMAGE_CORRUPT"),
    "a comment of 100 MB": (lambda: with_text(100), "IMAGE_CORRUPT"),
    "a profile of 100 MB": (lambda: with_profile(100), "IMAGE_CORRUPT"),
    "1,000 scans": (lambda: many_scans((64, 64), 1000), "IMAGE_TOO_COMPLEX"),
    "1,000 scans behind a TEM": (
        lambda: many_scans((64, 64), 1000).replace(b"\xff\xda", b"\xff\x01\xff\xff\xff\xda", 1),
        "IMAGE_TOO_COMPLEX",
    ),
    "10,000 markers": (lambda: many_markers(20_000), "IMAGE_TOO_COMPLEX"),
    "60 scans of 20 megapixels": (lambda: many_scans((5000, 4000), 60), "IMAGE_TOO_COMPLEX"),
}
"""Files that get no answer, and the reason."""


def _riff(*chunks: bytes) -> bytes:
    return sealed(Parts(b"RIFF\0\0\0\0WEBP", list(chunks)))


def _webp_frame(width: int, height: int) -> bytes:
    return making.encoded(making.quarters(width, height), "WEBP")[12:]


def _three(number: int) -> bytes:
    return number.to_bytes(3, "little")
