"""The gateway as a process."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from tests.gateway.conftest import free_port

SECONDS = 30


@asynccontextmanager
async def process(tmp_path: Path, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """Starts `python -m gateway` on a port and ends it if the test has not."""
    environment = os.environ | {"GATEWAY_PORT": str(port), "ARTIFACTS_URL": f"file://{tmp_path}"}
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gateway", env=environment, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
            await started.wait()


async def serving_line(started: asyncio.subprocess.Process) -> bytes:
    """The first line of the log that says that it serves."""
    if started.stdout is None:
        raise TypeError
    while line := await asyncio.wait_for(started.stdout.readline(), SECONDS):
        if b"serving" in line:
            return line
    return b""


async def test_it_serves_and_stops(tmp_path: Path) -> None:
    """SIGTERM ends it within five seconds, even with a connection open, and with status 0."""
    port = free_port()
    async with process(tmp_path, port) as started:
        await serving_line(started)
        async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}/healthz") as answer:
            started.terminate()
            status = await asyncio.wait_for(started.wait(), 5)

    assert (200, 0) == (answer.status, status)


async def test_a_port_that_is_taken(tmp_path: Path) -> None:
    """The port is named, and the process ends."""
    listener = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    async with process(tmp_path, port) as started:
        out, _ = await asyncio.wait_for(started.communicate(), SECONDS)
    listener.close()

    assert (1, True) == (started.returncode, f"127.0.0.1:{port}: the port is taken".encode() in out)
