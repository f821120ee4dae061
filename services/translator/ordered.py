"""Running jobs side by side, with their results in order and a bound on how many run."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Coroutine, Iterable
from typing import Any, TypeVar

_T = TypeVar("_T")


async def in_order(jobs: Iterable[Coroutine[Any, Any, _T]], limit: int) -> AsyncGenerator[_T]:
    """Yield the results in the order of the jobs, of which at most `limit` run at a time.

    `jobs` is best a generator: a job is taken only when there is room for it. When the consumer stops or a
    job fails, the running ones are cancelled and awaited.
    """
    running: deque[asyncio.Task[_T]] = deque()
    try:
        for job in jobs:
            running.append(asyncio.create_task(job))
            if len(running) == limit:
                yield await _first(running)
        while running:
            yield await _first(running)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _first(running: deque[asyncio.Task[_T]]) -> _T:
    """Wait for the oldest task; it stays in `running` until it is done, so that it is never left behind."""
    await asyncio.wait([running[0]])
    return running.popleft().result()
