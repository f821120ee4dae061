"""Clients of Redis for asyncio, without redis-py's traps."""

import asyncio
from typing import Any

from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff

CONNECT_SECONDS = 2.0
_RETRIES = 2


class WaitingPool(ConnectionPool):
    """A pool whose callers wait, in order, for as long as all connections are busy.

    redis-py's own BlockingConnectionPool waits on a Condition. In Python 3.11 that loses a notification whose receiver
    is cancelled at the same moment: the others then wait for ever beside free connections. A semaphore hands it on.
    """

    def __init__(self, max_connections: int, **options: Any) -> None:
        super().__init__(max_connections=max_connections, **options)
        self._places = asyncio.Semaphore(max_connections)

    async def get_connection(
        self, command_name: Any = None, *keys: Any, **options: Any
    ) -> AbstractConnection:
        """Wait for a place, then give a connection that is open."""
        await self._places.acquire()
        try:
            connection: AbstractConnection = self.get_available_connection()  # type: ignore[no-untyped-call]
        except BaseException:
            self._places.release()
            raise
        try:
            await self.ensure_connection(connection)
        except BaseException:
            await self.release(connection)
            raise
        return connection

    async def release(self, connection: AbstractConnection) -> None:
        """Take a connection back; its place is free whatever happens while it is closed."""
        self._in_use_connections.remove(connection)
        try:
            if connection.should_reconnect():  # type: ignore[no-untyped-call]
                await connection.disconnect()
        finally:
            self._available_connections.append(connection)
            self._places.release()


def connect_redis(url: str, *, text: bool = True, max_connections: int = 64) -> Redis:
    """Open a client for `redis://` or `unix://`; nothing is dialled yet, and the caller closes it.

    `text` decodes answers to str. A lost connection is tried again twice: that is over within a second where the host
    refuses, but takes three times CONNECT_SECONDS where it is silent. When all connections are busy a command waits
    for one: a change that wakes a thousand watchers is no failure. No command has a time limit of its own: whoever
    asks sets one with asyncio.timeout.
    """
    pool = WaitingPool.from_url(
        url,
        decode_responses=text,
        max_connections=max_connections,
        # With a timeout the client sends through asyncio.wait_for, which in Python 3.11 may lose a cancellation:
        # the task then goes on for ever.
        socket_timeout=None,
        socket_connect_timeout=CONNECT_SECONDS,
        health_check_interval=15,
        retry=Retry(ExponentialBackoff(cap=0.5, base=0.05), _RETRIES),
    )
    return Redis.from_pool(pool)
