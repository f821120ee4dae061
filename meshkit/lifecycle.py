"""Living until told to stop, and dying politely."""

import asyncio
import signal
from collections.abc import Awaitable, Callable

from meshkit.log import get_logger

_log = get_logger(__name__)


async def stop_signal() -> None:
    """Waits for SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()


async def close_all(*closers: Callable[[], Awaitable[None]], seconds: float = 5.0) -> None:
    """Closes one after the other, each within its time; one that fails does not keep the others from closing."""
    for closer in closers:
        try:
            async with asyncio.timeout(seconds):
                await closer()
        except Exception:  # noqa: BLE001 - the next one must be closed all the same
            _log.exception("closing failed", what=getattr(closer, "__qualname__", repr(closer)))
