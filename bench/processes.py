"""The processes that are measured: started on free ports, awaited, their processor time read, stopped."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from bench.harness import Meter
from meshkit.settings import ROOT
from tools.mesh.conf import TETHER

Process = asyncio.subprocess.Process

_READY_SECONDS = 90.0
_STOP_SECONDS = 15.0
_TICK = 0.1
_LINE_BYTES = 16 * 1024 * 1024  # what a piped process may answer at once


def free_ports(number: int) -> list[int]:
    """So many different ports of this machine that nobody listens on."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@asynccontextmanager
async def running(
    command: Sequence[str], log: Path, environment: Mapping[str, str], *, piped: bool = False
) -> AsyncIterator[Process]:
    """A process that writes to `log`; piped, it speaks with this one. It ends with the block, and with this process."""
    pipe = asyncio.subprocess.PIPE if piped else None
    with log.open("w") as output:
        process = await asyncio.create_subprocess_exec(
            *TETHER, *command, cwd=ROOT, env=dict(environment),
            stdin=pipe or asyncio.subprocess.DEVNULL, stdout=pipe or output, stderr=output, limit=_LINE_BYTES,
        )  # fmt: skip
    try:
        yield process
    finally:
        await _stop(process)


async def ready(process: Process, log: Path, answers: Callable[[], Awaitable[bool]]) -> None:
    """Returns when it answers; ends the measurement, with the end of its log, when it does not."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_READY_SECONDS):
            while process.returncode is None:
                if await answers():
                    return
                await asyncio.sleep(_TICK)
    raise SystemExit(f"{log.stem} did not come up:\n{last_lines(log)}")


async def answers_http(url: str) -> bool:
    """Whether a GET of this address succeeds."""
    try:
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            return response.ok
    except aiohttp.ClientError:
        return False


async def says_ready(process: Process) -> bool:
    """Whether the next line of a piped process is `ready`."""
    assert process.stdout is not None
    return await process.stdout.readline() == b"ready\n"


async def asked(process: Process, log: Path, line: object) -> dict[str, Any]:
    """What a piped process answers to a line, both JSON; ends the measurement when it has no answer."""
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(f"{json.dumps(line)}\n".encode())
    await process.stdin.drain()
    answer = await process.stdout.readline()
    if not answer:
        raise SystemExit(f"{log.stem} ended:\n{last_lines(log)}")
    return dict(json.loads(answer))


def meter(**pids: int) -> Meter:
    """Reads the processor time of these processes, by name, and of all below them."""
    roots = {name: psutil.Process(pid) for name, pid in pids.items()}
    return lambda: {name: _tree_seconds(root) for name, root in roots.items()}


def peak_megabytes(pid: int) -> float:
    """The most memory that a process and those below it have had resident (VmHWM of proc(5)).

    Each at its own worst moment, and what they share counted for each: never too little.
    """
    root = psutil.Process(pid)
    return sum(_peak_kib(each.pid) for each in (root, *root.children(recursive=True))) * 1024 / 1e6


def _peak_kib(pid: int) -> int:
    with suppress(OSError):
        found = re.search(r"^VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
        return int(found[1]) if found else 0
    return 0


def _tree_seconds(root: psutil.Process) -> float:
    # Looked up each time: workers may start late.
    return sum(map(_seconds, (root, *root.children(recursive=True))))


def _seconds(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0


def last_lines(log: Path) -> str:
    """The end of what a process said."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-12:])


async def _stop(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
