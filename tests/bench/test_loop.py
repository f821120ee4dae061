"""bench/loop.py with the loop itself: Pillow from this environment, onnxruntime from Triton's."""

import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from bench.loop import loop_case
from bench.photos import Photo, photos
from meshkit.settings import ROOT

ONNXRUNTIME = ROOT / ".venv-triton" / "lib" / "python3.11" / "site-packages"


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    """What a test starts ends with it."""
    async with AsyncExitStack() as stack:
        yield stack


def pets() -> list[Photo]:
    """Those of the photos that show one."""
    return [photo for photo in photos("jpeg") if photo.pets]


@pytest.mark.parametrize("service_decoding", [False, True])
async def test_the_loop_finds_every_pet(
    stack: AsyncExitStack, tmp_path: Path, service_decoding: bool
) -> None:
    """It looks at as many photos as it is told to, one after the other, and says what they took."""
    case = await loop_case(
        stack, "loop", pets(), tmp_path,
        service_decoding=service_decoding, python=sys.executable, modules=ONNXRUNTIME,
    )  # fmt: skip
    load = await case.run(16, 6)

    assert 6 == len(load.latencies)
    assert pytest.approx(load.seconds) == sum(load.latencies)
    assert load.cpu["loop"] > 0


async def test_a_wrong_answer_of_the_loop_is_seen(stack: AsyncExitStack, tmp_path: Path) -> None:
    """Every answer is checked, as those of the servers are."""
    wrong = [replace(photo, pets=frozenset(["zebra"])) for photo in pets()]
    case = await loop_case(stack, "loop", wrong, tmp_path, python=sys.executable, modules=ONNXRUNTIME)

    with pytest.raises(SystemExit, match=r"\['zebra'\] must be"):
        await case.run(1, 1)
