"""How much memory there is for trying a model."""

import re
from pathlib import Path
from typing import Final

_MEMINFO: Final = Path("/proc/meminfo")
_ROOM: Final = 2  # times the model's file: it may be read whole, and cast to what the machine computes in


def can_be_tried(model: Path, meminfo: Path = _MEMINFO) -> bool:
    """Whether the model of this file can be loaded here without crowding out others; yes where that is unknown."""
    try:
        found = re.search(r"^MemAvailable:\s+(\d+) kB$", meminfo.read_text(), re.MULTILINE)
    except OSError:
        return True
    return not found or model.stat().st_size * _ROOM <= int(found[1]) * 1024
