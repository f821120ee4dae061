"""services/video/events.py: following a job's log."""

from collections.abc import Callable
from functools import partial

import grpc
import pytest

from meshkit.client import calling
from meshkit.errors import Overloaded
from services.video.events import LOOK_SECONDS
from services.video.jobs import Job, JobState, Stage, VideoResult
from services.video.store import MAX_EVENTS
from sutradhar.video.v1 import video_pb2
from tests.services.video.conftest import World
from tests.services.video.waiting import eventually

RequestFor = Callable[..., video_pb2.CreateVideoRequest]


async def taken(world: World, request: video_pb2.CreateVideoRequest) -> Job:
    """A job that is being worked on."""
    created = (await world.stub.CreateVideo(request)).job
    job = await world.store.take(created.job_id)
    assert job is not None
    return job


async def ended(world: World, request: video_pb2.CreateVideoRequest) -> Job:
    """A job with a few events that has ended."""
    job = await taken(world, request)
    job = await world.store.advance(job, "speaking", stage=Stage.SPEAK, part=0.5)
    return await world.store.complete(job, VideoResult(external_uri="http://a.test/"), "done")


async def test_the_whole_log_of_an_ended_job(world: World, request_for: RequestFor) -> None:
    """Everything comes in order, and the stream ends."""
    job = await ended(world, request_for())
    events = await world.events(job.job_id)
    ids = [tuple(map(int, event.event_id.split("-"))) for event in events]

    assert ["The work begins.", "speaking", "done"] == [event.message for event in events][1:]
    assert [1, 2, 2, 3] == [event.state for event in events]
    assert [5, 5, 27, 100] == [event.progress_percent for event in events]
    assert sorted(set(ids)) == ids
    assert all(event.HasField("time") for event in events)


async def test_a_reconnect_loses_and_repeats_nothing(world: World, request_for: RequestFor) -> None:
    """From any event on, exactly the rest comes."""
    job = await ended(world, request_for())
    events = await world.events(job.job_id)

    for number, event in enumerate(events):
        assert events[number + 1 :] == await world.events(job.job_id, event.event_id)
    assert [] == await world.events(job.job_id, "99999999999999-0")


async def test_new_events_come_as_they_happen(world: World, request_for: RequestFor) -> None:
    """A watcher sees each change when it is announced, and the end of the job ends the stream.

    Five looks of LOOK_SECONDS would be longer than the stream's time.
    """
    job = await taken(world, request_for())
    stream = aiter(world.stub.WatchVideo(video_pb2.WatchVideoRequest(job_id=job.job_id), timeout=20))
    past = [(await anext(stream)).event.message for _ in range(2)]
    coming = []
    for part in range(5):
        job = await world.store.advance(job, f"part {part}", stage=Stage.SPEAK, part=part / 10)
        coming.append((await anext(stream)).event.message)
    await world.store.end(job.job_id, JobState.CANCELLED, "stop")
    rest = [answer.event.message async for answer in stream]

    assert "The work begins." == past[-1]
    assert [f"part {part}" for part in range(5)] == coming
    assert ["stop"] == rest
    assert 20 < 5 * LOOK_SECONDS


async def test_a_log_longer_than_a_page_comes_whole(world: World, request_for: RequestFor) -> None:
    """The stream reads on until there is no more."""
    job = await ended(world, request_for())
    for number in range(250):
        await world.store.note(job.job_id, str(number))
    events = await world.events(job.job_id)

    assert [str(number) for number in range(250)] == [event.message for event in events[4:]]
    assert len(events) < MAX_EVENTS


async def test_too_many_watchers_are_refused_and_free_their_place(
    world: World, request_for: RequestFor
) -> None:
    """The limit of three holds; one that hangs up makes room."""
    job = await taken(world, request_for())
    request = video_pb2.WatchVideoRequest(job_id=job.job_id)
    streams = [world.stub.WatchVideo(request) for _ in range(3)]
    for stream in streams:
        await anext(aiter(stream))

    with pytest.raises(Overloaded), calling("video"):
        await anext(aiter(world.stub.WatchVideo(request)))

    streams[0].cancel()
    await eventually(partial(_can_watch, world, request), 5)


async def _can_watch(world: World, request: video_pb2.WatchVideoRequest) -> bool:
    stream = world.stub.WatchVideo(request)
    try:
        await anext(aiter(stream))
    except grpc.aio.AioRpcError:
        return False
    stream.cancel()
    return True


async def test_a_watchers_deadline_ends_its_stream(world: World, request_for: RequestFor) -> None:
    """A job that takes long does not hold a watcher beyond its time."""
    job = await taken(world, request_for())
    request = video_pb2.WatchVideoRequest(job_id=job.job_id)

    with pytest.raises(grpc.aio.AioRpcError) as end:
        async for _ in world.stub.WatchVideo(request, timeout=0.3):
            pass

    assert grpc.StatusCode.DEADLINE_EXCEEDED == end.value.code()


async def test_watchers_take_no_connections(world: World, request_for: RequestFor) -> None:
    """Three watchers and the hub need one connection more than none."""
    job = await taken(world, request_for())
    before = len(await world.redis.client_list())
    streams = [world.stub.WatchVideo(video_pb2.WatchVideoRequest(job_id=job.job_id)) for _ in range(3)]
    for stream in streams:
        await anext(aiter(stream))
    during = len(await world.redis.client_list())
    for stream in streams:
        stream.cancel()

    assert during - before <= 2


@pytest.mark.parametrize("after", ["x", "1", "1-", "-1", "1-1-1", "$", "+"])
async def test_odd_event_ids_are_refused(world: World, request_for: RequestFor, after: str) -> None:
    """Only ids of a log are accepted."""
    job = await ended(world, request_for())

    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await world.events(job.job_id, after)

    assert grpc.StatusCode.INVALID_ARGUMENT == refusal.value.code()
