"""The processes that run Python models, seen from outside.

Triton gives work to a model's processes in turn. It doesn't start one that was killed anew, and goes on giving it its
share, which fails; a probe may meet the living ones every time.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_PROC = Path("/proc")
_STAT = re.compile(r"\d+ \(.*\) (\S) (\d+) ", re.DOTALL)  # proc(5): pid, name, state, parent
_INSTANCE = re.compile(r"(.+)_\d+_\d+")  # the model's name, the group and the number of its instance
_ARGUMENT = -2  # of the stub's command line: the instance that it runs


def living(server: int) -> Counter[str]:
    """How many living processes each model has, of those that the server of that process id has started."""
    return Counter(filter(None, map(_model_of, _children(server))))


def wanted(config: dict[str, Any]) -> int:
    """How many processes a model has at least; 0 when it is none of the Python backend."""
    if config.get("backend") != "python":
        return 0
    return sum(int(group.get("count", 1)) for group in config.get("instance_group", []))


def _children(server: int) -> Iterator[Path]:
    """Those that live: a dead one is a zombie until Triton looks after it."""
    for entry in _PROC.iterdir():
        found = _STAT.match(_read(entry / "stat")) if entry.name.isdigit() else None
        if found and int(found[2]) == server and found[1] != "Z":
            yield entry


def _model_of(process: Path) -> str:
    words = _read(process / "cmdline").rstrip("\0").split("\0")
    found = _INSTANCE.fullmatch(words[_ARGUMENT]) if len(words) > 2 else None
    return found[1] if found else ""


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")  # any bytes may be in a process's name
    except OSError:  # it has ended meanwhile
        return ""
