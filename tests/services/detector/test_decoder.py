"""services/detector/decoder.py"""

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from meshkit.errors import UnsupportedMedia
from services.detector.decoder import Decoder, PixelBudget
from tests.services.detector import making


@pytest.fixture
async def decoder() -> AsyncIterator[Decoder]:
    """Two threads and room for a megapixel."""
    one = Decoder(threads=2, pixels=1_000_000)
    yield one
    await one.close()


async def test_pictures_are_decoded_side_by_side(decoder: Decoder) -> None:
    """Many at once come back each to its own caller."""
    files = [making.encoded(making.quarters(100 + n, 80), "PNG") for n in range(20)]
    pictures = await asyncio.gather(*(decoder.decode(file, 64, 64, "image") for file in files))

    assert [100 + n for n in range(20)] == [picture.place.width for picture in pictures]


async def test_a_picture_larger_than_the_budget_is_decoded_alone(decoder: Decoder) -> None:
    """The budget is a bound on what runs together, not on one picture."""
    picture = await decoder.decode(making.encoded(making.quarters(2000, 1500), "PNG"), 64, 64, "image")

    assert 2000 == picture.place.width


async def test_an_error_reaches_its_caller_and_gives_the_budget_back(decoder: Decoder) -> None:
    """After many refusals there is still room."""
    for _ in range(20):
        with pytest.raises(UnsupportedMedia):
            await decoder.decode(b"no picture", 64, 64, "image")

    assert 64 == len((await decoder.decode(making.photo("cat"), 64, 64, "image")).frame)


def test_budget_bounds_what_is_held_together() -> None:
    """Never more than the budget is out, and everybody gets a turn, large or small."""
    budget, lock = PixelBudget(100), threading.Lock()
    held, most = 0, 0

    def work(pixels: int) -> None:
        nonlocal held, most
        with budget.spend(pixels):
            with lock:
                held += pixels
                most = max(most, held)
            with lock:
                held -= pixels

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(work, [10, 90, 40, 100, 1] * 40))

    assert most <= 100
