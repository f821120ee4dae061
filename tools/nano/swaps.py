"""Examples in which a word is exchanged for another of its class, in both languages.

`Our dog is hungry` becomes `Our parrot is hungry`, with the other language's word in the same form. What is said may
be odd; whoever knows the sentence by heart gets it wrong, and has to read.
"""

import dataclasses
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from tools.nano.generate import with_articles
from tools.nano.lexicon import ENGLISH, Entry, Lexicon, read_lexicon, read_slots
from tools.nano.pairs import Pair

_ROUND: Final = " .,!?;:'\"()-।۔؟،؛"  # what stands around words
_LONGEST: Final = 3  # words of an entry
_MOST: Final = 3  # words that are exchanged in one sentence


@dataclass(frozen=True)
class _Found:
    """An entry of the lexicon in a sentence: in the plural or not, and in which form."""

    key: str
    plural: bool
    form: str


class Swaps:
    """Exchanges words of pairs."""

    def __init__(self, home: Path, languages: Sequence[str], *, same_gender: bool) -> None:
        """Read the lexicon. Where the other language is written, only words of one gender are exchanged.

        Raises LexiconError; OSError.
        """
        self._same_gender = same_gender
        self._lexicons = {name: read_lexicon(home, name) for name in (ENGLISH, *languages)}
        self._spelt = {name: _index(lexicon) for name, lexicon in self._lexicons.items()}
        self._classes = _classes(read_slots(home).ids)

    def swapped(self, pair: Pair, chance: random.Random) -> Pair:
        """The pair with one to three of its words exchanged; as it is where none of them can be."""
        english = _words(pair.english, self._spelt[ENGLISH])
        others = _words(pair.text, self._spelt[pair.language])
        places = [
            (span, one, other_span, other)
            for span, ours in english.items()
            for other_span, theirs in others.items()
            for one, other in _matches(ours, theirs)
        ]
        chance.shuffle(places)
        changed: list[tuple[tuple[int, int], str, tuple[int, int], str]] = []
        for span, one, other_span, other in places:
            if len(changed) == _MOST or any(
                _overlap(span, each[0]) or _overlap(other_span, each[2]) for each in changed
            ):
                continue
            new = self._other(one, pair.language, chance)
            if new:
                ours, theirs = (self._lexicons[name].entries[new] for name in (ENGLISH, pair.language))
                changed.append((span, _form(ours, one), other_span, _form(theirs, other)))
        if not changed:
            return pair
        said = _with(pair.english, [(span, new) for span, new, _, _ in changed])
        return dataclasses.replace(
            pair,
            english=with_articles(said),
            text=_with(pair.text, [(span, new) for _, _, span, new in changed]),
        )

    def _other(self, found: _Found, language: str, chance: random.Random) -> str | None:
        entries = self._lexicons[language].entries
        sexes = self._lexicons[ENGLISH].entries
        fitting = [
            key
            for key in self._classes.get(found.key, ())
            if key != found.key
            and sexes[key].gender == sexes[found.key].gender
            and (not self._same_gender or entries[key].gender == entries[found.key].gender)
        ]
        return chance.choice(fitting) if fitting else None


def swapped(pairs: Iterator[Pair], swaps: Swaps, share: float, chance: random.Random) -> Iterator[Pair]:
    """The pairs, a share of them with words exchanged."""
    for pair in pairs:
        yield swaps.swapped(pair, chance) if chance.random() < share else pair


def _classes(slots: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """For each entry those that may stand where it stands: of the smallest class that it is in."""
    smallest: dict[str, tuple[str, ...]] = {}
    for keys in sorted(map(tuple, slots.values()), key=len):
        for key in keys:
            smallest.setdefault(key, keys)
    return smallest


def _matches(ours: Sequence[_Found], theirs: Sequence[_Found]) -> Iterator[tuple[_Found, _Found]]:
    """The first way in which both are the same entry in the same number."""
    both = (
        (one, other) for one in ours for other in theirs if (one.key, one.plural) == (other.key, other.plural)
    )
    yield from islice(both, 1)


def _index(lexicon: Lexicon) -> dict[str, list[_Found]]:
    """Entries by each of their spellings, in all forms that are spelt so; what could be several entries is left out."""
    found: defaultdict[str, list[_Found]] = defaultdict(list)
    for key, entry in lexicon.entries.items():
        for plural, forms in ((False, entry.singular), (True, entry.plural)):
            if plural and entry.plural == entry.singular:
                continue
            for form, text in forms.items():
                spelt = text.lower() if lexicon.language == ENGLISH else text
                found[spelt].append(_Found(key, plural, form))
    return {spelt: several for spelt, several in found.items() if len({each.key for each in several}) == 1}


def _words(text: str, spelt: Mapping[str, list[_Found]]) -> dict[tuple[int, int], list[_Found]]:
    """The entries in a text that are there once, by where they begin and end; the longest where they overlap."""
    spans = _spans(text)
    lowered = text.lower() if text.isascii() else text  # so that no place moves
    found: dict[tuple[int, int], list[_Found]] = {}
    number = 0
    while number < len(spans):
        for count in range(min(_LONGEST, len(spans) - number), 0, -1):
            begin, end = spans[number][0], spans[number + count - 1][1]
            several = spelt.get(lowered[begin:end])
            if several:
                found[begin, end] = several
                number += count - 1
                break
        number += 1
    keys = [several[0].key for several in found.values()]
    return {span: several for span, several in found.items() if keys.count(several[0].key) == 1}


def _spans(text: str) -> list[tuple[int, int]]:
    spans, place = [], 0
    for word in text.split(" "):
        bare = word.strip(_ROUND)
        if bare:
            begin = place + word.index(bare)
            spans.append((begin, begin + len(bare)))
        place += len(word) + 1
    return spans


def _form(entry: Entry, found: _Found) -> str:
    forms = entry.plural if found.plural else entry.singular
    return forms[found.form]


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _with(text: str, changes: Sequence[tuple[tuple[int, int], str]]) -> str:
    for (begin, end), new in sorted(changes, reverse=True):
        text = text[:begin] + new + text[end:]
    return text
