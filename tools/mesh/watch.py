"""Tells what happens to the processes, and has a process that cannot run given up."""

import time
from collections import defaultdict, deque
from collections.abc import Sequence
from pathlib import Path

from meshkit.settings import EX_CONFIG
from tools.mesh.exits import Exit
from tools.mesh.supervision import Process

# More restarts than this within the window: the process is given up, for restarting does not help it.
MAX_RESTARTS = 8
WINDOW_SECONDS = 120.0
LOG_LINES = 8


class Watch:
    """Compares what supervisord says now with what it said before."""

    def __init__(self) -> None:
        self._pids: dict[str, int] = {}
        self._restarts: defaultdict[str, deque[float]] = defaultdict(deque)
        self._lost: dict[str, str] = {}

    @property
    def lost(self) -> dict[str, str]:
        """Why each process that will not run again was given up, by its name."""
        return dict(self._lost)

    def look(
        self, processes: Sequence[Process], exits: Sequence[Exit], now: float | None = None
    ) -> list[str]:
        """Takes a snapshot and what ended since the one before; returns the lines to tell about it."""
        moment = time.monotonic() if now is None else now
        lines = [f"{one.name} ended ({one.how})" for one in exits]
        lines += [f"{one.name} was restarted" for one in processes if self._is_restart(one, moment)]
        wrong = {one.name for one in exits if one.how == f"exit status {EX_CONFIG}"}
        lines += [line for one in processes if (line := self._judge(one, one.name in wrong))]
        self._pids |= {one.name: one.pid for one in processes if one.pid}
        return lines

    def _is_restart(self, one: Process, now: float) -> bool:
        """Whether the process runs with another pid than before; counts it."""
        if not one.pid or self._pids.get(one.name, one.pid) == one.pid:
            return False
        times = self._restarts[one.name]
        times.append(now)
        while times[0] < now - WINDOW_SECONDS:
            times.popleft()
        return True

    def _judge(self, one: Process, wrong: bool) -> str:
        """Whether a process must be given up, and why."""
        reason = ""
        if wrong:
            reason = "its configuration is wrong"
        elif one.state == "FATAL":
            reason = "it ended too often soon after its start"
        elif len(self._restarts[one.name]) > MAX_RESTARTS:
            reason = f"it was restarted {len(self._restarts[one.name])} times in {WINDOW_SECONDS:.0f} s"
        if not reason or one.name in self._lost:
            return ""
        self._lost[one.name] = reason
        return f"{one.name} is given up: {reason}"


def last_lines(log: Path) -> list[str]:
    """The end of a process's log, indented."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 16_384))
            return [f"    {line}" for line in file.read().decode(errors="replace").splitlines()[-LOG_LINES:]]
    except OSError:
        return []
