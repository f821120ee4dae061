"""services/video/webhook.py: delivery to a real HTTP receiver, verified by others' code."""

import hashlib
import hmac
import json
import socket
import time
from collections.abc import AsyncIterator
from email.utils import formatdate

import pytest
from aiohttp import web
from standardwebhooks import Webhook

from meshkit.safehttp import SafeFetcher
from services.video.jobs import Job, JobState, VideoResult, asset_key
from services.video.queue import WEBHOOKS, WorkQueue
from services.video.webhook import Webhooks, retry_after_seconds
from tests.services.video.conftest import WEBHOOK_SECRET, World
from tests.services.video.making import taken_job

DELAYS = (10.0, 60.0, 300.0)


class Receiver:
    """Keeps what it was sent; answers with the prepared statuses, then 200."""

    def __init__(self) -> None:
        self.answers: list[web.Response] = []
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        """Take one webhook."""
        self.got.append((dict(request.headers), await request.read()))
        return self.answers.pop(0) if self.answers else web.Response()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A local HTTP server."""
    receiver, app = Receiver(), web.Application()
    app.router.add_post("/hook", receiver.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        await web.SockSite(runner, listener).start()
        receiver.url = f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
        yield receiver
        await runner.cleanup()


@pytest.fixture
async def poster() -> AsyncIterator[SafeFetcher]:
    """Posts to private addresses too."""
    poster = SafeFetcher(allow_private=True)
    yield poster
    await poster.close()


@pytest.fixture
def webhooks(world: World, poster: SafeFetcher) -> Webhooks:
    """Four attempts."""
    return Webhooks(world.store, world.artifacts, world.webhook_queue, poster, WEBHOOK_SECRET, DELAYS)


async def ended(world: World, photo: bytes, url: str, state: JobState = JobState.COMPLETED) -> Job:
    """A job with a webhook that has ended."""
    job = await taken_job(world, photo, webhook_url=url)
    ended, _ = await world.store.end(job.job_id, state, "ended", result=VideoResult("video.mp4"))
    return ended


async def scheduled(world: World, job: Job, attempt: int) -> float:
    """Seconds until an attempt begins; raises when it isn't queued."""
    queue = WorkQueue(world.raw, WEBHOOKS)
    entry = await queue.job(f"{job.job_id}.{attempt}")
    assert entry is not None
    return entry.scheduled - time.time()


async def undelivered(world: World) -> list[str]:
    """Jobs whose webhook isn't settled."""
    return await world.catalog.undelivered()


async def test_a_completed_job_is_told_with_its_link(
    world: World, photo: bytes, receiver: Receiver, webhooks: Webhooks
) -> None:
    """The body has exactly three fields, and both signatures verify."""
    job = await ended(world, photo, receiver.url)
    await webhooks.attempt(job.job_id, 1)
    headers, body = receiver.got[0]
    expected = hmac.new(WEBHOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()
    verified = Webhook(WEBHOOK_SECRET.encode()).verify(body.decode(), headers)
    link = await world.artifacts.link(asset_key(job.job_id, "video.mp4"))

    assert {"job_id", "status", "video_url"} == set(json.loads(body))
    assert (job.job_id, "completed") == (verified["job_id"], verified["status"])
    assert link.split("?")[0] == verified["video_url"].split("?")[0]
    assert expected == headers["X-Revid-Signature"]
    assert [] == await undelivered(world)


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.CANCELLED])
async def test_other_endings_are_failures(
    world: World, photo: bytes, receiver: Receiver, webhooks: Webhooks, state: JobState
) -> None:
    """Without a link."""
    job = await ended(world, photo, receiver.url, state)
    await webhooks.attempt(job.job_id, 1)

    assert {"job_id": job.job_id, "status": "failed"} == json.loads(receiver.got[0][1])


async def test_failures_are_repeated_with_the_same_id(
    world: World, photo: bytes, receiver: Receiver, webhooks: Webhooks
) -> None:
    """Redirects and errors are failures; each next attempt is queued later, and the log tells."""
    receiver.answers = [web.Response(status=500), web.Response(status=302, headers={"Location": "/hook"})]
    job = await ended(world, photo, receiver.url)
    waits = []
    for attempt in (1, 2):
        await webhooks.attempt(job.job_id, attempt)
        waits.append(await scheduled(world, job, attempt + 1))
    waiting = await undelivered(world)
    await webhooks.attempt(job.job_id, 3)
    messages = [event.message for event in await world.events(job.job_id)]

    assert [True, True] == [
        low - 2 <= wait <= low * 1.1 + 1 for low, wait in zip(DELAYS, waits, strict=False)
    ]
    assert [job.job_id] == waiting
    assert [] == await undelivered(world)
    assert 3 == len(receiver.got)
    assert {f"msg_{job.job_id}"} == {headers["webhook-id"] for headers, _ in receiver.got}
    assert "The webhook was delivered (try 3, answered 200)." == messages[-1]


async def test_retry_after_is_honoured(
    world: World, photo: bytes, receiver: Receiver, webhooks: Webhooks
) -> None:
    """The receiver's own wait counts when it is longer."""
    receiver.answers = [web.Response(status=429, headers={"Retry-After": "120"})]
    job = await ended(world, photo, receiver.url)
    await webhooks.attempt(job.job_id, 1)

    assert 117 <= await scheduled(world, job, 2) <= 121


async def test_gone_is_for_good(world: World, photo: bytes, receiver: Receiver, webhooks: Webhooks) -> None:
    """After 410 nobody calls again."""
    receiver.answers = [web.Response(status=410)]
    job = await ended(world, photo, receiver.url)
    await webhooks.attempt(job.job_id, 1)

    assert [] == await undelivered(world)
    assert not await world.webhook_queue.holds(job.job_id, 4)


async def test_the_last_failure_gives_up(
    world: World, photo: bytes, receiver: Receiver, webhooks: Webhooks
) -> None:
    """There are as many attempts as delays, and one."""
    receiver.answers = [web.Response(status=503)]
    job = await ended(world, photo, receiver.url)
    await webhooks.attempt(job.job_id, webhooks.attempts)
    last = (await world.events(job.job_id))[-1].message

    assert 4 == webhooks.attempts
    assert [] == await undelivered(world)
    assert "The webhook was given up after 4 tries (answered 503)." == last


async def test_an_address_nobody_answers_at(world: World, photo: bytes, webhooks: Webhooks) -> None:
    """It is a failure like any other."""
    job = await ended(world, photo, "http://127.0.0.1:1/hook")
    await webhooks.attempt(job.job_id, 1)

    assert 7 <= await scheduled(world, job, 2) <= 12


async def test_private_addresses_are_not_called(world: World, photo: bytes, receiver: Receiver) -> None:
    """Without the setting for development a webhook can't reach the mesh's own network."""
    poster = SafeFetcher(allow_private=False)
    webhooks = Webhooks(world.store, world.artifacts, world.webhook_queue, poster, "x", DELAYS)
    for url in (receiver.url, receiver.url.replace("127.0.0.1", "localhost")):
        job = await ended(world, photo, url)
        await webhooks.attempt(job.job_id, 1)
    await poster.close()

    assert [] == receiver.got


async def test_an_open_or_unknown_job_is_not_told(
    world: World, photo: bytes, receiver: Receiver, webhooks: Webhooks
) -> None:
    """Only an ended job has something to tell."""
    job = await taken_job(world, photo, webhook_url=receiver.url)
    for name in (job.job_id, "0" * 32):
        await webhooks.attempt(name, 1)

    assert [] == receiver.got


@pytest.mark.parametrize(
    ("value", "seconds"), [("", 0), ("7", 7), (" 7 ", 7), ("9" * 30, 86400), ("soon", 0), ("-5", 0), ("٣", 0)]
)
def test_retry_after_values(value: str, seconds: float) -> None:
    """Numbers are seconds; nonsense is nothing."""
    assert seconds == retry_after_seconds(value)


def test_retry_after_dates() -> None:
    """A date counts from now; one that has passed is nothing."""
    assert 55 < retry_after_seconds(formatdate(time.time() + 60, usegmt=True)) <= 60
    assert 0 == retry_after_seconds(formatdate(time.time() - 60, usegmt=True))
