"""What the watch makes of a model that is slow, against a real Triton."""

import contextlib
import subprocess
import threading
import time
from pathlib import Path

import pytest

from tests.fixtures.triton import PYTHON, ROOT, TEST_MODELS, Triton, free_ports, running_triton
from tools.triton.client import TritonError, TritonHttp
from tools.triton.watch import Unrecoverable, Watch

ASK = {"name": "COMMAND", "datatype": "BYTES", "shape": [1, 1]}


def test_a_busy_model_is_left_alone(tmp_path: Path) -> None:
    """Its probe waits behind a long request and times out, but the model has answered others meanwhile."""
    events: list[str] = []
    with running_triton(tmp_path, repositories=(TEST_MODELS,)) as server:
        watch = Watch(_http(server, 0.5), lambda event, **details: events.append(event))
        _ask(server, "hello")
        busy = _start(server, 2, tmp_path / "at-work")
        well = watch.round()
        busy.join()

    assert well
    assert [] == events


def test_a_model_that_hangs_is_loaded_anew(tmp_path: Path) -> None:
    """It answers nobody: the second failure in a row reloads it."""
    events: list[str] = []
    with running_triton(tmp_path, repositories=(TEST_MODELS,)) as server:
        watch = Watch(_http(server, 2.0), lambda event, **details: events.append(event))
        hanging = _start(server, 60, tmp_path / "at-work")
        rounds = [watch.round() for _ in range(2)]
    hanging.join()

    assert [False, True] == rounds
    assert ["probe_failed", "model_reloaded"] == events


def test_a_silent_server_is_given_up() -> None:
    """Two rounds without an answer, then the watch raises."""
    events: list[str] = []
    watch = Watch(
        TritonHttp("127.0.0.1", free_ports(1)[0], 1.0), lambda event, **details: events.append(event)
    )

    well = watch.round()
    with pytest.raises(Unrecoverable):
        watch.round()

    assert not well
    assert ["server_silent", "server_silent"] == events


def test_the_command_ends_with_1_when_it_gives_up() -> None:
    """A supervisor starts it anew; each action is one JSON line."""
    command: list[str | Path] = [PYTHON, "-m", "tools.triton.watch", "--interval=0.1"]
    ended = subprocess.run(
        [*command, f"--http=127.0.0.1:{free_ports(1)[0]}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert 1 == ended.returncode
    assert ['"event": "server_silent"', '"event": "server_silent"', '"event": "giving_up"'] == [
        part for line in ended.stderr.splitlines() for part in line.split(", ") if part.startswith('"event"')
    ]


def _http(server: Triton, timeout: float) -> TritonHttp:
    return TritonHttp("127.0.0.1", int(server.http_url.rpartition(":")[2]), timeout)


def _ask(server: Triton, command: str) -> None:
    data = len(command).to_bytes(4, "little") + command.encode()
    _http(server, 10.0).infer("flaky", [(ASK, data)])


def _start(server: Triton, seconds: float, marker: Path) -> threading.Thread:
    """Ask in the background; returns when the model is at work."""

    def ask() -> None:
        with contextlib.suppress(TritonError):  # reloaded under it
            _ask(server, f"sleep {seconds} {marker}")

    thread = threading.Thread(target=ask)
    thread.start()
    deadline = time.monotonic() + 10
    while not marker.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return thread
