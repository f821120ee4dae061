"""The queues of work: saq on Redis, one for videos and one for webhooks.

A queue carries only names: the record in the job store is the truth, so an entry that is lost can be made again
from it, and one that comes twice does no harm.
"""

import json
import time
from typing import Any, cast

import saq
from redis.asyncio import Redis
from saq.job import Status
from saq.queue.redis import RedisQueue

from meshkit.errors import BackendUnavailable
from meshkit.log import get_logger
from services.video.jobs import Job
from services.video.redis_client import asking_redis

log = get_logger(__name__)

VIDEOS = "sutradhar-videos"
WEBHOOKS = "sutradhar-webhooks"
RENDER = "render"
DELIVER = "deliver"
# Our own record bounds the attempts at a video; the queue must never give one up by itself.
UNBOUNDED = 1_000_000
# How long an entry waits whose work raised an error: without this, one that always does would keep a worker busy.
FAILED_SECONDS = 2.0
# What saq gives as the error of work that it cancelled because the worker stops.
CANCELLED = "cancelled"
# An entry that is done leaves nothing behind.
NO_TTL = -1


class WorkQueue(RedisQueue):
    """saq's queue, with a sweep of our own.

    saq's takes a job back that a worker has only just fetched, and waits for dead workers to answer. Here an entry
    goes back to the queue at once when its worker shows no life; should that worker live after all, the record's
    attempt number keeps it from writing.
    """

    def __init__(self, redis: Redis, name: str) -> None:
        super().__init__(redis, name=name, dump=json.dumps, load=json.loads)
        self._fetched: dict[str, float] = {}

    async def sweep(self, lock: int = 60, abort: float = 0.0) -> list[str]:
        """Queue the entries of workers that show no life again; return their ids. `abort` is saq's and not used."""
        if not await self.redis.set(self._sweep, 1, nx=True, ex=lock):
            return []
        ids = [str(raw, "ascii") for raw in cast(list[bytes], await self.redis.lrange(self._active, 0, -1))]
        self._fetched = {each: seen for each, seen in self._fetched.items() if each in ids}
        return [each for each in ids if await self._sweep_one(each)]

    async def _sweep_one(self, entry_id: str) -> bool:
        entry = await self._get_job_by_id(entry_id)
        if entry is None:
            await self.redis.lrem(self._active, 0, entry_id)
            await self.redis.zrem(self._incomplete, entry_id)
            return True
        if not self._lost(entry):
            return False
        log.warning("a worker shows no life; its work is queued again", entry=entry.key)
        await self.retry(entry, self.swept_error_message)
        return True

    def _lost(self, entry: saq.Job) -> bool:
        """True for an entry without a heartbeat; one that is fetched and not begun gets as long to begin."""
        if entry.status in {Status.ACTIVE, Status.ABORTING}:
            return entry.stuck
        seen = self._fetched.setdefault(entry.id, time.monotonic())
        lost = time.monotonic() - seen > entry.heartbeat
        if lost:
            del self._fetched[entry.id]
        return lost

    async def retry(self, job: saq.Job, error: str | None) -> None:
        """As saq's, but work that raised an error waits a little; a dead or stopping worker's goes on at once."""
        interrupted = error in {self.swept_error_message, CANCELLED}
        job.retry_delay = 0.0 if interrupted else FAILED_SECONDS
        await super().retry(job, error)

    async def _update(self, job: saq.Job, status: Status | None = None, **kwargs: Any) -> None:
        """As saq's, but an entry that has been deleted meanwhile does not come back."""
        stored = await self.job(job.key)
        job.status = status or (stored.status if stored else job.status)
        await self.redis.set(job.id, self.serialize(job), xx=True)
        await self.notify(job)

    async def holds_any(self, *keys: str) -> bool:
        """Return True when the queue has an entry of these names, waiting, scheduled or being worked on."""
        async with asking_redis():
            scores = await self.redis.zmscore(
                self.namespace("incomplete"), [self.job_id(key) for key in keys]
            )
        return any(score is not None for score in scores)


class VideoQueue:
    """Queues videos; an entry's key is the job's id."""

    def __init__(self, queue: WorkQueue, heartbeat: int, timeout: int) -> None:
        self._queue = queue
        self._limits: dict[str, Any] = {"heartbeat": heartbeat, "timeout": timeout}

    async def put(self, job_id: str) -> None:
        """Queue a job; one that is queued already stays as it is. Raises BackendUnavailable."""
        entry = saq.Job(
            RENDER, kwargs={"job_id": job_id}, key=job_id, retries=UNBOUNDED, ttl=NO_TTL, **self._limits
        )
        async with asking_redis():
            await self._queue.enqueue(entry)

    async def holds(self, job_id: str) -> bool:
        """Return True when the job is queued or being worked on."""
        return await self._queue.holds_any(job_id)


class WebhookQueue:
    """Queues attempts at webhooks; an entry's key is the job's id and the number of the attempt."""

    def __init__(self, queue: WorkQueue, timeout: int) -> None:
        self._queue = queue
        self._timeout = timeout

    async def put(self, job_id: str, attempt: int, delay: float = 0.0) -> None:
        """Queue an attempt (from 1) to begin in `delay` seconds. Raises BackendUnavailable."""
        entry = saq.Job(
            DELIVER,
            kwargs={"job_id": job_id, "attempt": attempt},
            key=f"{job_id}.{attempt}",
            retries=UNBOUNDED,
            ttl=NO_TTL,
            timeout=self._timeout,
            heartbeat=self._timeout,
            scheduled=int(time.time() + delay) if delay > 0 else 0,
        )
        async with asking_redis():
            await self._queue.enqueue(entry)

    async def announce(self, job: Job) -> None:
        """Queue the first attempt for a job that has ended, if it has a webhook.

        A queue that is away is no error: the store remembers the webhook, and a worker's upkeep queues it.
        """
        if not job.webhook_url:
            return
        try:
            await self.put(job.job_id, 1)
        except BackendUnavailable:
            log.warning("a webhook is left for upkeep", job_id=job.job_id)

    async def holds(self, job_id: str, attempts: int) -> bool:
        """Return True when any of the `attempts` is queued, scheduled or being made."""
        return await self._queue.holds_any(*(f"{job_id}.{number}" for number in range(1, attempts + 1)))
