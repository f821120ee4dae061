"""meshkit/triton_memory.py: large tensors through shared memory, with the real Triton."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from tritonclient.grpc.aio import InferenceServerClient
from tritonclient.utils import InferenceServerException

from meshkit.triton import TritonClient
from meshkit.triton_memory import SMALLEST, SharedInputs
from tests.fixtures.triton import Triton, running_triton

MEMORY = Path("/dev/shm")
FRAME = np.random.default_rng(1).integers(0, 256, (1, 300, 300, 3), np.uint8)


@pytest.fixture
async def client(triton: Triton) -> AsyncIterator[InferenceServerClient]:
    """A client of Triton without our own shell around it."""
    async with InferenceServerClient(triton.grpc_url) as one:
        yield one


def names() -> set[str]:
    """This process's regions that have a name in the file system."""
    return {path.name for path in MEMORY.glob(f"sutradhar-{os.getpid()}-*")}


async def regions(client: InferenceServerClient) -> set[str]:
    """The names of the regions that Triton has open."""
    return set((await client.get_system_shared_memory_status()).regions)


async def test_a_shared_frame_gives_what_a_sent_frame_gives(
    triton: Triton, client: InferenceServerClient
) -> None:
    """The same boxes; the region is known to Triton while the client lives, and has no name in the file system."""
    before = await regions(client)
    sending, sharing = TritonClient(triton.grpc_url), TritonClient(triton.grpc_url, shared_memory=True)
    sent = await sending.infer("coco_ssd", {"IMAGES": FRAME}, ["BOXES", "COUNT"])
    shared = await sharing.infer("coco_ssd", {"IMAGES": FRAME}, ["BOXES", "COUNT"])
    opened = await regions(client) - before
    await sharing.close()
    await sending.close()

    assert np.array_equal(sent["BOXES"], shared["BOXES"])
    assert 1 == len(opened)
    assert not opened & names()
    assert not opened & await regions(client)


async def test_slots_are_shared_out_and_come_back(client: InferenceServerClient) -> None:
    """Who finds all slots taken sends; a slot that came back is given out again."""
    shared = SharedInputs(client, slots=1)
    async with shared.hold({"IMAGES": FRAME}) as first:
        async with shared.hold({"IMAGES": FRAME}) as second:
            pass
    async with shared.hold({"IMAGES": FRAME}) as third:
        pass
    await shared.close()

    assert [{"IMAGES"}, set(), {"IMAGES"}] == [set(first), set(second), set(third)]


async def test_small_and_too_large_tensors_are_sent(client: InferenceServerClient) -> None:
    """The first large tensor makes the slots' size."""
    shared = SharedInputs(client)
    small = np.zeros(SMALLEST - 1, np.uint8)
    async with shared.hold({"SMALL": small}) as none, shared.hold({"SMALL": small, "IMAGES": FRAME}) as one:
        pass
    async with shared.hold({"IMAGES": np.concatenate([FRAME, FRAME])}) as larger:
        pass
    await shared.close()

    assert [set(), {"IMAGES"}, set()] == [set(none), set(one), set(larger)]


@pytest.mark.parametrize("text", [np.array([b"text"] * SMALLEST, object), np.full(SMALLEST, b"text")])
async def test_text_is_sent(client: InferenceServerClient, text: npt.NDArray[Any]) -> None:
    """On the wire it has lengths between, which numpy's own form has not."""
    shared = SharedInputs(client)
    async with shared.hold({"TEXT": text, "IMAGES": FRAME}) as held:
        pass
    await shared.close()

    assert {"IMAGES"} == set(held)


class Looking(InferenceServerClient):  # type: ignore[misc] # the library has no types
    """A client that looks how much memory a region really has when it is registered."""

    missing = -1

    async def register_system_shared_memory(self, name: str, key: str, size: int, **how: Any) -> None:
        self.missing = size - (MEMORY / name).stat().st_blocks * 512
        await super().register_system_shared_memory(name, key, size, **how)


async def test_the_memory_is_there_before_it_is_used(triton: Triton) -> None:
    """Where it is short, opening the region fails; a write into missing memory would kill the process (SIGBUS)."""
    async with Looking(triton.grpc_url) as client:
        shared = SharedInputs(client)
        async with shared.hold({"IMAGES": FRAME}) as held:
            pass
        await shared.close()

    assert {"IMAGES"} == set(held)
    assert 0 >= client.missing


class Hurried(InferenceServerClient):  # type: ignore[misc] # the library has no types
    """A client whose first wish to give a region back has no time, as on a machine that is busy elsewhere."""

    calls = 0

    async def unregister_system_shared_memory(self, name: str = "", **how: Any) -> None:
        self.calls += 1
        seconds = 1e-9 if self.calls == 1 else 30.0
        await super().unregister_system_shared_memory(name, **(how | {"client_timeout": seconds}))


async def test_a_region_that_was_not_given_back_in_time_is_given_back_again(triton: Triton) -> None:
    """Triton would keep its memory for as long as this process lives."""
    async with Hurried(triton.grpc_url) as client:
        before = await regions(client)
        shared = SharedInputs(client)
        async with shared.hold({"IMAGES": FRAME}):
            held = await regions(client) - before
        await shared.close()
        left = await regions(client)

    assert 1 == len(held)
    assert not held & left


async def test_regions_of_killed_processes_are_given_back(client: InferenceServerClient) -> None:
    """Triton would keep their memory for ever; those of the living stay."""
    dead = await asyncio.create_subprocess_exec("true")
    await dead.wait()
    left, alive = f"sutradhar-{dead.pid}-0123abcd", f"sutradhar-{os.getpid()}-0123abcd"
    for name in (left, alive):
        (MEMORY / name).write_bytes(bytes(SMALLEST))
        await client.register_system_shared_memory(name, f"/{name}", SMALLEST)
        (MEMORY / name).unlink()
    shared = SharedInputs(client)
    async with shared.hold({"IMAGES": FRAME}):
        known = await regions(client)
    await shared.close()
    await client.unregister_system_shared_memory(alive)

    assert {alive} == known & {left, alive}


async def test_other_trouble_with_memory_is_no_lost_region(client: InferenceServerClient) -> None:
    """The model's own region may not grow: to send the tensors again would not help."""
    shared = SharedInputs(client)

    lost = InferenceServerException("Unable to find shared memory region: 'sutradhar-7-0123abcd'")
    short = InferenceServerException(
        "Failed to grow 'sutradhar_triton_1': raise the shared memory region size."
    )

    assert shared.is_lost(lost)
    assert not shared.is_lost(short)


async def test_without_triton_tensors_are_sent() -> None:
    """Nothing stays behind, and Triton is not asked again at once."""
    async with InferenceServerClient("127.0.0.1:1") as nobody:
        shared = SharedInputs(nobody)
        async with shared.hold({"IMAGES": FRAME}) as first, shared.hold({"IMAGES": FRAME}) as second:
            pass
        await shared.close()

    assert [{}, {}] == [first, second]
    assert set() == names()


@pytest.mark.timeout(60)
async def test_a_region_that_triton_has_lost_is_opened_anew(tmp_path: Path) -> None:
    """Triton forgets its regions when it is started anew: the call goes through, and the next shares again."""
    with running_triton(tmp_path) as one:
        async with InferenceServerClient(one.grpc_url) as client:
            sharing = TritonClient(one.grpc_url, shared_memory=True)
            await sharing.infer("coco_ssd", {"IMAGES": FRAME}, ["COUNT"])
            first = await regions(client)
            await client.unregister_system_shared_memory()
            await sharing.infer("coco_ssd", {"IMAGES": FRAME}, ["COUNT"])
            between = await regions(client)
            await sharing.infer("coco_ssd", {"IMAGES": FRAME}, ["COUNT"])
            second = await regions(client)
            await sharing.close()

    assert [1, 0, 1] == [len(first), len(between), len(second)]
    assert first != second
