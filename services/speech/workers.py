"""A small pool of espeak-ng processes: one question at a time each, started anew when one dies, killed when it is left.

Nothing here waits without an end: who borrows a worker and is cancelled, times out or fails takes the process with it.
"""

import asyncio
import json
import struct
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import cast

from services.speech import worker as program

_HEAD = struct.Struct("<IIII")
_MARK = struct.Struct("<Ii")
_BUFFER = 1 << 20  # bytes read ahead of a worker's pipe


class WorkerDied(Exception):
    """The worker's process ended before it had answered."""


class Refused(Exception):
    """The worker is well and says no."""


class VoiceMissing(Refused):
    """The engine's data has no such voice."""


class TooLong(Refused):
    """The text would be longer, spoken, than is allowed."""


@dataclass(frozen=True)
class Question:
    """One text for one voice."""

    voice: str
    text: str
    rate: int  # words a minute, espeak-ng's unit
    pitch: int  # 0 to 99, 50 is the voice's own
    max_audio_seconds: float
    seconds: float  # after which the worker ends itself


@dataclass(frozen=True)
class Answer:
    """The sound of one text: mono 16-bit PCM, and (character, milliseconds) where each word begins."""

    pcm: bytes
    sample_rate: int
    marks: tuple[tuple[int, int], ...]


class Worker:
    """One process. Starts when first asked."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._process: Process | None = None
        self._ended: list[Process] = []

    @property
    def pid(self) -> int | None:
        """The process's id; None while there is none."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def ask(self, question: Question) -> Answer:
        """Put one question. Raises WorkerDied, VoiceMissing or TooLong."""
        process = await self._running()
        stdin, stdout = cast(asyncio.StreamWriter, process.stdin), cast(asyncio.StreamReader, process.stdout)
        try:
            data = json.dumps(asdict(question)).encode()
            stdin.write(struct.pack("<I", len(data)) + data)
            await stdin.drain()
            return await _read_answer(stdout)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise WorkerDied from error

    async def _running(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=PIPE, limit=_BUFFER
            )
        return self._process

    def kill(self) -> None:
        """End the process at once; the next question starts another."""
        if self._process is not None:
            if self._process.returncode is None:
                self._process.kill()
            self._ended = [process for process in self._ended if process.returncode is None] + [self._process]
            self._process = None

    async def close(self) -> None:
        """End the process and wait until it is gone."""
        self.kill()
        for process in self._ended:
            await process.wait()


class WorkerPool:
    """`size` workers, lent to one borrower each, in the order of asking.

    `command` starts a worker; see `espeak_command`.
    """

    def __init__(self, command: Sequence[str], size: int) -> None:
        self._workers = [Worker(command) for _ in range(size)]
        self._free: asyncio.LifoQueue[Worker] = asyncio.LifoQueue()  # the last used is warm
        for worker in self._workers:
            self._free.put_nowait(worker)

    @property
    def pids(self) -> list[int]:
        """The ids of the processes that run."""
        return [worker.pid for worker in self._workers if worker.pid is not None]

    @asynccontextmanager
    async def borrow(self) -> AsyncIterator[Worker]:
        """Lend a worker; its process is killed when the borrower fails, is cancelled or times out."""
        worker = await self._free.get()
        try:
            yield worker
        except Refused:
            raise
        except BaseException:
            worker.kill()
            raise
        finally:
            self._free.put_nowait(worker)

    async def close(self) -> None:
        """End every process and wait until they are gone."""
        await asyncio.gather(*(worker.close() for worker in self._workers))


async def _read_answer(stdout: asyncio.StreamReader) -> Answer:
    status, sample_rate, count, length = _HEAD.unpack(await stdout.readexactly(_HEAD.size))
    marks = tuple(_MARK.iter_unpack(await stdout.readexactly(count * _MARK.size)))
    pcm = await stdout.readexactly(length)
    if status == program.UNKNOWN_VOICE:
        raise VoiceMissing
    if status == program.TOO_LONG:
        raise TooLong
    if status != program.OK:
        raise WorkerDied
    return Answer(pcm, sample_rate, marks)
