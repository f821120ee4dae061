"""Reads over many jobs: pages, counts, what has expired, what waits."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from redis.asyncio import Redis

from meshkit.errors import InvalidInput
from services.video.jobs import JOB_ID, OPEN_STATES, Job, JobState
from services.video.records import from_fields
from services.video.redis_client import asking_redis
from services.video.store import DEFAULT_PREFIX

WORKER_SECONDS = 10.0
# A page may meet ids whose records have just expired; it looks this many times further.
MAX_ROUNDS = 5


@dataclass(frozen=True)
class Page:
    """One page of jobs, the newest first; `next_token` is empty on the last one."""

    jobs: tuple[Job, ...]
    next_token: str
    total: int


class Catalog:
    """Looks jobs up in Redis. Every method raises BackendUnavailable when Redis doesn't answer."""

    def __init__(self, redis: Redis, prefix: str = DEFAULT_PREFIX) -> None:
        self._redis = redis
        self._prefix = prefix

    async def page(self, size: int, token: str = "", state: JobState | None = None) -> Page:
        """Return up to `size` jobs that are older than the job named by `token`; raises InvalidInput."""
        if token and not JOB_ID.fullmatch(token):
            raise InvalidInput("page_token: this token is not from an earlier page.", field="page_token")
        key = f"{self._prefix}jobs:{state}" if state else f"{self._prefix}jobs"
        jobs: list[Job] = []
        ids: list[str] = []
        async with asking_redis():
            for _ in range(MAX_ROUNDS):
                limit, last = size - len(jobs), ids[-1] if ids else token
                older = f"({last}" if last else "+"
                ids = _texts(await self._redis.zrevrangebylex(key, older, "-", 0, limit))
                jobs += await self._records(ids)
                if len(ids) < limit or len(jobs) == size:
                    break
            total = await self._redis.zcard(key)
        more = len(ids) == limit and bool(ids)
        return Page(tuple(jobs), ids[-1] if more else "", total)

    async def counts(self) -> Mapping[JobState, int]:
        """Return how many jobs are kept in each state."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for state in JobState:
                pipe.zcard(f"{self._prefix}jobs:{state}")
            async with asking_redis():
                return dict(zip(JobState, await pipe.execute(), strict=True))

    async def waiting(self) -> int:
        """Return how many jobs no worker has begun."""
        async with asking_redis():
            return int(await self._redis.zcard(f"{self._prefix}jobs:{JobState.QUEUED}"))

    async def job_of_request(self, request_id: str) -> str:
        """Return the job that a request id led to in the last day, or an empty string."""
        async with asking_redis():
            return str(await self._redis.get(f"{self._prefix}request:{request_id}") or "")

    async def open_ids(self, limit: int = 1000) -> list[str]:
        """Return the oldest jobs that have not ended."""
        async with asking_redis():
            groups = [
                _texts(await self._redis.zrangebylex(f"{self._prefix}jobs:{state}", "-", "+", 0, limit))
                for state in sorted(OPEN_STATES)
            ]
        return [each for ids in groups for each in ids]

    async def expired(self, limit: int = 100) -> list[str]:
        """Return jobs whose time is over since their end."""
        async with asking_redis():
            now = time.time() * 1000
            return _texts(await self._redis.zrangebyscore(f"{self._prefix}ended", 0, now, 0, limit))

    async def undelivered(self, limit: int = 1000) -> list[str]:
        """Return ended jobs whose webhook is not settled."""
        async with asking_redis():
            return _texts(await self._redis.zrange(f"{self._prefix}webhooks", 0, limit - 1))

    async def worker_seen(self, worker: str) -> None:
        """Record that a worker process lives."""
        now = time.time()
        async with asking_redis():
            await self._redis.zadd(f"{self._prefix}workers", {worker: now})
            await self._redis.zremrangebyscore(f"{self._prefix}workers", 0, now - 60 * WORKER_SECONDS)

    async def worker_gone(self, worker: str) -> None:
        """Record that a worker process has ended."""
        async with asking_redis():
            await self._redis.zrem(f"{self._prefix}workers", worker)

    async def workers(self) -> int:
        """Return how many worker processes were seen in the last ten seconds."""
        async with asking_redis():
            return int(
                await self._redis.zcount(f"{self._prefix}workers", time.time() - WORKER_SECONDS, "+inf")
            )

    async def memory(self) -> int:
        """Return the bytes that Redis uses."""
        async with asking_redis():
            return int((await self._redis.info("memory"))["used_memory"])

    async def check(self) -> None:
        """Raise BackendUnavailable unless Redis writes a key and reads it back."""
        key, value = f"{self._prefix}probe", str(time.time_ns())
        async with asking_redis():
            await self._redis.set(key, value, ex=60)
            await self._redis.get(key)

    async def _records(self, ids: list[str]) -> list[Job]:
        async with self._redis.pipeline(transaction=False) as pipe:
            for each in ids:
                pipe.hgetall(f"{self._prefix}job:{each}")
            return [from_fields(fields) for fields in await pipe.execute() if fields]


def _texts(values: Any) -> list[str]:
    """What the client, which decodes answers, types as bytes or text."""
    return cast(list[str], values)
