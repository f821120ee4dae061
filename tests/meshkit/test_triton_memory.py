"""meshkit/triton_memory.py: large tensors through shared memory, with the real Triton."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from tritonclient.grpc.aio import InferenceServerClient

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
