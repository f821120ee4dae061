"""The worker's scratch folder: its own, and gone with it."""

import os
import re
import shutil
from pathlib import Path

_NAME = re.compile(r"worker-([0-9]+)")


class Scratch:
    """A folder `worker-<pid>` in `parent`; what workers that were killed left there is removed first.

    `parent` must not be shared between machines or containers, for there a process id means somebody else.
    """

    def __init__(self, parent: Path) -> None:
        parent.mkdir(parents=True, exist_ok=True)
        for left in parent.iterdir():
            match = _NAME.fullmatch(left.name)
            if match and (int(match[1]) == os.getpid() or not _lives(int(match[1]))):
                shutil.rmtree(left, ignore_errors=True)
        self.path = parent / f"worker-{os.getpid()}"
        self.path.mkdir(exist_ok=True)

    async def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.path, ignore_errors=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
