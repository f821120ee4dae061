"""JPEG, PNG and WebP files taken apart into their chunks, and put together again."""

import re
import struct
import zlib
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

SCAN = 0xDA
MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""What ends the coded data of a JPEG's scan: any marker but a restart (T.81, B.1.1.2)."""
PNG = b"\x89PNG\r\n\x1a\n"
ADAM7 = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))
"""Top, left, and the steps down and right of each pass of an interlaced PNG (ISO 15948, 8.2)."""


class Parts(NamedTuple):
    """What stands before the first chunk, and each chunk with its head; a JPEG's scan is part of its SOS."""

    start: bytes
    chunks: list[bytes]


def kind(data: bytes) -> str:
    """`jpeg`, `png`, `webp` or, where the start of the file is broken, `none`."""
    starts = {b"\xff\xd8": "jpeg", b"\x89P": "png", b"RI": "webp"}
    return starts.get(data[:2], "none")


def split(data: bytes) -> Parts:
    """The file in parts. What cannot be told apart is one chunk; there is always one at least."""
    name = kind(data)
    start = {"jpeg": 2, "png": 8, "webp": 12, "none": 0}[name]
    chunks, at = [], start
    while at < len(data):
        end = max(at + 2, _end(name, data, at)) if at + 1 < len(data) else len(data)
        chunks.append(data[at:end])
        at = end
    return Parts(data[:start], chunks or [b"\0\0"])


def join(parts: Parts) -> bytes:
    """The file as its parts are."""
    return parts.start + b"".join(parts.chunks)


def sealed(parts: Parts) -> bytes:
    """The file with PNG's check sums and WebP's length made right, so that decoders don't stop there."""
    name = kind(parts.start)
    if name == "png":
        return parts.start + b"".join(
            png_chunk(one[4:8], one[8:-4]) if len(one) >= 12 else one for one in parts.chunks
        )
    data = join(parts)
    return data[:4] + struct.pack("<I", len(data) - 8) + data[8:] if name == "webp" else data


def resized(data: bytes, width: int, height: int) -> bytes:
    """The file with another size in its header, as far as the field holds it; its pixels stay as they are."""
    parts = split(data)
    chunks = [_resized(kind(data), one, width, height) for one in parts.chunks]
    return sealed(Parts(parts.start, chunks))


def png_chunk(name: bytes, body: bytes) -> bytes:
    """A chunk with its length and check sum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def webp_chunk(name: bytes, body: bytes) -> bytes:
    """A chunk with its length, padded to an even one."""
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) & 1)


def png(pixels: npt.NDArray[np.integer], *, bits: int = 8, interlaced: bool = False) -> bytes:
    """An RGB PNG of [height, width, 3] in the forms that Pillow doesn't write: 16 bits, interlaced."""
    height, width, _ = pixels.shape
    passes = ADAM7 if interlaced else ((0, 0, 1, 1),)
    rows = b"".join(
        b"\0" + row.astype(f">u{bits // 8}").tobytes()
        for top, left, down, right in passes
        for row in pixels[top::down, left::right]
    )
    head = struct.pack(">IIBBBBB", width, height, bits, 2, 0, 0, interlaced)
    return (
        PNG + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", zlib.compress(rows, 1)) + png_chunk(b"IEND", b"")
    )


def _end(name: str, data: bytes, at: int) -> int:
    """Where the chunk that begins at `at` ends, by its own word."""
    if name == "png":
        return at + 12 + int.from_bytes(data[at : at + 4], "big")
    if name == "webp":
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        return at + 8 + length + (length & 1)
    if name == "none":
        return len(data)
    end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    if data[at + 1] != SCAN:
        return end
    marker = MARKER.search(data, end)
    return marker.start() if marker else len(data)


def _resized(name: str, chunk: bytes, width: int, height: int) -> bytes:
    if name == "jpeg" and len(chunk) > 9 and chunk[1] in (0xC0, 0xC1, 0xC2):
        return chunk[:5] + struct.pack(">HH", height & 0xFFFF, width & 0xFFFF) + chunk[9:]
    if name == "png" and chunk[4:8] == b"IHDR":
        return chunk[:8] + struct.pack(">II", width & 0xFFFFFFFF, height & 0xFFFFFFFF) + chunk[16:]
    if name == "webp" and chunk[:4] == b"VP8X":
        return chunk[:12] + _three(width) + _three(height) + chunk[18:]
    if name == "webp" and chunk[:4] == b"VP8 ":
        return chunk[:14] + struct.pack("<HH", width & 0x3FFF, height & 0x3FFF) + chunk[18:]
    if name == "webp" and chunk[:4] == b"VP8L" and len(chunk) > 13:
        (bits,) = struct.unpack_from("<I", chunk, 9)
        size = (width - 1 & 0x3FFF) | (height - 1 & 0x3FFF) << 14
        return chunk[:9] + struct.pack("<I", bits & 0xF0000000 | size) + chunk[13:]
    return chunk


def _three(side: int) -> bytes:
    return (side - 1 & 0xFFFFFF).to_bytes(3, "little")
