"""The life of a mesh in the foreground: start, wait until it is ready, watch it, stop it."""

import contextlib
import fcntl
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import FrameType

from tools.mesh.exits import ExitLog
from tools.mesh.layout import Layout
from tools.mesh.programs import Program
from tools.mesh.ready import Readiness
from tools.mesh.supervision import RunError, Supervisor, end_strays
from tools.mesh.watch import Watch, last_lines

READY_TICK = 0.2
WATCH_TICK = 1.0
SAY_AGAIN_SECONDS = 10.0
# What a mesh that was killed left behind may still be stopping.
STRAY_SECONDS = 8.0


def say(text: str) -> None:
    """Prints a line at once, also into a pipe; a reader that has gone is no reason to die half-way."""
    with contextlib.suppress(OSError):
        print(text, flush=True)


@contextlib.contextmanager
def sole(layout: Layout) -> Iterator[None]:
    """Makes this home and holds its lock; raises RunError when that cannot be, or another mesh has it."""
    try:
        layout.make()
        lock = layout.lock.open("w")
    except OSError as error:
        place, why = error.filename or layout.home, error.strerror or error
        raise RunError(f"{place} cannot be used ({why}); VAR_DIR=... puts the mesh elsewhere") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunError(
                f"a mesh runs already in {layout.home}; PORT_OFFSET=100 starts one beside it"
            ) from error
        try:
            yield
        finally:
            layout.remove_far_socket()


class Stop:
    """Set by Ctrl-C, SIGTERM and SIGHUP; a second signal changes nothing, for the stop is bounded anyway."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def listen(self) -> None:
        """Takes the signals over."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._heard)

    def _heard(self, number: int, frame: FrameType | None) -> None:
        self._event.set()

    def wait(self, seconds: float) -> bool:
        """Sleeps until told to stop; whether that is so."""
        return self._event.wait(seconds)


class Mesh:
    """All processes of one layout, from start to stop."""

    def __init__(self, layout: Layout, programs: Sequence[Program], ports: Mapping[str, int]) -> None:
        self._layout = layout
        self._programs = programs
        self._ports = ports
        self._supervisor = Supervisor(layout)
        self._watch = Watch()
        self._exits = ExitLog(layout.log / "supervisord.log")

    def start(self, environment: Mapping[str, str]) -> None:
        """Starts every process; returns before they are ready."""
        self._supervisor.start(self._programs, environment)

    def until_ready(self, stop: Stop, seconds: float) -> float | None:
        """Waits, telling the progress; the seconds it took, or None when told to stop.

        Raises RunError when a process is given up or the time is over.
        """
        readiness, said = Readiness(self._programs, self._ports), 0.0
        while not readiness.ready:
            if stop.wait(READY_TICK):
                return None
            for line in readiness.news():
                say(line)
                said = readiness.seconds
            self._look()
            if self._watch.lost:
                raise RunError(self._why_lost())
            if readiness.seconds > seconds:
                self._show_logs(readiness.missing)
                missing = ", ".join(readiness.missing)
                raise RunError(
                    f"not ready after {seconds:.0f} s; still missing: {missing}; see {self._layout.log}"
                )
            if readiness.seconds - said > SAY_AGAIN_SECONDS:
                say(f"  waiting for {', '.join(readiness.missing)} ({readiness.seconds:.0f} s)")
                said = readiness.seconds
        return readiness.seconds

    def until_stopped(self, stop: Stop) -> None:
        """Tells of every restart until told to stop; raises RunError when supervisord itself dies."""
        while not stop.wait(WATCH_TICK):
            self._look()

    def _look(self) -> None:
        if not self._supervisor.is_alive():
            raise RunError(f"supervisord died; see {self._layout.log / 'supervisord.log'}")
        try:
            processes = self._supervisor.processes()
        except RunError:
            return  # busy; the next look will do
        lost = self._watch.lost
        for line in self._watch.look(processes, self._exits.news()):
            say(f"mesh: {line}")
        for name in self._watch.lost.keys() - lost.keys():
            self._supervisor.give_up(name)
            self._show_logs([name])

    def _show_logs(self, names: Sequence[str]) -> None:
        for name in names:
            say("\n".join(last_lines(self._layout.log / f"{name}.log")))

    def _why_lost(self) -> str:
        return "; ".join(f"{name}: {reason}" for name, reason in self._watch.lost.items())

    def stop(self) -> None:
        """Stops everything, whatever state it is in."""
        self._supervisor.stop()


def clear_up(layout: Layout, tell: Callable[[str], None] = say) -> None:
    """Ends what a mesh of this home left behind when it was killed."""
    killed = end_strays(layout, grace=STRAY_SECONDS)
    if killed:
        tell(
            f"mesh: ended {len(killed)} process{'es' * (len(killed) > 1)} that an earlier run had left behind"
        )
