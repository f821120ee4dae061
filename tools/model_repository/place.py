"""Putting a model into the repository: whole or not at all."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def placed(target: Path, lay: Callable[[Path], None]) -> Iterator[None]:
    """Let `lay` write the model into a folder of the name it is given, and put it at `target`, a folder of a
    repository, in the place of one that was there.

    When the block raises, the target is again what it was. Writing happens beside the repository on the same disk,
    so that Triton never sees half a model.
    """
    repository = target.parent
    repository.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".installing-", dir=repository.parent))
    try:
        new, old = staging / "new", staging / "old"
        lay(new)
        with _swapped(target, new, old):
            yield
    finally:
        shutil.rmtree(staging, ignore_errors=True)


@contextmanager
def _swapped(target: Path, new: Path, old: Path) -> Iterator[None]:
    try:
        if target.exists():
            target.rename(old)
        new.rename(target)
        yield
    except BaseException:
        # A signal may come between any two steps: the folders themselves tell which were done.
        if not new.exists():
            target.rename(new)
        if old.exists():
            old.rename(target)
        raise
