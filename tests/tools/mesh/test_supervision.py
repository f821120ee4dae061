import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil
import pytest

from tests.tools.mesh.conftest import SLEEPER, python
from tools.mesh.environment import MARK
from tools.mesh.layout import Layout
from tools.mesh.programs import Program, Stage
from tools.mesh.supervision import Process, RunError, Supervisor, members

STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + SLEEPER


@contextmanager
def supervised(layout: Layout, *programs: Program) -> Iterator[Supervisor]:
    """A real supervisord with these programs; stopped at the end."""
    supervisor = Supervisor(layout)
    supervisor.start(programs, {**os.environ, MARK: str(layout.home)})
    try:
        yield supervisor
    finally:
        supervisor.stop()


def eventually(look: Callable[[], Process], wanted: Callable[[Process], bool]) -> Process:
    """Looks again until it is as wanted, for ten seconds at most."""
    deadline = time.monotonic() + 10
    while not wanted(found := look()):
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
    return found


def one(supervisor: Supervisor, name: str) -> Process:
    """The process of that name."""
    return next(process for process in supervisor.processes() if process.name == name)


def up(layout: Layout, supervisor: Supervisor, name: str, lives: int = 1) -> Process:
    """The process, once it has said so in its log, for the given time of its lives."""
    log = layout.log / f"{name}.log"
    return eventually(
        lambda: one(supervisor, name),
        lambda found: found.pid > 0 and log.exists() and log.read_text().count("up") >= lives,
    )


def test_a_killed_process_runs_again(layout: Layout) -> None:
    """kill -9 of a process gives a new one."""
    with supervised(layout, python("web", SLEEPER)) as supervisor:
        first = up(layout, supervisor, "web").pid
        os.kill(first, signal.SIGKILL)
        second = up(layout, supervisor, "web", lives=2).pid

        assert first != second


def test_stop_leaves_nothing(layout: Layout) -> None:
    """No process, socket or file of a running mesh remains."""
    with supervised(layout, python("web", SLEEPER)) as supervisor:
        pid = up(layout, supervisor, "web").pid

    assert not psutil.pid_exists(pid)
    assert [] == members(layout)
    assert {"supervisord.conf"} == {path.name for path in layout.run.iterdir()}


def test_a_process_that_ignores_the_stop_is_killed(layout: Layout) -> None:
    """After its time it gets SIGKILL."""
    with supervised(layout, python("web", STUBBORN)) as supervisor:
        pid = up(layout, supervisor, "web").pid

    assert not psutil.pid_exists(pid)


def test_stages_stop_one_after_the_other(layout: Layout) -> None:
    """The front has ended before the stores are told to."""
    programs = [python("store", SLEEPER, Stage.STORES), python("front", SLEEPER, Stage.FRONT)]
    with supervised(layout, *programs) as supervisor:
        for name in ("store", "front"):
            up(layout, supervisor, name)
    lines = (layout.log / "supervisord.log").read_text().splitlines()

    assert ["front", "store"] == [
        line.split("stopped: ")[1].split()[0] for line in lines if "stopped: " in line
    ]


def test_the_death_of_supervisord_takes_its_processes_along(layout: Layout) -> None:
    """kill -9 of the supervisor leaves no orphan."""
    with supervised(layout, python("web", SLEEPER)) as supervisor:
        child = psutil.Process(up(layout, supervisor, "web").pid)
        os.kill(child.ppid(), signal.SIGKILL)
        gone, _ = psutil.wait_procs([child], timeout=5)

        assert [child] == gone


def test_a_process_given_up_is_not_tried_again(layout: Layout) -> None:
    """It stays stopped."""
    with supervised(layout, python("web", SLEEPER)) as supervisor:
        up(layout, supervisor, "web")
        supervisor.give_up("web")
        found = eventually(lambda: one(supervisor, "web"), lambda found: found.state == "STOPPED")

        assert 0 == found.pid


def test_a_supervisord_that_cannot_start_says_why(layout: Layout) -> None:
    """Its own words reach the person at the terminal."""
    layout.log.joinpath("supervisord.log").mkdir()

    with pytest.raises(RunError, match=r"(?s)supervisord did not start: .*supervisord\.log"):
        Supervisor(layout).start([python("web", SLEEPER)], {**os.environ, MARK: str(layout.home)})
