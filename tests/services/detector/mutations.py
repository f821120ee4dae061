"""Broken pictures for the fuzz test: damaged in every way, and the same ones for the same seed."""

import struct
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from tests.services.detector import specimens
from tests.services.detector.containers import Parts, join, kind, resized, sealed, split

NUMBERS = (
    *(0, 1, 2, 7, 8, 9, 31, 32, 127, 128, 255, 256, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF, 0xFFFFFF),
    *(2**31 - 1, 2**31, 2**32 - 9, 2**32 - 1),
)
SIZES = ((0, 0), (1, 1), (31, 400), (32, 32), (64, 48), (400, 300), (1, 50_000), (50_000, 1), (65_535, 300))
HUGE = ((6000, 6600), (16_383, 2400), (600, 65_535), (20_000, 20_000), (65_535, 65_535), (2**31, 2**31))
HUGE_SHARE = 0.15  # of the forged sizes: those just below the limit take long
LARGE_SHARE = 0.01


class Mutant(NamedTuple):
    """A damaged picture: what it was made of and how, and the file."""

    story: str
    data: bytes


def mutant(seed: int, number: int) -> Mutant:
    """The picture of that number. It depends on the two alone, so that one can be made again without the others."""
    chance = Random(f"{seed}:{number}")
    group = specimens.large() if chance.random() < LARGE_SHARE else specimens.small()
    name = chance.choice(sorted(group))
    data, ways = group[name], []
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        way = chance.choice(WAYS)
        ways.append(way.__name__.replace("_", " ").strip())
        data = way(chance, data) or b"\0"
    return Mutant(f"{name}: {', '.join(ways)}", data)


# Bytes.


def _cut_off(chance: Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data))]


def _bits_flipped(chance: Random, data: bytes) -> bytes:
    broken = bytearray(data)
    for _ in range(chance.choice((1, 2, 8, 64))):
        broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
    return bytes(broken)


def _run_zeroed(chance: Random, data: bytes) -> bytes:
    start, end = _run(chance, data)
    return data[:start] + bytes(end - start) + data[end:]


def _run_of_noise(chance: Random, data: bytes) -> bytes:
    start, end = _run(chance, data)
    return data[:start] + chance.randbytes(end - start) + data[end:]


def _run_removed(chance: Random, data: bytes) -> bytes:
    start, end = _run(chance, data)
    return data[:start] + data[end:]


def _run_repeated(chance: Random, data: bytes) -> bytes:
    start, end = _run(chance, data)
    return data[:end] + data[start:end] * chance.choice((1, 2, 20)) + data[end:]


def _more_behind(chance: Random, data: bytes) -> bytes:
    return data + chance.choice((bytes(999), chance.randbytes(999), data, b"PK\x05\x06" + bytes(18)))


def _number_anywhere(chance: Random, data: bytes) -> bytes:
    return _with_number(chance, data, chance.randrange(len(data)))


def _run(chance: Random, data: bytes) -> tuple[int, int]:
    start = chance.randrange(len(data))
    return start, min(len(data), start + chance.choice((1, 4, 32, 500)))


def _with_number(chance: Random, data: bytes, at: int) -> bytes:
    size = chance.choice((1, 2, 4))
    pack = struct.Struct(chance.choice("<>") + {1: "B", 2: "H", 4: "I"}[size])
    number = pack.pack(chance.choice(NUMBERS) % 256**size)
    return data[:at] + number[: len(data) - at] + data[at + size :]


# Chunks: all but the last way keep PNG's check sums and WebP's length right most of the time.


def _chunk_removed(chance: Random, data: bytes) -> bytes:
    parts = split(data)
    del parts.chunks[chance.randrange(len(parts.chunks))]
    return sealed(parts)


def _chunk_repeated(chance: Random, data: bytes) -> bytes:
    parts = split(data)
    at = chance.randrange(len(parts.chunks))
    parts.chunks[at:at] = [parts.chunks[at]] * chance.choice((1, 2, 50))
    return sealed(parts)


def _chunks_swapped(chance: Random, data: bytes) -> bytes:
    parts = split(data)
    one, other = chance.randrange(len(parts.chunks)), chance.randrange(len(parts.chunks))
    parts.chunks[one], parts.chunks[other] = parts.chunks[other], parts.chunks[one]
    return sealed(parts)


def _chunks_shuffled(chance: Random, data: bytes) -> bytes:
    parts = split(data)
    chance.shuffle(parts.chunks)
    return sealed(parts)


def _chunk_zeroed(chance: Random, data: bytes) -> bytes:
    return _rechunked(chance, data, lambda chunk: chunk[:8] + bytes(len(chunk[8:])))


def _chunk_of_noise(chance: Random, data: bytes) -> bytes:
    return _rechunked(chance, data, lambda chunk: chunk[:8] + chance.randbytes(len(chunk[8:])))


def _number_in_a_head(chance: Random, data: bytes) -> bytes:
    """There lie sizes, depths, flags, sampling factors, offsets of frames, the first directory of EXIF."""
    return _rechunked(
        chance, data, lambda chunk: _with_number(chance, chunk, min(len(chunk) - 1, chance.randrange(4, 44)))
    )


def _size_forged(chance: Random, data: bytes) -> bytes:
    return resized(data, *chance.choice(HUGE if chance.random() < HUGE_SHARE else SIZES))


def _exif_forged(chance: Random, data: bytes) -> bytes:
    """Orientation, tags, counts and offsets, also such as point to themselves or beyond the block."""
    start = max(data.find(b"II*\x00"), data.find(b"MM\x00*"))
    for _ in range(chance.choice((1, 1, 4))):
        at = min(len(data) - 1, start + chance.randrange(4, 100))
        data = _with_number(chance, data, at)
    return sealed(split(data))


def _length_forged(chance: Random, data: bytes) -> bytes:
    """What a chunk or a marker says of its own length."""
    parts = split(data)
    at = chance.randrange(len(parts.chunks))
    chunk = parts.chunks[at]
    place, pack = {"png": (0, ">I"), "webp": (4, "<I")}.get(kind(data), (2, ">H"))
    size = struct.calcsize(pack)
    length = chance.choice((*NUMBERS, len(chunk) + 1, len(chunk) - 1, len(data))) % 256**size
    parts.chunks[at] = chunk[:place] + struct.pack(pack, length) + chunk[place + size :]
    return join(parts)


def _rechunked(chance: Random, data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    parts = split(data)
    at = chance.randrange(len(parts.chunks))
    parts.chunks[at] = change(parts.chunks[at])
    return _sealed_mostly(chance, parts)


def _sealed_mostly(chance: Random, parts: Parts) -> bytes:
    return sealed(parts) if chance.random() < 0.8 else join(parts)


WAYS: tuple[Callable[[Random, bytes], bytes], ...] = (
    *(_cut_off, _bits_flipped, _run_zeroed, _run_of_noise, _run_removed, _run_repeated, _more_behind),
    *(_number_anywhere, _chunk_removed, _chunk_repeated, _chunks_swapped, _chunks_shuffled, _chunk_zeroed),
    *(_chunk_of_noise, _number_in_a_head, _size_forged, _exif_forged, _length_forged),
)
