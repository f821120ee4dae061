"""Decoding off the event loop: a few threads, and a bound on the pixels that they hold at a time."""

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from services.detector import metrics
from services.detector.pictures import Picture, cost, decode, inspect


class PixelBudget:
    """Lets threads decode at most `pixels` at once, first come, first served: it bounds the memory."""

    def __init__(self, pixels: int) -> None:
        self._total = pixels
        self._free = pixels
        self._turn = threading.Lock()
        self._changed = threading.Condition()

    @contextmanager
    def spend(self, pixels: int) -> Iterator[None]:
        """Wait until `pixels` are free and hold them. More than the whole budget counts as the whole."""
        share = min(pixels, self._total)
        # The lock is held while waiting: small pictures don't overtake a large one for ever.
        with self._turn, self._changed:
            self._changed.wait_for(lambda: self._free >= share)
            self._free -= share
        try:
            yield
        finally:
            self._give_back(share)

    def _give_back(self, share: int) -> None:
        with self._changed:
            self._free += share
            self._changed.notify_all()


class Decoder:
    """Decodes pictures on its own threads. Who is cancelled while waiting leaves the queue."""

    def __init__(self, threads: int, pixels: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="decode")
        self._budget = PixelBudget(pixels)

    async def decode(self, data: bytes, frame_width: int, frame_height: int, field: str) -> Picture:
        """The picture in the model's frame. Raises what pictures.inspect and pictures.decode raise."""
        loop = asyncio.get_running_loop()
        asked = time.perf_counter()
        return await loop.run_in_executor(
            self._pool, self._decode, data, frame_width, frame_height, field, asked
        )

    async def close(self) -> None:
        """End the threads after what they are at; what waits is dropped."""
        await asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)

    def _decode(self, data: bytes, frame_width: int, frame_height: int, field: str, asked: float) -> Picture:
        header = inspect(data, field)
        with self._budget.spend(cost(header)):
            metrics.observe("queue", asked)
            with metrics.stage("decode"):
                return decode(data, header, frame_width, frame_height, field)
