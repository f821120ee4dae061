"""Sheds calls beyond what a service can serve at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from meshkit.interceptors.around import AroundInterceptor, Call
from meshkit.limits import ConcurrencyLimiter


class ConcurrencyInterceptor(AroundInterceptor):
    """Refuses calls with RESOURCE_EXHAUSTED when all slots are taken."""

    def __init__(self, limit: int) -> None:
        self._limiter = ConcurrencyLimiter(limit, "service")

    @asynccontextmanager
    async def around(self, call: Call) -> AsyncIterator[None]:
        """Holds a slot while the call runs."""
        async with self._limiter.slot():
            yield
