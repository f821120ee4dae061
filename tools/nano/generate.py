"""Sentences from templates: the same filling in every language."""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.nano.lexicon import ENGLISH, Lexicon, LexiconError, Slots, read_lexicon, read_slots
from tools.nano.templates import Filling, Parts, keys, parse, render, slot_name

_SMALLEST, _LARGEST = 2, 20  # numbers in {num}
_SPACES: Final = re.compile(r" {2,}")
# Eight, eleven, eighteen; no `I` after a letter of the alphabet.
_ARTICLE: Final = re.compile(r"\b([Aa]) (?=((?!I\b)[aeiouAEIOU]\w*|hour|honest|8|1[18](?!\d)))")
_ARTICLES: Final = re.compile(r"\b([Aa])n ")
_LIKE_YOU: Final = ("eu", "uk", "uni", "us", "one")  # vowels that are read as consonants


@dataclass(frozen=True)
class Filled:
    """A template's number, from 0, and its sentence in each language."""

    template: int
    texts: Mapping[str, str]


class Generator:
    """The templates of some languages, and the words for their slots."""

    def __init__(self, home: Path, languages: Sequence[str]) -> None:
        """Read them from data/nano. Raises LexiconError when they do not fit together; OSError."""
        self.slots = read_slots(home)
        self.lexicons = {name: read_lexicon(home, name) for name in (ENGLISH, *languages)}
        self.templates = {name: _read(home, name, self.slots) for name in (ENGLISH, *languages)}
        for language in languages:
            _check(self.templates[ENGLISH], self.templates[language], language)

    def __len__(self) -> int:
        return len(self.templates[ENGLISH])

    def fill(self, number: int, chance: random.Random) -> Filled:
        """One template with words drawn for its slots. Raises LexiconError."""
        return Filled(number, self.text_of(number, self.draw(number, chance), tuple(self.templates)))

    def text_of(
        self, number: int, fillings: Mapping[str, Filling], languages: Sequence[str]
    ) -> dict[str, str]:
        """One template with these words in these languages. Raises LexiconError."""
        return {
            language: _finished(
                render(self.templates[language][number], fillings, self.lexicons[language]), language
            )
            for language in languages
        }

    def draw(self, number: int, chance: random.Random) -> dict[str, Filling]:
        """Words for the slots of one template."""
        fillings: dict[str, Filling] = {}
        for key in keys(self.templates[ENGLISH][number]):
            name = slot_name(key)
            if name == "num":
                fillings[key] = Filling(number=chance.randint(_SMALLEST, _LARGEST))
                continue
            taken = {filling.key for filling in fillings.values()}
            fillings[key] = Filling(chance.choice([one for one in self.slots.ids[name] if one not in taken]))
        return fillings


def _read(home: Path, language: str, slots: Slots) -> list[Parts]:
    templates = []
    for number, line in enumerate(_lines(home, language), 1):
        try:
            templates.append(parse(line, slots))
        except LexiconError as error:
            raise LexiconError(f"{language}.txt, line {number}: {error}") from error
    return templates


def _lines(home: Path, language: str) -> Iterator[str]:
    yield from (home / "templates" / f"{language}.txt").read_text("utf-8").splitlines()


def _check(english: Sequence[Parts], others: Sequence[Parts], language: str) -> None:
    for number, (one, other) in enumerate(zip(english, others, strict=False), 1):
        if set(keys(one)) != set(keys(other)):
            slots = ", ".join(sorted(set(keys(one)) ^ set(keys(other))))
            raise LexiconError(f"{language}.txt, line {number}: only one of it and English has {slots}")
    if len(english) != len(others):
        raise LexiconError(f"{language}.txt: {len(others)} lines, and in English {len(english)}")


def _finished(text: str, language: str) -> str:
    text = _SPACES.sub(" ", text).strip()
    if language != ENGLISH:
        return text
    return with_articles(text)


def with_articles(text: str) -> str:
    """An English sentence with `an` for `a` where a vowel follows, and `a` for `an` where none does."""
    text = _ARTICLE.sub(_article, _ARTICLES.sub(r"\1 ", text))
    return text[0].upper() + text[1:]


def _article(found: re.Match[str]) -> str:
    return found[0] if found[2].lower().startswith(_LIKE_YOU) else f"{found[1]}n "


def base_forms(lexicon: Lexicon) -> dict[str, str]:
    """Every entry's first form by its key: a small dictionary."""
    return {key: entry.singular[lexicon.base[key[0]]] for key, entry in lexicon.entries.items()}
