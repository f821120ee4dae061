"""The connections to Redis and what their failures mean."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import RedisError

from meshkit.errors import BackendUnavailable
from meshkit.log import get_logger

log = get_logger(__name__)

# The reason of every failure to ask Redis.
STORE_AWAY = "JOB_STORE_UNAVAILABLE"
ANSWER_SECONDS = 5.0
CONNECT_SECONDS = 2.0


def connect_redis(url: str, *, text: bool = True, max_connections: int = 64) -> Redis:
    """Open a client for `redis://` or `unix://`; nothing is dialled yet.

    `text` decodes answers to str; saq's queue wants bytes. A lost connection is tried again twice, within a second.
    When all connections are busy a command waits for one: a change that wakes a thousand watchers is no failure.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        decode_responses=text,
        max_connections=max_connections,
        timeout=None,
        # With a timeout the client sends through asyncio.wait_for, which in Python 3.11 may lose a cancellation:
        # the task then goes on for ever. asking_redis bounds the time instead.
        socket_timeout=None,
        socket_connect_timeout=CONNECT_SECONDS,
        health_check_interval=15,
        retry=Retry(ExponentialBackoff(cap=0.5, base=0.05), 2),
    )
    return Redis.from_pool(pool)


class WithoutOutages(logging.Filter):
    """Drops what saq logs, several times a second, while Redis is away; asking_redis logs the outage."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return False for a record of a failed connection."""
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, RedisError | OSError)


@asynccontextmanager
async def asking_redis() -> AsyncIterator[None]:
    """Bound the time of a command and turn its failure into BackendUnavailable; the details go to the log."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            yield
    except (RedisError, OSError, TimeoutError) as error:
        log.error("redis failed", error=repr(error))
        raise BackendUnavailable(
            "The store of jobs does not answer.", reason=STORE_AWAY, retry_after=1.0
        ) from error
