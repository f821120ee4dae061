"""Memory that this process and a Triton on the same host both see, for tensors too large to send gladly."""

import asyncio
import mmap
import os
import re
import secrets
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from tritonclient.grpc import InferInput
from tritonclient.grpc.aio import InferenceServerClient
from tritonclient.utils import InferenceServerException, np_to_triton_dtype

from meshkit import deadline
from meshkit.log import get_logger

_log = get_logger(__name__)

SMALLEST: Final = 64 * 1024
"""Bytes below which a tensor is cheaper to send than to share."""

_FOLDER: Final = Path("/dev/shm")  # noqa: S108 - where shm_open(3) of Linux, and with it Triton, looks for names
_CALL_SECONDS: Final = 2.0
# In what Triton says of a region of ours that it does not know.
_LOST: Final = "shared memory region: 'sutradhar-"
# A region's name: the process that made it, and a random part.
_NAME: Final = re.compile(r"sutradhar-(\d+)-\w+")


class SharedInputs:
    """One region of equal slots, registered with Triton when the first large tensor comes.

    The region's name is removed as soon as Triton has opened it, so that a killed process leaves nothing in the
    file system; what Triton still holds of it, the next process has it give back. A Triton that cannot open the
    region (another host, another container) is asked again after a while; until then, and while all slots are
    taken, tensors are sent as usual.

    For one event loop. The slot of a cancelled call may be written anew while Triton still reads it: what comes of
    that is an answer that nobody waits for.
    """

    def __init__(self, client: InferenceServerClient, slots: int = 32, retry_seconds: float = 30.0) -> None:
        self._client = client
        self._slots = slots
        self._retry_seconds = retry_seconds
        self._next_try = 0.0
        self._opening = asyncio.Lock()
        self._region: _Region | None = None

    @asynccontextmanager
    async def hold(self, inputs: Mapping[str, npt.NDArray[Any]]) -> AsyncIterator[dict[str, InferInput]]:
        """Those of the inputs that are in shared memory while the block runs."""
        large = {name: array for name, array in inputs.items() if _is_large(array)}
        region = await self._ready(max(array.nbytes for array in large.values())) if large else None
        if region is None:
            yield {}
            return
        with region.slots(list(large.values())) as tensors:
            yield {
                name: _at(region, name, large[name], start)
                for name, start in zip(large, tensors, strict=False)
            }

    def is_lost(self, error: InferenceServerException) -> bool:
        """Whether Triton does not know the region, because it was started anew; then the region is given up."""
        message = error.message() or ""
        if self._region is not None and self._region.name in message:
            self._region = None  # its memory goes with the last slot in use
        return _LOST in message

    async def close(self) -> None:
        """Tell Triton to let go of the region; once more, where it had no time for it."""
        region, self._region = self._region, None
        if region is not None and not await self._given_back(region):
            await self._given_back(region)

    async def _given_back(self, region: "_Region") -> bool:
        try:
            await self._client.unregister_system_shared_memory(region.name, client_timeout=_CALL_SECONDS)
        except InferenceServerException as error:
            _log.info("Triton did not take its shared memory back", code=error.status())
            return False
        return True

    async def _ready(self, slot_bytes: int) -> "_Region | None":
        if self._region is None and not self._opening.locked() and time.monotonic() >= self._next_try:
            async with self._opening:
                self._region = await self._open(slot_bytes)
        return self._region

    async def _open(self, slot_bytes: int) -> "_Region | None":
        try:
            await self._clear_up()
            region = _Region(self._slots, slot_bytes)
            with region.named():
                limit = deadline.budget(_CALL_SECONDS)
                await self._client.register_system_shared_memory(
                    region.name, f"/{region.name}", region.size, client_timeout=limit
                )
        except (InferenceServerException, OSError) as error:
            self._next_try = time.monotonic() + self._retry_seconds
            _log.info("no shared memory with Triton; tensors are sent", error=type(error).__name__)
            return None
        return region

    async def _clear_up(self) -> None:
        """Have Triton let go of the regions of processes that were killed: it would keep their memory for ever."""
        limit = deadline.budget(_CALL_SECONDS)
        known = await self._client.get_system_shared_memory_status(client_timeout=limit)
        for name in known.regions:
            if _is_orphan(name):
                limit = deadline.budget(_CALL_SECONDS)
                await self._client.unregister_system_shared_memory(name, client_timeout=limit)


class _Region:
    """A mapped block of equal slots, each of whole pages."""

    def __init__(self, slots: int, slot_bytes: int) -> None:
        self._slot_bytes = -(-slot_bytes // mmap.PAGESIZE) * mmap.PAGESIZE
        self._free = list(range(slots))
        self.size = slots * self._slot_bytes
        self.name = f"sutradhar-{os.getpid()}-{secrets.token_hex(4)}"
        self._path = _FOLDER / self.name
        self._memory = self._map()

    def _map(self) -> mmap.mmap:
        file = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            # Not ftruncate: where memory is short, writing to a page that isn't there ends the process (SIGBUS).
            os.posix_fallocate(file, 0, self.size)
            return mmap.mmap(file, self.size)
        except BaseException:
            self._path.unlink()
            raise
        finally:
            os.close(file)

    @contextmanager
    def named(self) -> Iterator[None]:
        """While the block runs, Triton can open the region by its name."""
        try:
            yield
        finally:
            self._path.unlink(missing_ok=True)

    @contextmanager
    def slots(self, arrays: list[npt.NDArray[Any]]) -> Iterator[list[int]]:
        """Copy the arrays into free slots; their offsets, or none at all when they do not fit."""
        if len(arrays) > len(self._free) or any(array.nbytes > self._slot_bytes for array in arrays):
            yield []
            return
        taken = [self._free.pop() for _ in arrays]
        try:
            yield [
                self._write(array, slot * self._slot_bytes) for array, slot in zip(arrays, taken, strict=True)
            ]
        finally:
            self._free.extend(taken)

    def _write(self, array: npt.NDArray[Any], start: int) -> int:
        block = np.frombuffer(self._memory, array.dtype, array.size, start)
        np.copyto(block.reshape(array.shape), array)
        return start


def _is_orphan(name: str) -> bool:
    """Whether a region is one of ours whose process is gone (proc(5))."""
    owner = _NAME.fullmatch(name)
    return owner is not None and not Path("/proc", owner[1]).exists()


def _is_large(array: npt.NDArray[Any]) -> bool:
    """Whether to share it. Text is sent: on the wire it has another form than in the array."""
    return array.nbytes >= SMALLEST and array.dtype.kind not in "OSU"


def _at(region: _Region, name: str, array: npt.NDArray[Any], start: int) -> InferInput:
    tensor = InferInput(name, list(array.shape), np_to_triton_dtype(array.dtype))
    tensor.set_shared_memory(region.name, array.nbytes, offset=start)
    return tensor
