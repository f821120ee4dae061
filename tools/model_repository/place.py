"""Exchanging folders below the folder of models: all of them or none, also when this process is killed.

What shall be undone after a kill stands in a journal, `.installing-X/journal.json`. Renaming that folder is the moment
from which a change holds. New and former folders wait beside their place, on the same disk.
"""

import dataclasses
import fcntl
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

LOCK: Final = ".installing.lock"
_STAGING: Final = ".installing-"
_DONE: Final = ".installed-"
_JOURNAL: Final = "journal.json"


@dataclasses.dataclass(frozen=True)
class Exchange:
    """A place, and the room beside it where its new folder is written and its former one waits."""

    target: Path
    room: Path

    @property
    def new(self) -> Path:
        """What shall be at the place."""
        return self.room / "new"

    @property
    def old(self) -> Path:
        """What was there."""
        return self.room / "old"

    def make(self) -> None:
        """Move the former folder out, and the new one in, as far as there are any."""
        if self.target.exists():
            self.target.rename(self.old)
        if self.new.exists():
            self.target.parent.mkdir(parents=True, exist_ok=True)
            self.new.rename(self.target)

    def undo(self, *, had_new: bool) -> None:
        """The way back from wherever `make`, or `undo`, came to: the folders themselves tell it."""
        if had_new and not self.new.exists() and self.target.exists():
            self.target.rename(self.new)
        if self.old.exists():
            self.old.rename(self.target)


class Change:
    """Exchanges of folders below `models` that hold together, or not at all; `lock` keeps others out meanwhile.

    A process that inherits the lock's file holds it too.
    """

    def __init__(self, models: Path, staging: Path, lock: TextIO) -> None:
        self.lock = lock
        self._models, self._staging = models, staging
        self._journal: list[tuple[str, str, bool]] = []
        self._rooms = 0

    def room(self, target: Path, beside: Path) -> Exchange:
        """Where a new folder for the place can be written, in the folder `beside`. Both are below `models`."""
        room = beside / self._staging.name / str(self._rooms)
        room.mkdir(parents=True)
        self._rooms += 1
        return Exchange(target, room)

    def make(self, exchange: Exchange) -> None:
        """Exchange the folder; without a new one its place is empty then. Raises OSError."""
        target, room = (str(path.relative_to(self._models)) for path in (exchange.target, exchange.room))
        self._journal.append((target, room, exchange.new.exists()))
        written = self._staging / f"{_JOURNAL}.new"
        written.write_text(json.dumps(self._journal), "utf-8")
        written.rename(self._staging / _JOURNAL)
        exchange.make()


@contextmanager
def changing(models: Path) -> Iterator[Change]:
    """A change that holds when the block ends well; else everything is again as it was.

    It waits for others that change something here, and takes back what a killed one had begun. Raises OSError.
    """
    models.mkdir(parents=True, exist_ok=True)
    with (models / LOCK).open("w") as lock:
        _wait_for(lock)
        _clear(models)
        staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=models))
        try:
            yield Change(models, staging, lock)
            staging.rename(models / staging.name.replace(_STAGING, _DONE))
        finally:
            _clear(models)


def _wait_for(lock: TextIO) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("waiting for another installation to end", file=sys.stderr)
        fcntl.flock(lock, fcntl.LOCK_EX)


def _clear(models: Path) -> None:
    """Undo every change that does not hold, and remove what is left of it and of the others."""
    for staging in models.glob(f"{_STAGING}*/"):
        _undo(models, staging)
    # A journal goes last: without it a room is a leftover.
    rooms = [*models.glob(f"*/{_STAGING}*"), *models.glob(f"{_DONE}*"), *models.glob(f"{_STAGING}*/")]
    for folder in rooms:
        shutil.rmtree(folder, ignore_errors=True)


def _undo(models: Path, staging: Path) -> None:
    journal = staging / _JOURNAL
    if not journal.exists():
        return
    for target, room, had_new in reversed(json.loads(journal.read_text("utf-8"))):
        Exchange(models / target, models / room).undo(had_new=had_new)
