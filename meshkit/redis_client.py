"""Clients of Redis for asyncio, without redis-py's traps."""

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff

CONNECT_SECONDS = 2.0


def connect_redis(url: str, *, text: bool = True, max_connections: int = 64) -> Redis:
    """Open a client for `redis://` or `unix://`; nothing is dialled yet, and the caller closes it.

    `text` decodes answers to str. A lost connection is tried again twice, within a second. When all connections are
    busy a command waits for one: a change that wakes a thousand watchers is no failure. No command has a time limit
    of its own: whoever asks sets one with asyncio.timeout.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        decode_responses=text,
        max_connections=max_connections,
        timeout=None,
        # With a timeout the client sends through asyncio.wait_for, which in Python 3.11 may lose a cancellation:
        # the task then goes on for ever.
        socket_timeout=None,
        socket_connect_timeout=CONNECT_SECONDS,
        health_check_interval=15,
        retry=Retry(ExponentialBackoff(cap=0.5, base=0.05), 2),
    )
    return Redis.from_pool(pool)
