"""Bounds on how much is done at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from meshkit.errors import Overloaded


class ConcurrencyLimiter:
    """Lets at most `limit` pieces of work run at once and refuses the rest early.

    Refusing beats queueing here: whoever waits behind a full service mostly
    waits in vain, and keeps memory while doing so.
    """

    def __init__(self, limit: int, name: str, retry_after: float = 1.0) -> None:
        self._limit = limit
        self._name = name
        self._retry_after = retry_after
        self.running = 0

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Holds one slot.

        Raises:
            Overloaded: all slots are taken.
        """
        if self.running >= self._limit:
            raise Overloaded(
                f"The {self._name} is busy with {self._limit} requests.", retry_after=self._retry_after
            )
        self.running += 1
        try:
            yield
        finally:
            self.running -= 1
