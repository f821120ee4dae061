"""What a worker does besides its jobs: deletes what has expired, queues what was forgotten, reads gauges."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from meshkit.artifacts import ArtifactStore
from meshkit.errors import MeshError
from meshkit.log import get_logger
from services.video import metrics
from services.video.catalog import Catalog
from services.video.jobs import JOB_ID, JobState
from services.video.queue import VideoQueue, WebhookQueue
from services.video.store import JobStore

log = get_logger(__name__)

# A job this young may be between its record and its queue entry.
SETTLED_SECONDS = 10.0
# Files without a record are looked for this often, and only those of jobs older than this.
ORPHANS_SECONDS = 3600.0


class Upkeep:
    """Keeps the store of jobs, the queues and the store of artifacts in agreement. Any number may run at once."""

    def __init__(
        self,
        store: JobStore,
        catalog: Catalog,
        videos: VideoQueue,
        webhooks: WebhookQueue,
        webhook_attempts: int,
        artifacts: ArtifactStore,
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._videos = videos
        self._webhooks = webhooks
        self._webhook_attempts = webhook_attempts
        self._artifacts = artifacts
        self._orphans_seen = time.monotonic()

    async def once(self) -> None:
        """Do everything once; raises BackendUnavailable.

        What touches files comes last: jobs and webhooks don't wait while the store of artifacts is away.
        """
        await self.requeue()
        await self.remind()
        await self.expire()
        if time.monotonic() - self._orphans_seen > ORPHANS_SECONDS:
            self._orphans_seen = time.monotonic()
            await self.delete_orphans()

    async def expire(self) -> int:
        """Delete the records and files of jobs whose time is over; return how many."""
        expired = await self._catalog.expired()
        for job_id in expired:
            await self._artifacts.delete_prefix(f"jobs/{job_id}")
            await self._store.forget(job_id, force=True)
            metrics.EXPIRED.inc()
        return len(expired)

    async def requeue(self, settled_seconds: float = SETTLED_SECONDS) -> int:
        """Queue open jobs that no queue knows: their entry was never made, or was lost. Return how many."""
        count = 0
        for job_id in await self._catalog.open_ids():
            if await self._videos.holds(job_id):
                continue
            job = await self._store.find(job_id)
            if job is None or job.state.final or time.time() - job.updated < settled_seconds:
                continue
            await self._videos.put(job_id)
            metrics.REQUEUED.labels("video").inc()
            log.warning("a forgotten job was queued again", job_id=job_id)
            count += 1
        return count

    async def remind(self) -> int:
        """Queue webhooks that wait for delivery and that no queue knows; return how many."""
        count = 0
        for job_id in await self._catalog.undelivered():
            if not await self._webhooks.holds(job_id, self._webhook_attempts):
                await self._webhooks.put(job_id, 1)
                metrics.REQUEUED.labels("webhook").inc()
                count += 1
        return count

    async def delete_orphans(self, older_than: float = ORPHANS_SECONDS) -> int:
        """Delete the files of jobs that have no record; return how many such jobs there were."""
        count = 0
        for name in await self._artifacts.folders("jobs"):
            born = int(name[:12], 16) / 1000 if JOB_ID.fullmatch(name) else time.time()
            if time.time() - born > older_than and await self._store.find(name) is None:
                await self._artifacts.delete_prefix(f"jobs/{name}")
                count += 1
        return count


async def read_gauges(catalog: Catalog) -> None:
    """Set the gauges of jobs, queue, workers and Redis; raises BackendUnavailable."""
    counts = await catalog.counts()
    for state, count in counts.items():
        metrics.JOBS.labels(state).set(count)
    workers = await catalog.workers()
    metrics.QUEUE_DEPTH.set(counts[JobState.QUEUED])
    metrics.WORKERS.set(workers)
    metrics.REDIS_MEMORY.set(await catalog.memory())
    if counts[JobState.QUEUED] and not workers:
        log.warning("jobs wait and no worker lives", waiting=counts[JobState.QUEUED])


async def every(seconds: float, work: Callable[[], Awaitable[object]]) -> None:
    """Do something now and then, for ever; a failure is logged and the next turn tries again."""
    while True:
        try:
            await work()
        except MeshError as error:
            log.warning("upkeep was put off", reason=error.reason)
        except Exception:
            log.exception("upkeep failed")
        await asyncio.sleep(seconds)
