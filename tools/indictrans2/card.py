"""What stands beside a converted network and tells what it is."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tools.indictrans2.directions import DIRECTIONS, Direction

CARD: Final = "sutradhar.json"


def direction_on_card(folder: Path) -> Direction | None:
    """The direction of the network in this folder; None where no card tells one."""
    try:
        directions = json.loads((folder / CARD).read_bytes())["directions"]
        return next(direction for direction in DIRECTIONS if [direction] == directions)
    except (OSError, ValueError, LookupError, TypeError, StopIteration):
        return None


def sums(paths: Iterable[Path]) -> dict[str, str]:
    """SHA-256 of files by their names, in hexadecimal. Raises OSError."""
    found = {}
    for path in sorted(paths):
        with path.open("rb") as stream:
            found[path.name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found
