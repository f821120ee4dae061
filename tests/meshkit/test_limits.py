"""Limits: full is refused at once, and a slot that is given back can be had again."""

import pytest

from meshkit.errors import Overloaded
from meshkit.limits import ConcurrencyLimiter


async def test_a_full_limiter_refuses_and_recovers() -> None:
    """Slots come back also when the work fails."""
    limiter = ConcurrencyLimiter(1, "press", retry_after=2)

    async def work(error: Exception | None = None) -> None:
        async with limiter.slot():
            if error:
                raise error

    async with limiter.slot():
        with pytest.raises(Overloaded) as info:
            await work()
    with pytest.raises(RuntimeError):
        await work(RuntimeError())

    async with limiter.slot():
        assert 1 == limiter.running
    assert 0 == limiter.running
    assert 2 == info.value.retry_after
