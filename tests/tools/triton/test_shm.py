"""No shared-memory region outlives its launcher."""

import fcntl
import os
from pathlib import Path

from tools.triton.shm import FAMILY, ShmPrefix, sweep


def test_its_own_regions_go_with_the_prefix(tmp_path: Path) -> None:
    """Whatever begins with the prefix is removed at the end, and nothing else."""
    (tmp_path / "of-another-program").touch()
    with ShmPrefix(tmp_path) as prefix:
        (tmp_path / f"{prefix.name}-region").touch()

    left = [path.name for path in tmp_path.iterdir()]

    assert ["of-another-program"] == left


def test_regions_of_a_dead_launcher_are_swept(tmp_path: Path) -> None:
    """A lock that nobody holds marks them."""
    for name in (f"{FAMILY}dead.lock", f"{FAMILY}dead-region"):
        (tmp_path / name).touch()

    sweep(tmp_path)

    assert [] == list(tmp_path.iterdir())


def test_regions_of_a_living_launcher_stay(tmp_path: Path) -> None:
    """A held lock protects them."""
    lock, region = tmp_path / f"{FAMILY}live.lock", tmp_path / f"{FAMILY}live-region"
    region.touch()
    handle = os.open(lock, os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)

    sweep(tmp_path)
    left = sorted(tmp_path.iterdir())
    os.close(handle)

    assert [region, lock] == left
