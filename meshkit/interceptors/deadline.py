"""Makes the caller's deadline that of everything done for it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from meshkit import deadline
from meshkit.interceptors.around import AroundInterceptor, Call


class DeadlineInterceptor(AroundInterceptor):
    """Refuses work that is already late and hands what is left to downstream calls."""

    @asynccontextmanager
    async def around(self, call: Call) -> AsyncIterator[None]:
        """Sets the deadline of the call."""
        deadline.enter(call.context.time_remaining())
        yield
