"""services/video/queue.py: entries of dead workers go back, those of living ones stay."""

import saq

from services.video.jobs import new_job_id
from services.video.queue import VIDEOS, WorkQueue
from tests.services.video.conftest import World

LONG_AGO = 1_000_000_000_000


async def fetched(queue: WorkQueue) -> saq.Job:
    """Fetch an entry as a worker does."""
    entry = await queue.dequeue(timeout=5)
    assert entry is not None
    return entry


async def begun(queue: WorkQueue, touched: int | None = None) -> saq.Job:
    """Fetch an entry and begin it, with a heartbeat now or long ago."""
    entry = await fetched(queue)
    entry.started = touched or entry.queued
    await queue.update(entry, status=saq.Status.ACTIVE)
    if touched is not None:
        entry.touched = touched
        await queue.redis.set(entry.id, queue.serialize(entry))
    return entry


async def unlocked_sweep(queue: WorkQueue) -> list[str]:
    """Sweep now, whoever has swept lately."""
    await queue.redis.delete(queue.namespace("sweep"))
    return await queue.sweep(1)


async def test_an_entry_is_queued_once(world: World) -> None:
    """Queueing again changes nothing; the key is the job's id."""
    job_id = new_job_id()
    for _ in range(3):
        await world.video_queue.put(job_id)
    queue = WorkQueue(world.raw, VIDEOS)

    assert 1 == await queue.count("queued")
    assert await world.video_queue.holds(job_id)
    assert job_id == (await fetched(queue)).key


async def test_a_dead_workers_entry_goes_back(world: World) -> None:
    """Without a heartbeat it is queued again, once."""
    await world.video_queue.put(new_job_id())
    queue = WorkQueue(world.raw, VIDEOS)
    entry = await begun(queue, LONG_AGO)
    swept = await unlocked_sweep(queue)

    assert [entry.id] == swept
    assert (1, 0, 1) == tuple([await queue.count(kind) for kind in ("queued", "active", "incomplete")])
    assert [] == await unlocked_sweep(queue)


async def test_work_that_raised_an_error_waits(world: World) -> None:
    """One that always fails must not keep a worker busy; what a stopping worker hands back goes on at once."""
    for _ in range(2):
        await world.video_queue.put(new_job_id())
    queue = WorkQueue(world.raw, VIDEOS)
    failed, handed_back = await begun(queue), await begun(queue)
    await failed.retry("Traceback: an error")
    await handed_back.retry("cancelled")

    assert 1 == await queue.count("queued")
    assert handed_back.id == (await fetched(queue)).id
    assert 2 == await queue.count("incomplete")


async def test_a_living_workers_entry_stays(world: World) -> None:
    """With a heartbeat nothing happens."""
    await world.video_queue.put(new_job_id())
    queue = WorkQueue(world.raw, VIDEOS)
    await begun(queue)

    assert [] == await unlocked_sweep(queue)
    assert (0, 1) == (await queue.count("queued"), await queue.count("active"))


async def test_an_entry_just_fetched_is_left_alone(world: World) -> None:
    """Between fetching and beginning there is no heartbeat yet; only one that never begins goes back."""
    await world.video_queue.put(new_job_id())
    queue = WorkQueue(world.raw, VIDEOS)
    entry = await fetched(queue)
    first = await unlocked_sweep(queue)
    queue._fetched = {each: seen - 60 for each, seen in queue._fetched.items()}

    assert [] == first
    assert [entry.id] == await unlocked_sweep(queue)


async def test_an_entry_without_a_record_is_dropped(world: World) -> None:
    """A name that leads nowhere doesn't stay among the active ones."""
    await world.video_queue.put(new_job_id())
    queue = WorkQueue(world.raw, VIDEOS)
    entry = await fetched(queue)
    await queue.redis.delete(entry.id)
    await unlocked_sweep(queue)

    assert (0, 0) == (await queue.count("active"), await queue.count("incomplete"))


async def test_a_late_heartbeat_brings_nothing_back(world: World) -> None:
    """The entry of finished work stays deleted."""
    await world.video_queue.put(new_job_id())
    queue = WorkQueue(world.raw, VIDEOS)
    entry = await begun(queue)
    await entry.finish(saq.Status.COMPLETE)
    await entry.update()

    assert not await queue.redis.exists(entry.id)


async def test_webhooks_wait_for_their_time(world: World) -> None:
    """A delayed attempt is scheduled, not queued, and known."""
    job_id = new_job_id()
    await world.webhook_queue.put(job_id, 3, delay=60)

    assert await world.webhook_queue.holds(job_id, 8)
    assert not await world.webhook_queue.holds(job_id, 2)
    assert not await world.webhook_queue.holds(new_job_id(), 8)
