"""The shared-memory regions of the python backend: named for their launcher, so that none outlives it.

Triton leaves its regions behind when it is killed. Each launcher therefore takes a prefix of its own, and holds a lock
on a file of that name, which the server inherits; whoever gets the lock knows that both are gone and may clear up.
"""

import fcntl
import os
import secrets
from pathlib import Path
from types import TracebackType
from typing import Self

SHM = Path("/dev/shm")  # noqa: S108 - where Linux keeps shared memory
FAMILY = "sutradhar_triton_"
_LOCK = ".lock"


class ShmPrefix:
    """A context manager: makes a prefix, clears those of dead launchers, and clears its own at the end."""

    def __init__(self, folder: Path = SHM) -> None:
        self._folder = folder
        self.name = f"{FAMILY}{secrets.token_hex(4)}"

    def __enter__(self) -> Self:
        sweep(self._folder)
        self.lock = _open(self._folder / f"{self.name}{_LOCK}")
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _clear(self._folder, self.name)
        os.close(self.lock)


def sweep(folder: Path = SHM) -> None:
    """Remove the regions of launchers of this user that are gone, however they ended."""
    for lock in folder.glob(f"{FAMILY}*{_LOCK}"):
        try:
            handle = _open(lock)
        except OSError:
            continue  # another user's, or just removed by another sweep
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _clear(folder, lock.name.removesuffix(_LOCK))
        except BlockingIOError:
            continue  # alive
        finally:
            os.close(handle)


def _clear(folder: Path, prefix: str) -> None:
    for region in folder.glob(f"{prefix}*"):
        region.unlink(missing_ok=True)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
