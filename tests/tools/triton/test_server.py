"""The launcher with a real Triton: it starts, recovers, and leaves nothing behind."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.fixtures.triton import PYTHON, ROOT, TEST_MODELS, Triton, free_ports, running_triton
from tools.triton.client import TritonError, TritonHttp
from tools.triton.shm import SHM

ASK = {"name": "COMMAND", "datatype": "BYTES", "shape": [1, 1]}


def test_a_killed_stub_is_brought_back(tmp_path: Path) -> None:
    """Triton still calls the model ready, but the watch asks it, and loads it anew."""
    with running_triton(tmp_path, watch_interval=0.2, repositories=(TEST_MODELS,)) as server:
        http = _http(server)
        _wait_until(lambda: _answers(http, "hello"))
        with pytest.raises(TritonError):
            _ask(http, "die")

        _wait_until(lambda: "model_reloaded" in _events(server))
        events = _events(server)
        assert _answers(http, "hello")

    assert ["probe_failed", "model_reloaded"] == events


def test_one_of_two_killed_stubs_is_brought_back(tmp_path: Path) -> None:
    """Triton gives the dead one every second request; probes that meet the living one prove nothing."""
    repository = tmp_path / "models"
    shutil.copytree(TEST_MODELS / "flaky", repository / "flaky")
    config = repository / "flaky" / "config.pbtxt"
    config.write_text(config.read_text().replace("count: 1", "count: 2"))
    with running_triton(tmp_path, watch_interval=0.2, repositories=(repository,)) as server:
        http = _http(server)
        stubs = psutil.Process(server.process.pid).children()[0].children()
        _wait_until(lambda: _answers(http, "hello"))
        stubs[0].kill()
        _wait_until(lambda: "model_reloaded" in _events(server))
        answers = [_answers(http, "hello") for _ in range(10)]
        events = _events(server)

    assert [True] * 10 == answers
    assert ["probe_failed", "model_reloaded"] == events


def test_stopping_leaves_no_process_and_no_shared_memory(tmp_path: Path) -> None:
    """Within 8 seconds of SIGTERM; the exit code is 0."""
    with running_triton(tmp_path, repositories=(TEST_MODELS,)) as server:
        launcher = psutil.Process(server.process.pid)
        family = [launcher, *launcher.children(recursive=True)]
        prefix = _shm_prefix(family)
        server.process.terminate()
        code = server.process.wait(timeout=8)
        # Stubs that outlived the server by a moment are dead, and there until whoever has inherited them looks.
        _, alive = psutil.wait_procs(family, timeout=5)

    assert 0 == code
    assert [] == alive
    assert [] == list(SHM.glob(f"{prefix}*"))


def test_a_killed_launcher_takes_triton_with_it(tmp_path: Path) -> None:
    """The kernel tells the server; the regions go, and the next start removes the lock."""
    with running_triton(tmp_path, repositories=(TEST_MODELS,)) as server:
        children = psutil.Process(server.process.pid).children(recursive=True)
        prefix = _shm_prefix(children)
        server.process.kill()
        _, alive = psutil.wait_procs(children, timeout=15)

    assert [] == alive
    assert [] == [path for path in SHM.glob(f"{prefix}*") if path.suffix != ".lock"]


def test_a_killed_server_ends_the_launcher(tmp_path: Path) -> None:
    """With exit code 1, so that a supervisor starts it anew; its stubs and regions are gone."""
    with running_triton(tmp_path, repositories=(TEST_MODELS,)) as server:
        children = psutil.Process(server.process.pid).children(recursive=True)
        prefix = _shm_prefix(children)
        os.kill(children[0].pid, signal.SIGKILL)
        code = server.process.wait(timeout=15)
        _, alive = psutil.wait_procs(children, timeout=5)

    assert 1 == code
    assert [] == alive
    assert [] == list(SHM.glob(f"{prefix}*"))


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    """The launcher ends with 78 and touches nothing."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        http, metrics = free_ports(2)
        ports = [f"--grpc-port={port}", f"--http-port={http}", f"--metrics-port={metrics}"]
        command: list[str | Path] = [
            PYTHON,
            "-m",
            "tools.triton.server",
            f"--home={tmp_path / 'home'}",
            "--port-patience=0.2",
            *ports,
        ]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert 78 == ended.returncode
    assert f"triton: the grpc port 127.0.0.1:{port} cannot be used: Address already in use\n" == ended.stderr


def test_a_model_that_cannot_load_leaves_the_others_in_peace(tmp_path: Path) -> None:
    """It is retried, ever more rarely; the server is not started anew for it."""
    broken = tmp_path / "repository" / "broken"
    (broken / "1").mkdir(parents=True)
    (broken / "1" / "model.py").write_text("raise RuntimeError('broken')\n")
    (broken / "config.pbtxt").write_text(
        (TEST_MODELS / "identity" / "config.pbtxt").read_text().replace("identity", "broken")
    )
    repositories = (TEST_MODELS, broken.parent)
    with running_triton(tmp_path, watch_interval=0.2, repositories=repositories) as server:
        http = _http(server)
        _wait_until(lambda: "reload_failed" in _events(server))
        answered = _answers(http, "hello")

    assert answered


def _http(server: Triton) -> TritonHttp:
    return TritonHttp("127.0.0.1", int(server.http_url.rpartition(":")[2]), 5.0)


def _ask(http: TritonHttp, command: str) -> None:
    http.infer("flaky", [(ASK, len(command).to_bytes(4, "little") + command.encode())])


def _answers(http: TritonHttp, command: str) -> bool:
    try:
        _ask(http, command)
    except TritonError:
        return False
    return True


def _events(server: Triton) -> list[str]:
    lines = [line for line in server.log.read_text().splitlines() if line.startswith("{")]
    return [json.loads(line)["event"] for line in lines]


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        time.sleep(0.05)


def _shm_prefix(family: list[psutil.Process]) -> str:
    """The stubs carry it on their command line."""
    arguments = [argument for process in family for argument in process.cmdline()]
    return next(
        each.partition("shm-region-prefix-name=")[2] for each in arguments if "shm-region-prefix" in each
    )
