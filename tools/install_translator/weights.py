"""The networks that are installed in models/indictrans2, and which of them serve."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.indictrans2.directions import DIRECTIONS, ENGLISH

CARD: Final = "sutradhar.json"
_PIVOT: Final = ("indic-en", "en-indic")


@dataclass(frozen=True)
class Weights:
    """One installed network."""

    name: str
    direction: str
    source_tags: tuple[str, ...]
    target_tags: tuple[str, ...]
    quantization: str
    made_at: int  # nanoseconds of the epoch
    fingerprint: str  # SHA-256 of its card, which holds those of the files that it was made of


def installed(folder: Path) -> list[Weights]:
    """All networks below models/indictrans2, by name; what is none is left out."""
    found = (_read(card) for card in sorted(folder.glob(f"*/{CARD}")) if card.parent.name[0] != ".")
    return [each for each in found if each is not None]


def serving(every: Sequence[Weights]) -> list[Weights]:
    """Those that serve, one for each direction: of several the one that was installed last."""
    latest = {each.direction: each for each in sorted(every, key=lambda each: each.made_at)}
    return [latest[direction] for direction in DIRECTIONS if direction in latest]


def directions(chosen: Sequence[Weights]) -> list[str]:
    """What they cover, also by way of English."""
    own = [each.direction for each in chosen]
    through = ["indic-indic"] if set(_PIVOT) <= set(own) and "indic-indic" not in own else []
    return own + through


def sample_pair(weights: Weights) -> tuple[str, str]:
    """Two tags that the network translates between: English and Hindi where it can."""
    preferred = (ENGLISH, "hin_Deva", "mar_Deva")
    source = _first(preferred, weights.source_tags)
    others = [tag for tag in weights.target_tags if tag != source]
    return source, _first(preferred, others)


def _first(preferred: Sequence[str], tags: Sequence[str]) -> str:
    return next((tag for tag in preferred if tag in tags), tags[0])


def _read(card: Path) -> Weights | None:
    try:
        data = card.read_bytes()
        said = json.loads(data)
        return Weights(
            card.parent.name,
            said["directions"][0],
            tuple(said["source_tags"]),
            tuple(said["target_tags"]),
            said["quantization"],
            card.stat().st_mtime_ns,
            hashlib.sha256(data).hexdigest(),
        )
    except (OSError, ValueError, LookupError, TypeError):
        return None
