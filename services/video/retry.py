"""Trying again what failed because something was away."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from meshkit.errors import BackendUnavailable, DeadlineExceeded, MeshError, Overloaded, ProviderError

T = TypeVar("T")

PASSING = (BackendUnavailable, DeadlineExceeded, Overloaded, ProviderError)
LONGEST_WAIT = 30.0
JITTER = 0.2


@dataclass(frozen=True)
class RetryPolicy:
    """How often, and after how long: `base_seconds * factor ** n` before the n-th retry, give or take a fifth."""

    retries: int = 3
    factor: float = 1.5
    base_seconds: float = 1.0

    def wait(self, number: int, error: MeshError) -> float:
        """Return the seconds before retry `number` (from 1); never less than what the error asks for."""
        jitter = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - spreads load, guards nothing
        planned = self.base_seconds * self.factor**number * jitter
        return min(max(planned, error.retry_after or 0.0), LONGEST_WAIT)


async def retrying(
    work: Callable[[], Awaitable[T]],
    policy: RetryPolicy,
    on_retry: Callable[[int, MeshError], Awaitable[None]],
) -> T:
    """Return what `work` gives; a passing failure is tried again `policy.retries` times, any other raised at once."""
    for number in range(1, policy.retries + 1):
        try:
            return await work()
        except PASSING as error:
            await on_retry(number, error)
            await asyncio.sleep(policy.wait(number, error))
    return await work()
