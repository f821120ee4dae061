"""The dialect's client, against a real gateway."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from gateway.pet_roast_client import Patience, PetRoastClient
from meshkit.errors import BackendUnavailable
from sutradhar.video.v1 import video_pb2
from tests.gateway.conftest import Start, World, free_port, picture
from tests.gateway.sites import one_file

QUICK = Patience(first_pause=0.01, longest_pause=0.05, poll=0.01, video=20)
LINK = "https://example.org/video.mp4"


@pytest.fixture
async def open_world(start: Start) -> AsyncIterator[World]:
    """A gateway that may fetch from this machine."""
    async with start(allow_private_urls=True) as world:
        yield world


@pytest.fixture
async def photo() -> AsyncIterator[str]:
    """The address of a photo."""
    async with one_file(picture()) as address:
        yield address


async def when(condition: Callable[[], bool]) -> None:
    """Returns when the condition holds."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - the neighbour knows no events
            await asyncio.sleep(0.005)


async def end_job(world: World, state: "video_pb2.JobState.ValueType") -> None:
    """Ends the job as soon as there is one."""
    await when(lambda: bool(world.jobs))
    job = next(iter(world.jobs.values()))
    job.state = state
    job.detail = "It is over."
    job.result.video_uri = LINK


def client_of(world: World) -> PetRoastClient:
    """An impatient client."""
    return PetRoastClient(f"http://127.0.0.1:{world.port}", patience=QUICK)


async def test_a_video_is_awaited(open_world: World, photo: str) -> None:
    """The link is given when the job has completed."""
    ending = asyncio.create_task(end_job(open_world, video_pb2.JOB_STATE_COMPLETED))
    async with client_of(open_world) as client:
        outcome = await client.generate_video_with_retry(photo, "Roast my dog!")
    await ending

    assert {"success": True, "video_url": LINK} == outcome


async def test_a_failed_job_says_why(open_world: World, photo: str) -> None:
    """The job's own sentence is the error; the job is not made again."""
    ending = asyncio.create_task(end_job(open_world, video_pb2.JOB_STATE_FAILED))
    async with client_of(open_world) as client:
        outcome = await client.generate_video_with_retry(photo, "Roast my dog!")
    await ending

    assert {"success": False, "error": "It is over."} == outcome
    assert 1 == len(open_world.jobs)


async def test_a_refusal_is_final(open_world: World, photo: str) -> None:
    """A photo without a pet is not sent again."""
    async with client_of(open_world) as client:
        outcome = await client.generate_video_with_retry(photo, "Roast my windmill!")

    assert outcome["error"].startswith("No pets found in the uploaded image.")
    assert 1 == len(open_world.notebook.asked)


async def test_what_passes_is_tried_again_under_one_key(open_world: World, photo: str) -> None:
    """A service that was away for one try costs a pause; both tries carry the same request id."""
    book = open_world.notebook
    book.raises = BackendUnavailable("Away.")

    async def recover() -> None:
        await when(lambda: len(book.asked) == 1)
        book.raises = None
        await end_job(open_world, video_pb2.JOB_STATE_COMPLETED)

    recovery = asyncio.create_task(recover())
    async with client_of(open_world) as client:
        outcome = await client.generate_video_with_retry(photo, "Roast my dog!")
    await recovery
    orders = [asked for asked in book.asked if isinstance(asked, video_pb2.CreateVideoRequest)]

    assert {"success": True, "video_url": LINK} == outcome
    assert 2 == len(orders)
    assert 1 == len({order.request_id for order in orders})


async def test_nobody_there_is_an_outcome_too() -> None:
    """The client does not raise for the network."""
    async with PetRoastClient(f"http://127.0.0.1:{free_port()}", patience=QUICK) as client:
        outcome = await client.generate_video_with_retry("https://example.org/dog.jpg", "Roast my dog!")

    assert {"success": False, "error": "The gateway could not be reached."} == outcome
