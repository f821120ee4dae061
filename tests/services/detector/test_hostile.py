"""Files made to harm: each gets a clear answer, soon, and in the memory that the README promises."""

import asyncio
import gc
import sys
from collections.abc import Callable
from pathlib import Path

import grpc
import numpy as np
import pytest
from PIL import Image

from meshkit.errors import MeshError, from_rpc_error
from services.detector.pictures import Picture, decode, inspect
from tests.fixtures.triton import Triton
from tests.services.detector import containers, hostile, making, specimens
from tests.services.detector.processes import Service, question, service

SIDE = 96
MIB = 1 << 20


def read(data: bytes) -> Picture:
    """The picture in a small frame."""
    return decode(data, inspect(data, "image"), SIDE, SIDE, "image")


def colour(data: bytes) -> tuple[int, ...]:
    """The colour in the middle of the frame."""
    return tuple(int(value) for value in read(data).frame[SIDE // 2, SIDE // 2])


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", hostile.ANSWERED)
def test_harmless_after_all(name: str) -> None:
    """What lies around the pixels is no obstacle: the picture is there, upright, in its size."""
    picture = read(hostile.ANSWERED[name]())

    assert hostile.SIDES == (picture.place.width, picture.place.height)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", hostile.REFUSED)
def test_refused(name: str) -> None:
    """Each has its reason, and the field is named."""
    make, reason = hostile.REFUSED[name]
    data = make()
    with pytest.raises(MeshError) as caught:
        read(data)

    assert ("image", reason) == (caught.value.field, caught.value.reason)


@pytest.mark.parametrize(
    ("make", "size"),
    [
        (hostile.motion_photo, (4000, 3000)),
        (hostile.restarts, (800, 600)),
        (hostile.long_animation, (64, 64)),
        (hostile.endless_pixels, (64, 64)),
    ],
)
def test_large_but_honest(make: Callable[[], bytes], size: tuple[int, int]) -> None:
    """A film behind a photo, restart markers, thousands of frames and zeros behind the pixels are passed over."""
    picture = read(make())

    assert size == (picture.place.width, picture.place.height)


def test_ycck() -> None:
    """A JPEG of four colours in YCCK has its colours as one in CMYK has."""
    shown = np.array(colour(hostile.ycck()))

    assert shown.argmax() == 0 and shown[0] > 150


def test_sixteen_bits_of_colour() -> None:
    """16-bit colours are scaled, not cut."""
    deep = np.full((64, 64, 3), (65_535, 32_768, 0), np.uint16)

    assert (255, 128, 0) == colour(containers.png(deep, bits=16))


def test_interlaced() -> None:
    """An interlaced PNG shows what a plain one shows."""
    pixels = np.asarray(making.quarters())

    assert np.array_equal(
        read(containers.png(pixels)).frame, read(containers.png(pixels, interlaced=True)).frame
    )


def images() -> int:
    """How many pictures of Pillow are in memory."""
    return sum(isinstance(one, Image.Image) for one in gc.get_objects())


@pytest.mark.parametrize("name", ["webp", "png", "jpeg, progressive"])
def test_a_refusal_keeps_no_pixels(name: str) -> None:
    """The error of a damaged picture travels through the service; the pixels decoded so far don't."""
    damaged = specimens.small()[name][:-700]
    gc.collect()
    before = images()
    with pytest.raises(MeshError) as caught:
        read(damaged)

    assert before == images()
    assert "image" == caught.value.field


BOMBS: dict[str, tuple[Callable[[], bytes], int]] = {
    "claims 400 megapixels": (lambda: hostile.claiming("PNG", 20_000, 20_000), 16),
    "a comment of 100 MB": (lambda: hostile.with_text(100), 16),
    "a profile of 100 MB": (lambda: hostile.with_profile(100), 16),
    "endless pixels": (hostile.endless_pixels, 16),
    "long animation": (hostile.long_animation, 16),
    "jpeg claims 39 megapixels": (lambda: hostile.claiming("JPEG", 6600, 6000), 64),
    "png claims 39 megapixels": (lambda: hostile.claiming("PNG", 6600, 6000), 64),
    "webp claims 39 megapixels": (lambda: hostile.claiming("WEBP", 6600, 6000), 250),
    "wide canvas": (hostile.wide_canvas, 700),
}
"""Small files that want much memory, and the MiB that they may have while they are looked at."""


@pytest.mark.timeout(120)
async def test_memory_is_bounded(triton: Triton, tmp_path: Path) -> None:
    """One after the other, four at once, and after it all: no file takes more than its share, and all is given back."""
    async with service(tmp_path, triton.grpc_url, LOG_LEVEL="error") as one:
        rest = one.resident()
        greedy = {name: await _peak(one, make(), 1) for name, (make, _) in BOMBS.items()}
        together = await _peak(one, hostile.wide_canvas(), 4)
        after = one.resident()
    told = {name: peak // MIB for name, peak in greedy.items()}
    sys.stdout.write(f"MiB at the peak: {told}, four: {together // MIB}, left: {(after - rest) // MIB}\n")
    over = {name: peak for name, peak in greedy.items() if peak > BOMBS[name][1] * MIB}

    assert {} == over
    assert together < 1.5 * BOMBS["wide canvas"][1] * MIB
    assert after < rest + 32 * MIB


async def _peak(one: Service, data: bytes, count: int) -> int:
    """By how many bytes the process grew at most while that many of the file were looked at, once more or less."""
    one.forget_peak()
    before = one.resident()
    await asyncio.gather(*(_look(one, data) for _ in range(count)))
    return one.peak() - before


async def _look(one: Service, data: bytes) -> None:
    try:
        await one.stub.Detect(question(data), timeout=30)
    except grpc.aio.AioRpcError as error:
        if from_rpc_error(error, "detector").field != "image":
            raise
