"""Jobs side by side with results in order."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import aclosing

import pytest

from services.translator.ordered import in_order


class Desk:
    """Jobs that end when they are told to, and what became of them."""

    def __init__(self) -> None:
        self.running: set[int] = set()
        self.most = 0
        self.cancelled: set[int] = set()
        self.gates = [asyncio.Event() for _ in range(6)]
        self.ended = [asyncio.Event() for _ in range(6)]

    async def job(self, number: int) -> int:
        """Wait for the gate, answer the number."""
        self.running.add(number)
        self.most = max(self.most, len(self.running))
        try:
            await self.gates[number].wait()
        except asyncio.CancelledError:
            self.cancelled.add(number)
            raise
        finally:
            self.running.discard(number)
            self.ended[number].set()
        return number

    def jobs(self) -> Iterator[Coroutine[None, None, int]]:
        """All six."""
        return (self.job(number) for number in range(6))


async def test_results_keep_the_order_of_the_jobs() -> None:
    """Jobs that end backwards are answered forwards, and never more than the limit run."""
    desk = Desk()
    for gate in desk.gates[1:]:
        gate.set()

    async def end_the_first_last() -> None:
        await asyncio.gather(desk.ended[1].wait(), desk.ended[2].wait())
        desk.gates[0].set()

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(end_the_first_last())
        results = [number async for number in in_order(desk.jobs(), 3)]

    assert list(range(6)) == results
    assert desk.most <= 3


async def test_a_consumer_that_leaves_cancels_the_rest() -> None:
    """After the first result the others are cancelled, and those not begun never begin."""
    desk = Desk()
    desk.gates[0].set()
    async with aclosing(in_order(desk.jobs(), 3)) as results:
        first = await anext(results)

    assert (0, {1, 2}, set()) == (first, desk.cancelled, desk.running)


async def test_a_job_that_fails_ends_the_rest() -> None:
    """The error comes through, and nothing keeps running."""
    desk = Desk()

    async def fail() -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        async for _ in in_order(iter([fail(), desk.job(1), desk.job(2)]), 3):
            pass

    assert (set(), {1, 2}) == (desk.running, desk.cancelled)
