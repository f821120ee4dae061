"""services/video/catalog.py: reads over many jobs, on a real Redis."""

import time

import pytest

from meshkit.errors import InvalidInput
from services.video.catalog import Catalog
from services.video.jobs import Job, JobState, VideoOptions
from services.video.store import JobStore
from tests.services.video.conftest import World


async def many(store: JobStore, count: int) -> list[str]:
    """Create jobs, the newest first in the list."""
    ids = [f"{number:012x}{'0' * 20}" for number in range(count)]
    for each in ids:
        await store.create(Job(each, VideoOptions("text")), capacity=1000, message="x")
    return ids[::-1]


async def pages(catalog: Catalog, size: int, state: JobState | None = None) -> list[list[str]]:
    """Follow the tokens to the last page."""
    found, token = [], ""
    while True:
        page = await catalog.page(size, token, state)
        found.append([job.job_id for job in page.jobs])
        token = page.next_token
        if not token:
            return found


@pytest.mark.parametrize(("count", "size"), [(0, 3), (1, 3), (3, 3), (7, 3), (9, 3)])
async def test_pages_hold_every_job_once(world: World, count: int, size: int) -> None:
    """The newest come first, nothing is lost or repeated."""
    ids = await many(world.store, count)
    found = await pages(world.catalog, size)

    assert ids == [each for page in found for each in page]
    assert count == (await world.catalog.page(size)).total


async def test_pages_of_one_state(world: World) -> None:
    """A state keeps only its jobs."""
    ids = await many(world.store, 6)
    for each in ids[:2]:
        await world.store.take(each)

    assert [ids[:2]] == await pages(world.catalog, 5, JobState.PROCESSING)
    assert [ids[2:]] == await pages(world.catalog, 5, JobState.QUEUED)


async def test_expired_records_leave_no_holes(world: World) -> None:
    """A page is full although some of its ids have lost their record."""
    ids = await many(world.store, 10)
    for each in ids[1:4]:
        await world.redis.delete(f"{world.store.prefix}job:{each}")

    assert [[ids[0], *ids[4:6]], ids[6:9], ids[9:]] == await pages(world.catalog, 3)


async def test_a_foreign_token_is_refused(world: World) -> None:
    """Only tokens of ours are accepted."""
    with pytest.raises(InvalidInput) as refusal:
        await world.catalog.page(3, "[0")

    assert "page_token" == refusal.value.field


async def test_counts_and_expiry(world: World) -> None:
    """Counts follow the states; a job expires when its time since the end is over."""
    ids = await many(world.store, 3)
    await world.store.end(ids[0], JobState.CANCELLED, "x")
    await world.store.take(ids[1])
    before = await world.catalog.expired()
    await world.redis.zadd(f"{world.store.prefix}ended", {ids[0]: time.time() * 1000 - 1})

    assert {"queued": 1, "processing": 1, "completed": 0, "failed": 0, "cancelled": 1} == dict(
        await world.catalog.counts()
    )
    assert 1 == await world.catalog.waiting()
    assert sorted(ids[1:]) == sorted(await world.catalog.open_ids())
    assert ([], [ids[0]]) == (before, await world.catalog.expired())


async def test_workers_come_and_go(world: World) -> None:
    """A worker counts while it is seen."""
    await world.catalog.worker_seen("a")
    await world.catalog.worker_seen("b")
    await world.redis.zadd(f"{world.store.prefix}workers", {"c": time.time() - 60})
    both = await world.catalog.workers()
    await world.catalog.worker_gone("a")

    assert (2, 1) == (both, await world.catalog.workers())
    assert await world.catalog.memory() > 100_000
