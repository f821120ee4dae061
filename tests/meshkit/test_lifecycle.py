"""Closing: in order, each in its time, whatever the others do."""

import asyncio

from meshkit.lifecycle import close_all


async def test_one_bad_closer_keeps_nobody_from_closing() -> None:
    """A closer that raises, or never ends, is passed over."""
    closed: list[str] = []

    async def fails() -> None:
        raise RuntimeError

    async def hangs() -> None:
        await asyncio.Event().wait()

    async def works() -> None:
        closed.append("works")

    await close_all(fails, hangs, works, seconds=0.05)

    assert ["works"] == closed
