"""Which directions a model covers, and the way through English where it covers no direct one.

The installed model finds that way by itself and lists such pairs; ours is for models that don't.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from meshkit.languages import LANGUAGES, Language, find_language

Pair = tuple[Language, Language]

_ENGLISH: Final = LANGUAGES[0]
_INDIC: Final = LANGUAGES[1:]
_EVERY_PAIR: Final = frozenset((one, other) for one in LANGUAGES for other in LANGUAGES if one != other)


@dataclass(frozen=True, slots=True)
class Directions:
    """The pairs that a model translates directly."""

    direct: frozenset[Pair]

    @classmethod
    def parse(cls, text: str) -> "Directions":
        """Read a list such as `en-hi,en-ta` or `en-indic,indic-en`; an empty one means every pair.

        A side is a language in any notation, or `indic` for the twelve besides English. Pairs with a language
        that is none of the 13 are left out.
        """
        if not text.strip():
            return cls(_EVERY_PAIR)
        return cls(frozenset(pair for entry in text.split(",") for pair in _pairs(entry)))

    def route(self, source: Language, target: Language) -> tuple[Pair, ...]:
        """The one or two translations that lead from source to target; empty when none do."""
        if (source, target) in self.direct:
            return ((source, target),)
        through = ((source, _ENGLISH), (_ENGLISH, target))
        return through if self.direct.issuperset(through) else ()

    def first(self) -> list[Pair]:
        """One direct pair, always the same; none when there is none."""
        return sorted(self.direct, key=lambda pair: (pair[0].code, pair[1].code))[:1]

    def reachable(self) -> list[Pair]:
        """Every pair that can be translated, directly or through English, in the languages' order."""
        return [
            (source, target)
            for source in LANGUAGES
            for target in LANGUAGES
            if source != target and self.route(source, target)
        ]


def _pairs(entry: str) -> Iterator[Pair]:
    source, _, target = entry.partition("-")
    for one in _side(source):
        for other in _side(target):
            if one != other:
                yield one, other


def _side(name: str) -> Iterable[Language]:
    if name.strip().lower() == "indic":
        return _INDIC
    language = find_language(name)
    return () if language is None else (language,)


@dataclass(frozen=True, slots=True)
class Network:
    """One of the networks behind a model: what it translates, its name, and its quality if it says one of itself."""

    directions: Directions
    name: str
    quality: str = ""


def parse_networks(text: str) -> tuple[Network, ...]:
    """Read a list such as `en-indic NAME demo,indic-en OTHER`; entries of another form are left out."""
    entries = (entry.split() for entry in text.split(","))
    return tuple(Network(Directions.parse(each[0]), *each[1:3]) for each in entries if len(each) in (2, 3))


def serving(networks: Iterable[Network], source: Language, target: Language) -> tuple[Network, ...]:
    """The network or the two that translate this pair, in their order; none where the list does not tell."""
    known = tuple(networks)
    together = Directions(frozenset(pair for each in known for pair in each.directions.direct))
    return tuple(
        next(each for each in known if pair in each.directions.direct)
        for pair in together.route(source, target)
    )
