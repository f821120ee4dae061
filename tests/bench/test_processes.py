"""bench/processes.py"""

import os
import socket
import sys
from pathlib import Path

import psutil
import pytest

from bench.processes import answers_http, free_ports, meter, peak_megabytes, ready, running


async def never() -> bool:
    """A process that has not come up yet."""
    return False


def test_free_ports_differ() -> None:
    """And can be bound."""
    ports = free_ports(5)
    for port in ports:
        with socket.socket() as one:
            one.bind(("127.0.0.1", port))

    assert 5 == len(set(ports))


async def test_a_process_ends_with_its_block(tmp_path: Path) -> None:
    """What it says goes to the log."""
    log = tmp_path / "echo.txt"
    program = "import time; print('here', flush=True); time.sleep(60)"

    async def said() -> bool:
        return "here" in log.read_text()

    async with running([sys.executable, "-c", program], log, os.environ) as process:
        await ready(process, log, said)
        assert psutil.pid_exists(process.pid)

    assert not psutil.pid_exists(process.pid)


async def test_a_process_that_dies_shows_its_last_words(tmp_path: Path) -> None:
    """The measurement ends with them."""
    log = tmp_path / "server.txt"
    async with running([sys.executable, "-c", "raise SystemExit('no model')"], log, os.environ) as process:
        with pytest.raises(SystemExit, match=r"(?s)server did not come up:.*no model"):
            await ready(process, log, never)


async def test_the_meter_reads_children(tmp_path: Path) -> None:
    """A process that only waits for the one that it started has that one's processor time."""
    child = "import time\nwhile time.process_time() < 0.2: pass\nprint('done', flush=True); time.sleep(60)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    log = tmp_path / "tree.txt"

    async def done() -> bool:
        return "done" in log.read_text()

    async with running([sys.executable, "-c", parent], log, os.environ) as process:
        await ready(process, log, done)
        read = meter(server=process.pid)()
        # The child's parent gets SIGTERM at the end, the child does not.
        for one in psutil.Process(process.pid).children():
            one.kill()

    assert read["server"] >= 0.2


async def test_an_address_that_nobody_serves() -> None:
    """Is not ready, and no error."""
    (port,) = free_ports(1)

    assert not await answers_http(f"http://127.0.0.1:{port}/")


async def test_the_peak_of_a_tree_is_remembered(tmp_path: Path) -> None:
    """Also after a child has given its memory back."""
    child = "x = bytearray(80_000_000); del x; print('done', flush=True); import time; time.sleep(60)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    log = tmp_path / "peak.txt"

    async def done() -> bool:
        return "done" in log.read_text()

    async with running([sys.executable, "-c", parent], log, os.environ) as process:
        await ready(process, log, done)
        peak = peak_megabytes(process.pid)

    assert 80 < peak < 160
