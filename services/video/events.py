"""Reading and following the event logs of jobs."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from meshkit.limits import ConcurrencyLimiter
from meshkit.log import get_logger
from services.video import metrics
from services.video.jobs import JobEvent
from services.video.records import event_from_entry
from services.video.redis_client import asking_redis
from services.video.store import DEFAULT_PREFIX, JobStore

log = get_logger(__name__)

BATCH = 100
# A watcher looks by itself this often: what was announced while the connection was down is found late, not never.
LOOK_SECONDS = 5.0
RECONNECT_SECONDS = 0.5


class EventHub:
    """Tells every watcher in this process of changes: one connection for all of them."""

    def __init__(self, redis: Redis, prefix: str = DEFAULT_PREFIX) -> None:
        self._redis = redis
        self._channel = f"{prefix}changes"
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen."""
        self._task = asyncio.create_task(self._listen(), name="event hub")

    async def close(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def subscribe(self, job_id: str) -> asyncio.Event:
        """Return an event that is set at each change of the job."""
        changed = asyncio.Event()
        self._waiting[job_id].add(changed)
        return changed

    def unsubscribe(self, job_id: str, changed: asyncio.Event) -> None:
        """Forget an event of `subscribe`."""
        self._waiting[job_id].discard(changed)
        if not self._waiting[job_id]:
            del self._waiting[job_id]

    async def _listen(self) -> None:
        while True:
            try:
                await self._follow()
            except (RedisError, OSError, TimeoutError) as error:
                log.warning("the channel of changes is lost", error=repr(error))
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _follow(self) -> None:
        async with self._redis.pubsub() as channel:
            await channel.subscribe(self._channel)
            while True:
                message = await channel.get_message(ignore_subscribe_messages=True, timeout=LOOK_SECONDS)
                if message is not None:
                    for changed in self._waiting.get(str(message["data"]), ()):
                        changed.set()


class EventLog:
    """Reads event logs; at most `max_watchers` follow one at a time."""

    def __init__(self, store: JobStore, hub: EventHub, max_watchers: int) -> None:
        self._store = store
        self._hub = hub
        self._watchers = ConcurrencyLimiter(max_watchers, "video service's watch stream", retry_after=5.0)

    async def read(self, job_id: str, after: str = "", limit: int = BATCH) -> list[JobEvent]:
        """Return up to `limit` events that follow the event `after`, from the start when it is empty."""
        key = f"{self._store.prefix}events:{job_id}"
        async with asking_redis():
            found = await self._store.redis.xrange(key, f"({after}" if after else "-", "+", count=limit)
        entries = cast(list[tuple[str, dict[str, str]]], found)
        return [event_from_entry(event_id, fields) for event_id, fields in entries]

    async def watch(self, job_id: str, after: str = "") -> AsyncIterator[JobEvent]:
        """Yield the events after `after`, then each new one, until the job has ended.

        Raises NotFound for an unknown job, and Overloaded when too many watch.
        """
        await self._store.get(job_id)
        async with self._watchers.slot():
            changed = self._hub.subscribe(job_id)
            metrics.WATCHERS.inc()
            try:
                async for event in self._follow(job_id, after, changed):
                    yield event
            finally:
                metrics.WATCHERS.dec()
                self._hub.unsubscribe(job_id, changed)

    async def _follow(self, job_id: str, after: str, changed: asyncio.Event) -> AsyncIterator[JobEvent]:
        while True:
            changed.clear()
            job = await self._store.find(job_id)
            events = await self.read(job_id, after)
            for event in events:
                yield event
                after = event.event_id
            if len(events) == BATCH:
                continue
            # The record was read before the log: when it had ended then, the log was complete.
            if job is None or job.state.final:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await changed.wait()
