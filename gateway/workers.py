"""Threads for what would hold the event loop up: turning large bodies into messages and back."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")

# Smaller work is done at once: handing it to a thread would cost more than it does.
LARGE_BYTES = 256 * 1024


class Workers:
    """A few threads. What waits for them is bounded by the limit on requests at once."""

    def __init__(self, threads: int = 2) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="gateway")

    async def run(self, size: int, work: Callable[[], T]) -> T:
        """Does the work: here when it is of a few bytes, in a thread when it is of many."""
        if size < LARGE_BYTES:
            return work()
        return await asyncio.get_running_loop().run_in_executor(self._pool, copy_context().run, work)

    async def close(self) -> None:
        """Ends the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)
