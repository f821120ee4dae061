"""What failures of Redis mean to the video service."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.exceptions import RedisError

from meshkit.errors import BackendUnavailable
from meshkit.log import get_logger

log = get_logger(__name__)

# The reason of every failure to ask Redis.
STORE_AWAY = "JOB_STORE_UNAVAILABLE"
ANSWER_SECONDS = 5.0


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
