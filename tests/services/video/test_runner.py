"""services/video/runner.py: how an attempt begins and ends."""

import asyncio

import pytest

from meshkit.errors import BackendUnavailable, InvalidInput
from services.video.jobs import JobState, VideoResult, new_job_id
from services.video.redis_client import STORE_AWAY
from services.video.runner import RunLimits
from tests.services.video.conftest import World
from tests.services.video.making import TinyEngine, beat, make_runner, queued_job


def held() -> TinyEngine:
    """An engine that waits half way for ever."""
    engine = TinyEngine()
    engine.gate = asyncio.Event()
    return engine


async def test_a_run_completes_its_job(world: World, photo: bytes) -> None:
    """The heart beats meanwhile."""
    beats, third = 0, asyncio.Event()

    async def count() -> None:
        nonlocal beats
        beats += 1
        if beats == 3:
            third.set()

    engine = held()
    job = await queued_job(world, photo)
    running = asyncio.create_task(make_runner(world, engine).run(job.job_id, count))
    async with asyncio.timeout(10):
        await engine.half_way.wait()
        await third.wait()
    assert engine.gate is not None
    engine.gate.set()
    await running

    assert JobState.COMPLETED is (await world.store.get(job.job_id)).state


async def test_a_failed_stage_fails_the_job(world: World, photo: bytes) -> None:
    """With its reason, message and stage."""
    engine = TinyEngine()
    engine.errors = [InvalidInput("Bad picture.", reason="BAD_PICTURE")]
    job = await queued_job(world, photo)
    await make_runner(world, engine).run(job.job_id, beat)
    ended = await world.store.get(job.job_id)

    assert JobState.FAILED is ended.state
    assert ended.error is not None
    assert ("BAD_PICTURE", "Bad picture.", "render") == (
        ended.error.reason, ended.error.message, ended.error.stage,
    )  # fmt: skip


@pytest.mark.parametrize("ending", [JobState.CANCELLED, JobState.COMPLETED, None])
async def test_an_ending_from_outside_stops_the_engine(
    world: World, photo: bytes, ending: JobState | None
) -> None:
    """Cancelled, reported completed, or taken over by a later attempt: the work is stopped, the record stays."""
    engine = held()
    job = await queued_job(world, photo)
    running = asyncio.create_task(make_runner(world, engine).run(job.job_id, beat))
    await engine.half_way.wait()
    if ending is None:
        after = await world.store.take(job.job_id)
    else:
        after, _ = await world.store.end(
            job.job_id, ending, "from outside", result=VideoResult(external_uri="http://a.test/")
        )
    async with asyncio.timeout(5):
        await running

    assert engine.stopped
    assert after == await world.store.get(job.job_id)
    assert [] == list((world.folder / "work").iterdir())


async def test_too_slow_a_job_fails(world: World, photo: bytes) -> None:
    """The time limit ends it."""
    engine = held()
    job = await queued_job(world, photo)
    await make_runner(world, engine, RunLimits(0.5, 3, 0.05)).run(job.job_id, beat)
    ended = await world.store.get(job.job_id)

    assert ended.error is not None
    assert ("TIME_LIMIT", "render") == (ended.error.reason, ended.error.stage)
    assert engine.stopped


async def test_a_job_that_kills_its_workers_is_given_up(world: World, photo: bytes) -> None:
    """After the last attempt allowed it fails instead of beginning again."""
    job = await queued_job(world, photo)
    for _ in range(3):
        await world.store.take(job.job_id)
    engine = TinyEngine()
    await make_runner(world, engine).run(job.job_id, beat)
    ended = await world.store.get(job.job_id)

    assert ended.error is not None
    assert "INTERRUPTED" == ended.error.reason
    assert [] == engine.scenes


async def test_a_stopping_worker_leaves_its_job_open(world: World, photo: bytes) -> None:
    """Cancelled, the run stops the engine, says so in the log and is over."""
    engine = held()
    job = await queued_job(world, photo)
    running = asyncio.create_task(make_runner(world, engine).run(job.job_id, beat))
    await engine.half_way.wait()
    running.cancel()

    with pytest.raises(asyncio.CancelledError):
        await running

    assert engine.stopped
    assert JobState.PROCESSING is (await world.store.get(job.job_id)).state
    assert [] == list((world.folder / "work").iterdir())


async def test_a_store_that_is_away_does_not_fail_the_job(world: World, photo: bytes) -> None:
    """A short outage of Redis is no fault of the job's: the entry fails, and another attempt completes it."""
    engine = TinyEngine()
    engine.errors = [BackendUnavailable("The store of jobs does not answer.", reason=STORE_AWAY)] * 4
    job = await queued_job(world, photo)
    with pytest.raises(BackendUnavailable):
        await make_runner(world, engine).run(job.job_id, beat)
    between = await world.store.get(job.job_id)
    await make_runner(world, engine).run(job.job_id, beat)
    ended = await world.store.get(job.job_id)

    assert (JobState.PROCESSING, None) == (between.state, between.error)
    assert (JobState.COMPLETED, 2) == (ended.state, ended.attempt)


async def test_entries_without_an_open_job_do_nothing(world: World, photo: bytes) -> None:
    """A name that leads nowhere, and a job that has ended, are passed over."""
    job = await queued_job(world, photo)
    await world.store.end(job.job_id, JobState.CANCELLED, "stop")
    engine = TinyEngine()
    for name in (job.job_id, new_job_id()):
        await make_runner(world, engine).run(name, beat)

    assert [] == engine.scenes


async def test_the_end_queues_the_webhook(world: World, photo: bytes) -> None:
    """Only where there is one."""
    jobs = [await queued_job(world, photo, webhook_url=url) for url in ("http://a.test/", "")]
    for job in jobs:
        await make_runner(world, TinyEngine()).run(job.job_id, beat)

    assert [True, False] == [await world.webhook_queue.holds(job.job_id, 8) for job in jobs]
