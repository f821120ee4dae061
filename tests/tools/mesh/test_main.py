import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.fixtures.mesh import STOP_SECONDS, Mesh, start_mesh
from tools.mesh.ready import away
from tools.triton.shm import SHM

pytestmark = pytest.mark.xdist_group("mesh")


def await_ready(mesh: Mesh) -> None:
    """Until the gateway finds every service again, for the tests that come after."""
    deadline = time.monotonic() + 30
    while missing := away(mesh.ports["GATEWAY_PORT"]):
        assert time.monotonic() < deadline, missing
        time.sleep(0.1)


def test_a_hangup_stops_everything_in_time(tmp_path: Path) -> None:
    """The whole mesh comes up and goes: no process, port, socket or shared memory remains; the exit status is 0."""
    mesh = start_mesh(tmp_path / "var")
    mesh.await_ready()
    during = [one for one in mesh.leftovers() if one.startswith(str(SHM))]
    seconds = mesh.stop(signal.SIGHUP)

    assert 0 == mesh.process.returncode, mesh.output.read_text()
    assert during
    assert [] == mesh.leftovers()
    assert seconds < STOP_SECONDS


def test_kill_of_the_foreground_leaves_no_orphans(tmp_path: Path) -> None:
    """The kernel tells supervisord, which stops the rest; the file with the addresses goes at the next start."""
    mesh = start_mesh(tmp_path / "var")
    mesh.await_ready()
    children = psutil.Process(mesh.process.pid).children(recursive=True)
    mesh.stop(signal.SIGKILL)
    _, alive = psutil.wait_procs(children, timeout=STOP_SECONDS)

    assert [] == alive
    assert {str(mesh.layout.state)} >= set(mesh.leftovers())
    mesh.layout.remove_far_socket()


def test_a_crashed_service_is_restarted_and_told(mesh: Mesh) -> None:
    """The output names the process and how it ended."""
    seen = mesh.output.stat().st_size
    mesh.kill("speech")
    with mesh.output.open() as output:
        output.seek(seen)
        said = ""
        while "speech was restarted" not in said:
            assert mesh.process.poll() is None
            said += output.read()
    await_ready(mesh)

    assert "speech ended (terminated by SIGKILL)" in said


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    """Nothing is started, and the exit status is 1."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        mesh = start_mesh(tmp_path / "var", SPEECH_PORT=str(port))
        mesh.process.wait(20)

    assert 1 == mesh.process.returncode
    assert f"port {port} is taken" in mesh.output.read_text()
    assert "SPEECH_PORT" in mesh.output.read_text()


def test_a_wrong_setting_is_named_and_not_tried_again(tmp_path: Path) -> None:
    """A service that refuses its configuration ends the start with its last words."""
    mesh = start_mesh(tmp_path / "var", SPEECH_WORKERS="none")
    mesh.process.wait(60)
    said = mesh.output.read_text()

    assert 1 == mesh.process.returncode
    assert "speech is given up: its configuration is wrong" in said
    assert "setting workers" in said
    assert [] == mesh.leftovers()


def test_a_home_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """One line without a traceback; nothing is started."""
    (tmp_path / "file").touch()
    mesh = start_mesh(tmp_path / "var", VAR_DIR=str(tmp_path / "file" / "var"))
    mesh.process.wait(20)

    assert 1 == mesh.process.returncode
    assert (
        f"mesh: {tmp_path}/file/var cannot be used (Not a directory); VAR_DIR=... puts the mesh elsewhere\n"
        == mesh.output.read_text()
    )


def test_a_second_mesh_of_one_home_is_refused(mesh: Mesh, tmp_path: Path) -> None:
    """The first one keeps running."""
    second = start_mesh(tmp_path / "other", VAR_DIR=str(mesh.layout.home))
    second.process.wait(20)

    assert 1 == second.process.returncode
    assert "a mesh runs already in" in second.output.read_text()
    assert mesh.process.poll() is None


def status(home: Path) -> subprocess.CompletedProcess[str]:
    """What `python -m tools.mesh.status` says of the mesh in this home."""
    command, asked = [sys.executable, "-m", "tools.mesh.status"], {**os.environ, "VAR_DIR": str(home)}
    return subprocess.run(command, env=asked, capture_output=True, text=True, check=False)


def test_status_lists_the_running_mesh(mesh: Mesh) -> None:
    """Every process with its memory."""
    found = status(mesh.layout.home)
    names = {line.split()[0] for line in found.stdout.splitlines()}

    assert 0 == found.returncode
    assert {"gateway", "detector", "triton", "valkey", "supervisord", "together"} <= names


def test_status_says_that_no_mesh_runs(tmp_path: Path) -> None:
    """The exit status is 1 then."""
    found = status(tmp_path)

    assert (1, "mesh: none is running here\n") == (found.returncode, found.stderr)
