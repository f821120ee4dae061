"""Which installed network translates what, and the way through English where none does directly."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

ENGLISH: Final = "eng_Latn"
# Scripts that stand together in a network's vocabulary: Urdu's, and the nine that are one to it.
FAMILIES: Final = ("Arab", "Brahmic")
_LATIN: Final = "Latn"


@dataclass(frozen=True, slots=True)
class Covers:
    """The tags that a network reads and writes."""

    sources: frozenset[str]
    targets: frozenset[str]


@dataclass(frozen=True, slots=True)
class Hop:
    """One translation by the network of this number."""

    network: int
    source: str
    target: str


def family_of_script(script: str | None) -> str:
    """The family of a script; empty for Latin letters, which placeholders have, and for no letters."""
    if script in (None, _LATIN):
        return ""
    return "Arab" if script == "Arab" else "Brahmic"


def family_of_tag(tag: str) -> str:
    """The family of the script that a language's tag (`urd_Arab`) names."""
    return family_of_script(tag.partition("_")[2])


def find_route(covers: Sequence[Covers], source: str, target: str) -> tuple[Hop, ...]:
    """One hop, or two through English; none when the installed networks do not lead there."""
    if source == target:
        return ()
    direct = _hop(covers, source, target)
    if direct:
        return (direct,)
    first, second = _hop(covers, source, ENGLISH), _hop(covers, ENGLISH, target)
    return (first, second) if first and second else ()


def _hop(covers: Sequence[Covers], source: str, target: str) -> Hop | None:
    for number, each in enumerate(covers):
        if source in each.sources and target in each.targets:
            return Hop(number, source, target)
    return None
