"""Starts supervisord, asks it about its processes, and stops it with everything below it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import psutil

from tools.mesh.conf import TETHER, render
from tools.mesh.control import SILENCE, ask
from tools.mesh.environment import MARK
from tools.mesh.layout import ROOT, Layout
from tools.mesh.programs import Program
from tools.triton import shm

START_SECONDS = 10.0
# Stages stop one after the other; what has not ended by then is killed.
STOP_SECONDS = 9.0
TICK = 0.05


class RunError(Exception):
    """The mesh cannot run; the message says why."""


@dataclass(frozen=True)
class Process:
    """One supervised process as supervisord sees it; `pid` is 0 while it does not run."""

    name: str
    state: str
    pid: int
    note: str


class Supervisor:
    """A supervisord of one layout, and its client."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._child: subprocess.Popen[bytes] | None = None

    def start(self, programs: Iterable[Program], environment: Mapping[str, str]) -> None:
        """Writes the configuration and starts supervisord; raises RunError when it does not answer."""
        self._layout.conf.write_text(render(self._layout, programs))
        for stale in (self._layout.socket, self._layout.state):
            stale.unlink(missing_ok=True)
        with (self._layout.log / "supervisord.out").open("wb") as output:
            # A session of its own: Ctrl-C reaches the foreground process alone, which stops the rest in order.
            self._child = subprocess.Popen(
                [*TETHER, sys.executable, "-m", "supervisor.supervisord", "-c", str(self._layout.conf)],
                cwd=ROOT, env=dict(environment), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip
        self._await_answer()

    def _await_answer(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.is_alive():
            with contextlib.suppress(*SILENCE):
                ask(self._layout.socket, "getState")
                return
            time.sleep(TICK)
        said = (self._layout.log / "supervisord.out").read_text(errors="replace").strip()
        self.stop()
        raise RunError(f"supervisord did not start: {said or 'no answer'}")

    def is_alive(self) -> bool:
        """Whether the supervisord that start() began still runs."""
        return self._child is not None and self._child.poll() is None

    def processes(self) -> list[Process]:
        """Every supervised process; raises RunError when supervisord does not answer."""
        try:
            found = ask(self._layout.socket, "getAllProcessInfo")
        except SILENCE as error:
            raise RunError("supervisord does not answer") from error
        return [Process(one["name"], one["statename"], one["pid"], one["description"]) for one in found]

    def give_up(self, name: str) -> None:
        """Has a process not tried again; nothing happens when it has ended for good already."""
        with contextlib.suppress(*SILENCE):
            group = next(
                one["group"] for one in ask(self._layout.socket, "getAllProcessInfo") if one["name"] == name
            )
            ask(self._layout.socket, "stopProcess", f"{group}:{name}", False)

    def stop(self) -> None:
        """Stops everything in order within STOP_SECONDS; kills what is left then."""
        deadline = time.monotonic() + STOP_SECONDS
        if self._child is not None:
            self._child.terminate()
            self._await_end(deadline)
            if self.is_alive():
                self._child.kill()
            self._child.wait()
        # A supervisord that was killed leaves its processes; they have got their SIGTERM from the kernel.
        end_strays(self._layout, grace=max(0.5, deadline - time.monotonic()))
        shm.sweep()
        for path in (self._layout.socket, self._layout.pidfile, self._layout.state):
            path.unlink(missing_ok=True)

    def _await_end(self, deadline: float) -> None:
        while self.is_alive() and time.monotonic() < deadline:
            # Asked, it looks at once which processes have ended, otherwise once a second.
            with contextlib.suppress(*SILENCE):
                ask(self._layout.socket, "getState")
            time.sleep(TICK)


def members(layout: Layout) -> list[psutil.Process]:
    """Every process of the mesh with this home, by the mark in its environment."""
    home, found = str(layout.home), []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and process.environ().get(MARK) == home:
                found.append(process)
    return found


def end_strays(layout: Layout, grace: float) -> list[int]:
    """Waits `grace` seconds for what a mesh left behind, then kills it; returns what it killed."""
    strays = members(layout)
    for process in strays:
        with contextlib.suppress(psutil.Error):
            process.send_signal(signal.SIGTERM)
    _, stubborn = psutil.wait_procs(strays, timeout=grace)
    for process in stubborn:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(stubborn, timeout=2)
    return [process.pid for process in stubborn]
