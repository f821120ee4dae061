"""services/video/upkeep.py: what has expired goes, what was forgotten is queued again."""

import asyncio
import shutil
import time
from functools import partial

import pytest

from meshkit.artifacts import ArtifactStore
from meshkit.errors import BackendUnavailable, MeshError
from services.video import metrics
from services.video.jobs import JobState, new_job_id
from services.video.upkeep import Upkeep, every, read_gauges
from tests.services.video.conftest import World
from tests.services.video.making import queued_job, taken_job


@pytest.fixture
def upkeep(world: World) -> Upkeep:
    """The upkeep of the test's world."""
    return Upkeep(world.store, world.catalog, world.video_queue, world.webhook_queue, 8, world.artifacts)


async def test_expired_jobs_go_with_their_files(world: World, upkeep: Upkeep, photo: bytes) -> None:
    """The others stay."""
    old, young = await queued_job(world, photo), await queued_job(world, photo)
    for job in (old, young):
        await world.store.end(job.job_id, JobState.CANCELLED, "x")
    await world.redis.zadd(f"{world.store.prefix}ended", {old.job_id: time.time() * 1000 - 1})
    count = await upkeep.expire()

    assert 1 == count
    assert await world.store.find(old.job_id) is None
    assert [f"jobs/{young.job_id}/input/photo.webp"] == world.files()
    assert 1 == (await world.catalog.page(10)).total


async def test_files_go_though_the_record_is_gone_already(world: World, upkeep: Upkeep, photo: bytes) -> None:
    """Redis deletes the record by itself; the files are deleted all the same."""
    job = await queued_job(world, photo)
    await world.store.end(job.job_id, JobState.CANCELLED, "x")
    await world.redis.delete(f"{world.store.prefix}job:{job.job_id}")
    await world.redis.zadd(f"{world.store.prefix}ended", {job.job_id: 1})
    await upkeep.once()

    assert [] == world.files()
    assert 0 == (await world.catalog.page(10)).total


async def test_forgotten_jobs_are_queued_again(world: World, upkeep: Upkeep, photo: bytes) -> None:
    """Queued or begun, a job without an entry gets one; a young one is left time to get it."""
    jobs = [await queued_job(world, photo), await taken_job(world, photo)]
    ended = await queued_job(world, photo)
    await world.store.end(ended.job_id, JobState.CANCELLED, "x")
    young = await upkeep.requeue()
    old = await upkeep.requeue(settled_seconds=0)

    assert (0, 2) == (young, old)
    assert [True, True] == [await world.video_queue.holds(job.job_id) for job in jobs]
    assert 0 == await upkeep.requeue(settled_seconds=0)


async def test_forgotten_webhooks_are_queued_again(world: World, upkeep: Upkeep, photo: bytes) -> None:
    """One that has an attempt waiting is left alone."""
    jobs = [await queued_job(world, photo, webhook_url="http://a.test/") for _ in range(2)]
    for job in jobs:
        await world.store.end(job.job_id, JobState.CANCELLED, "x")
    await world.webhook_queue.put(jobs[0].job_id, 4, delay=60)

    assert 1 == await upkeep.remind()
    assert [False, True] == [await world.webhook_queue.holds(job.job_id, 1) for job in jobs]


async def test_files_without_a_record_are_deleted(world: World, upkeep: Upkeep, photo: bytes) -> None:
    """But not those of a job that is just being made."""
    job = await queued_job(world, photo)
    orphan = new_job_id()
    await world.artifacts.put(f"jobs/{orphan}/input/photo.webp", photo)
    young = await upkeep.delete_orphans()
    old = await upkeep.delete_orphans(older_than=-1)

    assert (0, 1) == (young, old)
    assert [f"jobs/{job.job_id}/input/photo.webp"] == world.files()


async def test_jobs_are_queued_again_though_files_cannot_be_deleted(world: World, photo: bytes) -> None:
    """A store of artifacts that is away keeps neither jobs nor webhooks waiting."""
    artifacts = ArtifactStore.from_url(f"file://{world.folder}/other")
    upkeep = Upkeep(world.store, world.catalog, world.video_queue, world.webhook_queue, 8, artifacts)
    old = await queued_job(world, photo, webhook_url="http://a.test/")
    await world.store.end(old.job_id, JobState.CANCELLED, "x")
    await world.redis.zadd(f"{world.store.prefix}ended", {old.job_id: 1})
    await asyncio.to_thread(shutil.rmtree, world.folder / "other")
    await asyncio.to_thread((world.folder / "other").write_text, "no folder any more")
    with pytest.raises(MeshError):
        await upkeep.once()

    assert await world.webhook_queue.holds(old.job_id, 1)


async def test_gauges_are_read(world: World, photo: bytes) -> None:
    """Depth, states, workers and memory."""
    await queued_job(world, photo)
    await taken_job(world, photo)
    await world.catalog.worker_seen("a")
    await read_gauges(world.catalog)

    assert 1 == metrics.QUEUE_DEPTH._value.get()
    assert 1 == metrics.JOBS.labels(JobState.PROCESSING)._value.get()
    assert 1 == metrics.WORKERS._value.get()
    assert metrics.REDIS_MEMORY._value.get() > 100_000


async def test_every_goes_on_after_failures() -> None:
    """Neither a service that is away nor a bug ends it; cancelling does."""
    errors: list[Exception] = [BackendUnavailable("away"), RuntimeError("bug")]
    succeeded = asyncio.Event()

    async def work() -> None:
        if errors:
            raise errors.pop(0)
        succeeded.set()

    task = asyncio.create_task(every(0.001, partial(work)))
    async with asyncio.timeout(5):
        await succeeded.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
