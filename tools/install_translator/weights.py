"""The networks that are installed in models/indictrans2, and which of them serve."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from meshkit.languages import find_language
from tools.indictrans2.card import CARD
from tools.indictrans2.directions import DIRECTIONS, ENGLISH

_PIVOT: Final = ("indic-en", "en-indic")
_PREFERRED: Final = (ENGLISH, "hin_Deva", "mar_Deva")


@dataclass(frozen=True)
class Weights:
    """One installed network."""

    name: str
    direction: str
    source_tags: tuple[str, ...]
    target_tags: tuple[str, ...]
    quantization: str
    made_at: int  # nanoseconds of the epoch
    # SHA-256 of what its card says but for the time: the card has the sums of its weights and of their sources.
    fingerprint: str
    quality: str = ""  # what it says of itself, such as `demo`; empty for a network that is meant to be used


def installed(folder: Path) -> list[Weights]:
    """All networks below models/indictrans2, by name; what is none is left out."""
    found = (_read(card) for card in sorted(folder.glob(f"*/{CARD}")) if card.parent.name[0] != ".")
    return [each for each in found if each is not None]


def serving(every: Sequence[Weights]) -> list[Weights]:
    """Those that serve, one for each direction: of several the one that was installed last, demos after all others."""
    latest = {
        each.direction: each for each in sorted(every, key=lambda each: (not each.quality, each.made_at))
    }
    return [latest[direction] for direction in DIRECTIONS if direction in latest]


def directions(chosen: Sequence[Weights]) -> list[str]:
    """What they cover, also by way of English."""
    own = [each.direction for each in chosen]
    through = ["indic-indic"] if set(_PIVOT) <= set(own) and "indic-indic" not in own else []
    return own + through


def sample_pair(chosen: Sequence[Weights]) -> tuple[str, str] | None:
    """Two tags of our languages that one of the networks translates between: English and Hindi where it can."""
    pairs = (
        (source, target)
        for each in chosen
        for source in _ours(each.source_tags)
        for target in _ours(each.target_tags)
    )
    return next((pair for pair in pairs if len(set(pair)) == 2), None)


def _ours(tags: Sequence[str]) -> list[str]:
    """Those that we know, the preferred ones first."""
    known = [tag for tag in tags if find_language(tag)]
    return sorted(known, key=lambda tag: _PREFERRED.index(tag) if tag in _PREFERRED else len(_PREFERRED))


def _read(card: Path) -> Weights | None:
    try:
        said = json.loads(card.read_bytes())
        return Weights(
            card.parent.name,
            said["directions"][0],
            tuple(said["source_tags"]),
            tuple(said["target_tags"]),
            said["quantization"],
            int(said.get("made_at", card.stat().st_mtime_ns)),
            _fingerprint(said),
            str(said.get("trust", {}).get("quality", "")),
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _fingerprint(said: dict[str, Any]) -> str:
    lasting = {key: value for key, value in said.items() if key != "made_at"}
    return hashlib.sha256(json.dumps(lasting, sort_keys=True).encode()).hexdigest()
