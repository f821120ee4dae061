"""The connections to Redis and what their failures mean."""

from collections.abc import Iterator
from contextlib import contextmanager

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import RedisError

from meshkit.errors import BackendUnavailable
from meshkit.log import get_logger

log = get_logger(__name__)

SOCKET_SECONDS = 5.0
CONNECT_SECONDS = 2.0


def connect_redis(url: str, *, text: bool = True, max_connections: int = 64) -> Redis:
    """Open a client for `redis://` or `unix://`; nothing is dialled yet.

    `text` decodes answers to str; saq's queue wants bytes. A lost connection is tried again twice, within a second.
    """
    client: Redis = Redis.from_url(
        url,
        decode_responses=text,
        max_connections=max_connections,
        socket_timeout=SOCKET_SECONDS,
        socket_connect_timeout=CONNECT_SECONDS,
        health_check_interval=15,
        retry=Retry(ExponentialBackoff(cap=0.5, base=0.05), 2),
    )
    return client


@contextmanager
def asking_redis() -> Iterator[None]:
    """Turn a failed command into BackendUnavailable; the details go to the log."""
    try:
        yield
    except (RedisError, OSError, TimeoutError) as error:
        log.error("redis failed", error=repr(error))
        raise BackendUnavailable(
            "The store of jobs does not answer.", reason="JOB_STORE_UNAVAILABLE", retry_after=1.0
        ) from error
