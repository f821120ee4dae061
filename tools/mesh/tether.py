"""Ties a process to its parent: `tether.py COMMAND ...` runs the command, which gets SIGTERM when its parent dies.

So no process of the mesh outlives a foreground process or a supervisor that was killed.
Started with `python -S -E`, it needs nothing installed. Linux only; elsewhere it just runs the command.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def tie() -> None:
    """Asks the kernel for SIGTERM at the parent's death; ends the process when that has happened already."""
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(0)


if __name__ == "__main__":
    tie()
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - no shell is wanted
