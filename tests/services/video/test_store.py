"""services/video/store.py: every change of a record, on a real Redis."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

import pytest
from redis.asyncio import Redis

from meshkit.errors import BackendUnavailable, NotFound, Overloaded
from meshkit.redis_client import connect_redis
from services.video.events import EventHub, EventLog
from services.video.jobs import Job, JobError, JobState, Stage, VideoOptions, VideoResult, new_job_id
from services.video.store import MAX_EVENTS, JobStore, RunOver

TTL = 600


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A client of the test's own database."""
    client = connect_redis(redis_url)
    yield client
    await client.aclose()


@pytest.fixture
def store(redis: Redis) -> JobStore:
    """The store of this test."""
    return JobStore(redis, TTL)


@pytest.fixture
def log(store: JobStore) -> EventLog:
    """Reads event logs."""
    return EventLog(store, EventHub(store.redis), 1)


def new_job(**changes: object) -> Job:
    """A job as admission makes it."""
    return Job(new_job_id(), VideoOptions("text"), progress=5, detail="queued", **changes)  # type: ignore[arg-type]


async def created(store: JobStore, **changes: object) -> Job:
    """A queued job in the store."""
    return await store.create(new_job(**changes), capacity=100, message="queued")


async def processing(store: JobStore, **changes: object) -> Job:
    """A job that a worker has taken."""
    job = await store.take((await created(store, **changes)).job_id)
    assert job is not None
    return job


RESULT = VideoResult("video.mp4", "", 1.0, 2, 2, 3)
ERROR = JobError("INTERNAL", "No.", Stage.SPEAK)
ENDINGS: dict[JobState, Callable[[JobStore, Job], Awaitable[object]]] = {
    JobState.COMPLETED: lambda store, job: store.complete(job, RESULT, "done"),
    JobState.FAILED: lambda store, job: store.fail(job, ERROR),
    JobState.CANCELLED: lambda store, job: store.end(job.job_id, JobState.CANCELLED, "stop"),
}


async def test_a_created_job_is_queued_with_its_first_event(store: JobStore, log: EventLog) -> None:
    """The record, its times and its log are there at once."""
    job = await created(store, webhook_url="http://a.test/", labels={"a": "b"})
    events = await log.read(job.job_id)

    assert job == await store.find(job.job_id)
    assert JobState.QUEUED is job.state
    assert job.created == job.updated > 0
    assert 0 == job.started == job.ended
    assert [("queued", 5)] == [(event.message, event.progress) for event in events]


async def test_taking_a_job_begins_an_attempt(store: JobStore) -> None:
    """Each take counts; the start is that of the first."""
    first = await processing(store)
    second = await store.take(first.job_id)

    assert second is not None
    assert (1, 2) == (first.attempt, second.attempt)
    assert JobState.PROCESSING is second.state
    assert first.started == second.started > 0


@pytest.mark.parametrize("state", list(ENDINGS))
async def test_an_open_job_can_end(store: JobStore, log: EventLog, state: JobState) -> None:
    """Each ending sets state, time and event."""
    job = await processing(store)
    await ENDINGS[state](store, job)
    ended = await store.get(job.job_id)
    events = await log.read(job.job_id)

    assert state is ended.state
    assert ended.ended > 0
    assert state is events[-1].state
    assert (100 if state is JobState.COMPLETED else 5) == ended.progress


@pytest.mark.parametrize("state", list(ENDINGS))
async def test_nothing_changes_an_ended_job(store: JobStore, log: EventLog, state: JobState) -> None:
    """After a final state every other change is refused and leaves record and log as they are."""
    job = await processing(store)
    await ENDINGS[state](store, job)
    before, events = await store.get(job.job_id), await log.read(job.job_id)
    others = [ending for other, ending in ENDINGS.items() if other not in {state, JobState.CANCELLED}]
    changes: list[Callable[[], Awaitable[object]]] = [
        lambda: store.advance(job, "on", stage=Stage.RENDER, part=0.5),
        lambda: store.checkpoint(job, Stage.SPEAK, "on", {}),
        *(partial(ending, store, job) for ending in others),
    ]
    for change in changes:
        with pytest.raises(RunOver):
            await change()
    refused = [
        (await store.end(job.job_id, JobState.CANCELLED, "x"))[1],
        (await store.update_open(job.job_id, "x", webhook_url="y"))[1],
        await store.take(job.job_id) is not None,
    ]

    assert [False, False, False] == refused
    assert before == await store.get(job.job_id)
    assert events == await log.read(job.job_id)


async def test_a_queued_job_cannot_be_worked_on(store: JobStore) -> None:
    """Only the taker of a job writes to it."""
    job = await created(store)

    with pytest.raises(RunOver):
        await store.complete(job, RESULT, "done")


async def test_a_later_attempt_fences_an_earlier_one_off(store: JobStore) -> None:
    """A worker that was thought dead can't write any more."""
    first = await processing(store)
    second = await store.take(first.job_id)

    for change in (store.advance(first, "x", stage=Stage.SPEAK, part=1), store.complete(first, RESULT, "x")):
        with pytest.raises(RunOver):
            await change
    assert second is not None
    assert JobState.COMPLETED is (await store.complete(second, RESULT, "done")).state


async def test_a_repeated_ending_is_no_error(store: JobStore, log: EventLog) -> None:
    """When the answer to an ending was lost, asking again gives the same job and no second event."""
    job = await processing(store)
    first = await store.complete(job, RESULT, "done")
    events = await log.read(job.job_id)
    second = await store.complete(job, RESULT, "done")

    assert first == second
    assert events == await log.read(job.job_id)


async def test_progress_never_falls(store: JobStore) -> None:
    """A stage that starts again doesn't take percent away."""
    job = await processing(store)
    seen = []
    for stage, part in ((Stage.RENDER, 0.5), (Stage.SPEAK, 0.1), (Stage.RENDER, 0.4), (Stage.RENDER, 0.6)):
        job = await store.advance(job, "on", stage=stage, part=part)
        seen.append(job.progress)

    assert [62, 62, 62, 68] == seen


async def test_a_checkpoint_keeps_what_a_stage_gave(store: JobStore) -> None:
    """The stage is done, once, and its fields are in the record."""
    job = await processing(store)
    job = await store.checkpoint(job, Stage.TRANSLATE, "on", {"narration": "कुत्ता"})
    job = await store.checkpoint(job, Stage.TRANSLATE, "on", {"narration": "कुत्ता"})

    assert (Stage.TRANSLATE,) == job.done
    assert "कुत्ता" == (await store.get(job.job_id)).narration


async def test_the_time_to_live_starts_with_the_end(store: JobStore, redis: Redis) -> None:
    """An open job never expires; an ended one does, with its log."""
    job = await processing(store)
    keys = [f"{store.prefix}{kind}:{job.job_id}" for kind in ("job", "events")]
    open_ttls = [await redis.ttl(key) for key in keys]
    await store.complete(job, RESULT, "done")
    ended_ttls = [await redis.ttl(key) for key in keys]
    await store.note(job.job_id, "later")

    assert [-1, -1] == open_ttls
    assert [TTL, TTL] == ended_ttls
    assert TTL >= await redis.ttl(keys[1]) > 0
    assert await redis.zscore(f"{store.prefix}ended", job.job_id) == pytest.approx(
        (await store.get(job.job_id)).ended * 1000 + TTL * 1000
    )


async def test_only_ended_jobs_with_a_webhook_wait_for_one(store: JobStore, redis: Redis) -> None:
    """The list of undelivered webhooks is written with the ending itself."""
    with_hook, without = await processing(store, webhook_url="http://a.test/"), await processing(store)
    for job in (with_hook, without):
        await store.fail(job, ERROR)
    waiting = await redis.zrange(f"{store.prefix}webhooks", 0, -1)
    await store.webhook_settled(with_hook.job_id)

    assert [with_hook.job_id] == waiting
    assert [] == await redis.zrange(f"{store.prefix}webhooks", 0, -1)


async def test_a_request_leads_to_one_job(store: JobStore, redis: Redis) -> None:
    """Of many calls with one request id at once, one creates."""
    calls = [store.create(new_job(), request_id="same-request", capacity=100, message="x") for _ in range(20)]
    jobs = await asyncio.gather(*calls)

    assert 1 == len({job.job_id for job in jobs})
    assert 1 == await redis.zcard(f"{store.prefix}jobs")
    assert 86_000 < await redis.ttl(f"{store.prefix}request:same-request") <= 86_400


async def test_the_queue_is_bounded_exactly(store: JobStore) -> None:
    """Of many calls at once as many create as there is room for."""
    calls = [store.create(new_job(), capacity=7, message="x") for _ in range(20)]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    refused = [each for each in answers if isinstance(each, Overloaded)]

    assert 7 == sum(isinstance(each, Job) for each in answers)
    assert 13 == len(refused)
    assert ("QUEUE_FULL", True) == (refused[0].reason, bool(refused[0].retry_after))


async def test_the_log_is_bounded(store: JobStore, redis: Redis) -> None:
    """The oldest lines go."""
    job = await processing(store)
    for number in range(MAX_EVENTS + 20):
        await store.note(job.job_id, str(number))

    assert MAX_EVENTS == await redis.xlen(f"{store.prefix}events:{job.job_id}")


async def test_forgetting_a_job_leaves_nothing(store: JobStore, redis: Redis) -> None:
    """A queued job goes with all that points to it, also for the next call of its request."""
    job = await store.create(new_job(), request_id="a-request", capacity=9, message="x")
    gone = await store.forget(job.job_id, request_id="a-request")

    assert gone
    assert [] == await redis.keys("*")


async def test_a_job_that_was_begun_is_not_forgotten(store: JobStore) -> None:
    """Taking back stops where a worker has begun, unless forced."""
    job = await processing(store)

    assert not await store.forget(job.job_id)
    assert await store.find(job.job_id) is not None
    assert await store.forget(job.job_id, force=True)
    assert await store.find(job.job_id) is None


async def test_unknown_jobs(store: JobStore) -> None:
    """What isn't there is NotFound, or nothing."""
    name = new_job_id()

    for call in (store.get(name), store.end(name, JobState.FAILED, "x"), store.update_open(name, "x")):
        with pytest.raises(NotFound):
            await call
    assert await store.take(name) is None
    await store.note(name, "x")


async def test_a_redis_that_is_away_is_unavailable() -> None:
    """Every method says so within a second or two."""
    redis = connect_redis("redis://127.0.0.1:1/0")

    with pytest.raises(BackendUnavailable) as failure:
        await JobStore(redis, TTL).find(new_job_id())

    assert "JOB_STORE_UNAVAILABLE" == failure.value.reason
    await redis.aclose()
