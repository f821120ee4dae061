"""How much memory there is for trying a model."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_CGROUPS: Final = Path("/sys/fs/cgroup")
_ROOM: Final = 2  # times the model's file: it may be read whole, and cast to what the machine computes in


def can_be_tried(model: Path, proc: Path = _PROC, cgroups: Path = _CGROUPS) -> bool:
    """Whether the model of this file can be loaded here without crowding out others; yes where that is unknown.

    What is available is the machine's (proc(5)) and, in a container, what the limits of its control groups leave
    (the kernel's cgroup-v2.rst).
    """
    free = [*_of_machine(proc / "meminfo"), *_of_groups(proc / "self" / "cgroup", cgroups)]
    return not free or model.stat().st_size * _ROOM <= min(free)


def _of_machine(meminfo: Path) -> Iterator[int]:
    found = re.search(r"^MemAvailable:\s+(\d+) kB$", _read(meminfo), re.MULTILINE)
    if found:
        yield int(found[1]) * 1024


def _of_groups(own: Path, cgroups: Path) -> Iterator[int]:
    """Of this process's group, and of each above it that has a limit."""
    found = re.search(r"^0::/(.*)$", _read(own), re.MULTILINE)
    if not found:
        return
    group = cgroups / found[1]
    for folder in (group, *group.parents):
        if not folder.is_relative_to(cgroups):
            return
        limit, used = (_read(folder / f"memory.{name}").strip() for name in ("max", "current"))
        if limit.isdecimal() and used.isdecimal():
            yield int(limit) - int(used) + _reclaimable(folder / "memory.stat")


def _reclaimable(stat: Path) -> int:
    """Files that are only kept because there is room."""
    return sum(map(int, re.findall(r"^(?:in)?active_file (\d+)$", _read(stat), re.MULTILINE)))


def _read(path: Path) -> str:
    with suppress(OSError):
        return path.read_text()
    return ""
