"""Putting a model folder among the others: whole or not at all, also when this process is killed."""

import fcntl
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

_STAGING: Final = ".making-"
_LOCK: Final = ".lock"
_NEW, _OLD = "new", "old"


@contextmanager
def locked(root: Path) -> Iterator[TextIO]:
    """Hold the folder of models against other conversions, and clear what a killed one left behind.

    Yields the lock's file: who inherits it, holds the lock too.
    """
    root.mkdir(parents=True, exist_ok=True)
    with (root / _LOCK).open("w") as lock:
        _wait_for(lock)
        for leftover in root.glob(f"{_STAGING}*"):
            _clear(root, leftover)
        yield lock


@contextmanager
def staged(root: Path, name: str) -> Iterator[Path]:
    """Yield an empty folder, which becomes `name` in `root` if the block ends well, and vanishes if it does not."""
    staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=root))
    try:
        new = staging / _NEW
        new.mkdir()
        yield new
        _swap(root / name, new, staging / _OLD)
    finally:
        _clear(root, staging)


def _wait_for(lock: TextIO) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("waiting for another conversion to end", file=sys.stderr)
        fcntl.flock(lock, fcntl.LOCK_EX)


def _swap(target: Path, new: Path, old: Path) -> None:
    old.mkdir()
    if target.exists():
        target.rename(old / target.name)
    new.rename(target)


def _clear(root: Path, staging: Path) -> None:
    """Remove a staging folder. A model that was moved into it and not replaced goes back to its place."""
    for model in (staging / _OLD).glob("*"):
        if not (root / model.name).exists():
            model.rename(root / model.name)
    shutil.rmtree(staging, ignore_errors=True)
