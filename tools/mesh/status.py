"""What a running mesh is doing: `python -m tools.mesh.status` lists processes, memory and restarts."""

import contextlib
import sys
from dataclasses import dataclass

import psutil

from meshkit.settings import load
from tools.mesh.layout import Layout, layout_for
from tools.mesh.settings import RunSettings
from tools.mesh.supervision import Process, RunError, Supervisor

MIB = 1024 * 1024


@dataclass(frozen=True)
class Usage:
    """Memory of a process with its children, in bytes. PSS shares common pages fairly, so that it may be summed."""

    processes: int
    rss: int
    pss: int


def usage(pid: int) -> Usage:
    """The memory of a process and everything below it."""
    count = rss = pss = 0
    with contextlib.suppress(psutil.Error):
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                memory = process.memory_full_info()
                count, rss, pss = count + 1, rss + memory.rss, pss + getattr(memory, "pss", memory.rss)
    return Usage(count, rss, pss)


def supervisor_usage(layout: Layout, processes: list[Process]) -> Usage:
    """supervisord alone, without those it supervises."""
    whole = usage(int(layout.pidfile.read_text()))
    parts = [usage(one.pid) for one in processes if one.pid]
    return Usage(
        whole.processes - sum(part.processes for part in parts),
        whole.rss - sum(part.rss for part in parts),
        whole.pss - sum(part.pss for part in parts),
    )


def table(layout: Layout) -> list[str]:
    """One line for each process, and the sum; raises RunError when no mesh runs there."""
    processes = Supervisor(layout).processes()
    rows = [
        (one.name, one.state, one.pid, one.note, usage(one.pid) if one.pid else Usage(0, 0, 0))
        for one in processes
    ]
    rows.append(
        ("supervisord", "RUNNING", int(layout.pidfile.read_text()), "", supervisor_usage(layout, processes))
    )
    head = f"{'process':<14}{'state':<10}{'pid':>8}{'procs':>7}{'RSS MiB':>9}{'PSS MiB':>9}  note"
    lines = [
        f"{name:<14}{state:<10}{pid or '':>8}{figures(memory)}  {note}"
        for name, state, pid, note, memory in rows
    ]
    memories = [row[4] for row in rows]
    whole = Usage(
        sum(one.processes for one in memories),
        sum(one.rss for one in memories),
        sum(one.pss for one in memories),
    )
    return [head, *lines, f"{'together':<32}{figures(whole)}"]


def figures(memory: Usage) -> str:
    """The three columns of numbers."""
    return f"{memory.processes:>7}{memory.rss / MIB:>9.1f}{memory.pss / MIB:>9.1f}"


def main() -> int:
    """Prints the table."""
    try:
        print("\n".join(table(layout_for(load(RunSettings)))))
    except (RunError, OSError):
        print("mesh: none is running here", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
