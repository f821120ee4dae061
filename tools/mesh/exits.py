"""How processes ended, out of supervisord's log: it tells its clients nothing of a process that ended quickly."""

import re
from pathlib import Path
from typing import NamedTuple

LINE = re.compile(r" exited: (?P<name>\S+) \((?P<how>[^;)]+)")


class Exit(NamedTuple):
    """One end of a process: `how` is `exit status 1` or `terminated by SIGKILL`."""

    name: str
    how: str


class ExitLog:
    """Reads on where it stopped the last time; begins at the present end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._position = path.stat().st_size if path.exists() else 0

    def news(self) -> list[Exit]:
        """The ends since the last call. What a rotation cut off in between is lost."""
        if not self._path.exists():
            return []
        if self._path.stat().st_size < self._position:
            self._position = 0
        with self._path.open("rb") as file:
            file.seek(self._position)
            whole, _, _ = file.read().rpartition(b"\n")
        self._position += len(whole) + 1 if whole else 0
        return [Exit(found["name"], found["how"]) for found in LINE.finditer(whole.decode(errors="replace"))]
