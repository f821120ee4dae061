"""Runs ffmpeg: an argument list, never a shell; a bounded log, a time limit, and no process left behind."""

import asyncio
import contextlib
import fcntl
import os
import threading
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import imageio_ffmpeg

from meshkit.errors import DeadlineExceeded, Internal
from meshkit.log import get_logger

LOG_TAIL_BYTES = 16_384
PIPE_BYTES = 1 << 20

_log = get_logger(__name__)


class Pipe:
    """The writing end of ffmpeg's standard input, safe to close while another thread writes."""

    def __init__(self, number: int) -> None:
        self._number, self._lock = number, threading.Lock()

    def write(self, data: memoryview) -> None:
        """Write all bytes, blocking; raise BrokenPipeError when ffmpeg is gone or the pipe closed."""
        rest = data.cast("B")
        with self._lock:
            while rest:
                if self._number < 0:
                    raise BrokenPipeError
                rest = rest[os.write(self._number, rest) :]

    def close(self) -> None:
        """Let ffmpeg see the end of its input. A writer in the way is let go first by killing ffmpeg."""
        with self._lock:
            number, self._number = self._number, -1
            if number >= 0:
                os.close(number)


class Ffmpeg:
    """One running ffmpeg; `pipe` is its standard input."""

    def __init__(self, process: asyncio.subprocess.Process, log: asyncio.StreamReader, pipe: Pipe) -> None:
        self.pipe = pipe
        self._process = process
        self._tail = bytearray()
        self._reader = asyncio.create_task(self._read(log), name="ffmpeg log")

    async def _read(self, log: asyncio.StreamReader) -> None:
        while chunk := await log.read(4096):
            self._tail += chunk
            del self._tail[:-LOG_TAIL_BYTES]

    async def finish(self) -> str:
        """End the input, wait, and answer the last part of the log; raise Internal when ffmpeg failed."""
        self.pipe.close()
        code = await self._process.wait()
        await self._reader
        log = self._tail.decode("utf-8", "replace")
        if code != 0:
            _log.error("ffmpeg failed", code=code, log=log[-2000:])
            raise Internal
        return log

    async def kill(self) -> None:
        """Stop ffmpeg at once and reap it; harmless when it has ended."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        self.pipe.close()
        await self._reader


@contextlib.asynccontextmanager
async def running(args: Sequence[str], cwd: Path) -> AsyncIterator[Ffmpeg]:
    """Start ffmpeg with `args`; it is dead and reaped when the block ends, however it ends."""
    read_fd, write_fd = _open_pipe()
    pipe = Pipe(write_fd)
    try:
        process = await asyncio.create_subprocess_exec(
            imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostats", "-nostdin", *args,
            cwd=cwd, stdin=read_fd, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
    except BaseException:
        pipe.close()
        raise
    finally:
        os.close(read_fd)
    if process.stderr is None:  # never so: a pipe was asked for
        raise Internal
    ffmpeg = Ffmpeg(process, process.stderr, pipe)
    try:
        yield ffmpeg
    finally:
        await asyncio.shield(ffmpeg.kill())


async def run(args: Sequence[str], cwd: Path, *, timeout: float) -> str:
    """Run ffmpeg to its end and answer its log; raise DeadlineExceeded after `timeout` seconds."""
    async with within(timeout), running(args, cwd) as ffmpeg:
        return await ffmpeg.finish()


@contextlib.asynccontextmanager
async def within(seconds: float) -> AsyncIterator[None]:
    """Raise DeadlineExceeded when the block takes longer than `seconds`; its own timeouts come out as they are."""
    try:
        async with asyncio.timeout(seconds) as limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise
        raise DeadlineExceeded("The video took too long to render.") from None


def _open_pipe() -> tuple[int, int]:
    read_fd, write_fd = os.pipe()
    with contextlib.suppress(OSError):  # the kernel may cap the size for ordinary users
        fcntl.fcntl(write_fd, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return read_fd, write_fd
