"""Server streams as server-sent events."""

import asyncio
import base64
import json
from typing import Any

import aiohttp
import pytest

from sutradhar.video.v1 import video_pb2
from tests.gateway.conftest import Start, World

ENDLESS = base64.b64encode(b"endless").decode()


async def frames(answer: aiohttp.ClientResponse, count: int | None = None) -> list[dict[str, str]]:
    """The events of an answer: all, or the first few."""
    found: list[dict[str, str]] = []
    while count is None or len(found) < count:
        try:
            block = (await answer.content.readuntil(b"\n\n")).decode()
        except asyncio.IncompleteReadError:
            break
        if not block:
            break
        lines = [line.partition(": ") for line in block.strip().split("\n")]
        found.append({name: value for name, _, value in lines if name})
    return [frame for frame in found if "event" in frame] if count is None else found


async def test_a_log_to_its_end(world: World) -> None:
    """Every event has its id, and the answer ends with the stream."""
    world.jobs["known"] = video_pb2.Job(job_id="known")

    async with world.http.get("/v1/videos/known:watch") as answer:
        events = await frames(answer)

    assert "text/event-stream" == answer.content_type
    assert ["1-0", "2-0", "3-0"] == [event["id"] for event in events]
    assert "step 2" == json.loads(events[1]["data"])["event"]["message"]
    assert ["message", "message", "message"] == [event["event"] for event in events]


async def test_last_event_id_goes_on(world: World) -> None:
    """A reconnection goes on after the event that it names."""
    world.jobs["known"] = video_pb2.Job(job_id="known")

    async with world.http.get("/v1/videos/known:watch", headers={"Last-Event-ID": "2-0"}) as answer:
        events = await frames(answer)

    assert ["3-0"] == [event["id"] for event in events if "id" in event]


async def test_nothing_more_is_204(world: World) -> None:
    """A browser that reconnects after the end is told to stop."""
    world.jobs["known"] = video_pb2.Job(job_id="known")

    async with world.http.get("/v1/videos/known:watch", headers={"Last-Event-ID": "3-0"}) as answer:
        assert 204 == answer.status


@pytest.mark.parametrize(
    ("path", "headers", "status", "field"),
    [
        ("/v1/videos/nope:watch", {}, 404, "job_id"),
        ("/v1/videos/known:watch?after_event_id=x", {}, 400, "after_event_id"),
        ("/v1/videos/known:watch", {"Last-Event-ID": "x"}, 400, "after_event_id"),
    ],
)
async def test_refusals_have_their_status(
    world: World, path: str, headers: dict[str, str], status: int, field: str
) -> None:
    """What is refused before the first event is an ordinary answer."""
    world.jobs["known"] = video_pb2.Job(job_id="known")

    async with world.http.get(path, headers=headers) as answer:
        problem = await answer.json()

    assert (status, field) == (answer.status, problem["field"])


async def test_an_error_in_the_middle(world: World) -> None:
    """A stream that breaks says so in an event, without the exception's text."""
    world.jobs["breaks"] = video_pb2.Job(job_id="breaks")

    async with world.http.get("/v1/videos/breaks:watch") as answer:
        events = await frames(answer)

    assert ("error", 500) == (events[-1]["event"], json.loads(events[-1]["data"])["status"])
    assert "secret" not in json.dumps(events)


async def test_heartbeats(start: Start) -> None:
    """An idle stream has comments."""
    async with start(heartbeat_seconds=0.05) as world:
        world.jobs["open"] = video_pb2.Job(job_id="open")

        async with world.http.get("/v1/videos/open:watch") as answer:
            blocks = await frames(answer, 6)

    assert [{"retry": "3000"}, {}, {}] == [blocks[0], *blocks[4:]]


async def test_a_client_that_leaves_cancels_the_call(world: World) -> None:
    """The service stops working for a client that is gone."""
    world.jobs["open"] = video_pb2.Job(job_id="open")

    async with world.http.get("/v1/videos/open:watch") as answer:
        await frames(answer, 4)
        answer.close()
    cancelled = await asyncio.wait_for(world.notebook.cancelled.wait(), 5)

    assert cancelled


async def test_stopping_ends_streams(start: Start) -> None:
    """When the gateway stops, an open stream ends in good order and says why."""
    async with start(drain_seconds=4) as world:
        world.jobs["open"] = video_pb2.Job(job_id="open")

        async with world.http.get("/v1/videos/open:watch") as answer:
            await frames(answer, 4)
            began = asyncio.get_running_loop().time()
            stopping = asyncio.create_task(world.server.stop())
            rest = await answer.content.read()
            await stopping
            took = asyncio.get_running_loop().time() - began

    assert b": the gateway is stopping, reconnect\n\n" == rest
    assert took < 3


async def test_streams_are_counted(start: Start) -> None:
    """One stream more than the limit is refused with 429."""
    async with start(max_event_streams=1) as world:
        world.jobs["open"] = video_pb2.Job(job_id="open")

        async with world.http.get("/v1/videos/open:watch") as first:
            await frames(first, 4)
            async with world.http.get("/v1/videos/open:watch") as second:
                problem: Any = await second.json()

    assert (429, "OVERLOADED") == (second.status, problem["reason"])


async def test_a_clip_has_its_time(start: Start) -> None:
    """What is asked about a file ends with the gateway's limit: the caller is told, the service stops working."""
    async with start(clip_timeout=0.3) as world:
        async with world.http.post("/v1/clips:detect", json={"video": ENDLESS}) as answer:
            problem: Any = await answer.json()
        await asyncio.wait_for(world.notebook.cancelled.wait(), 5)

    assert (504, "DEADLINE_EXCEEDED") == (answer.status, problem["reason"])


async def test_a_clip_whose_time_ends_in_the_middle(start: Start) -> None:
    """When the answer has begun, an event says that the time is over, and the answer ends."""
    async with start(clip_timeout=1.3) as world:
        async with world.http.post("/v1/clips:detect", json={"video": ENDLESS}) as answer:
            events = await asyncio.wait_for(frames(answer), 10)

    assert (200, ["error"]) == (answer.status, [event["event"] for event in events])
    assert 504 == json.loads(events[0]["data"])["status"]


async def test_only_logs_are_followed_without_end(world: World) -> None:
    """A clip and a document have a deadline, a job's log has none."""
    world.jobs["known"] = video_pb2.Job(job_id="known")
    for verb, path, body in (
        ("POST", "/v1/clips:detect", {"video": "YWJj"}),
        ("POST", "/v1/documents:translate", {"text": "one", "target_language": "hi"}),
        ("GET", "/v1/videos/known:watch", None),
    ):
        async with world.http.request(verb, path, json=body) as answer:
            await answer.read()
    clip, document, log = world.notebook.time_left

    assert 100 < (clip or 0) <= 120
    assert 880 < (document or 0) <= 900
    assert log is None


async def test_other_streams(world: World) -> None:
    """A stream answered to a POST, without ids."""
    body = {"text": "one", "target_language": "hi"}

    async with world.http.post("/v1/documents:translate", json=body) as answer:
        events = await frames(answer)

    assert ["message"] == [event["event"] for event in events]
    assert "id" not in events[0]
