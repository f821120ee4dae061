"""What the networks learn from and are judged by: sentences in the form that a network reads and writes.

The sentences that people wrote are split three ways by their English: to learn from, to know when to stop, and to be
judged by. Templates and the dictionary are to learn from only.
"""

import hashlib
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from indictext import prepare

from tools.nano.generate import Generator, base_forms
from tools.nano.lexicon import ENGLISH, read_words
from tools.nano.sentences import DOMAINS, lines

TAGS: Final = {
    "as": "asm_Beng", "bn": "ben_Beng", "en": "eng_Latn", "gu": "guj_Gujr", "hi": "hin_Deva", "kn": "kan_Knda",
    "ml": "mal_Mlym", "mr": "mar_Deva", "or": "ory_Orya", "pa": "pan_Guru", "ta": "tam_Taml", "te": "tel_Telu",
    "ur": "urd_Arab",
}  # fmt: skip
Part = Literal["train", "stop", "test"]
# Of a thousand sentences of each domain, in the order of their English texts' hashes.
_TEST, _STOP = 60, 30
_WORD: Final = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Pair:
    """An English sentence and one in another language, as they were written."""

    domain: str
    english: str
    language: str
    text: str


def written(home: Path, languages: Sequence[str], part: Part) -> list[Pair]:
    """The sentences of a part, in every language; none of its English sentences is in another part."""
    pairs = []
    for domain in DOMAINS:
        english = lines(home, ENGLISH, domain)
        chosen = _chosen(english, part)
        for language in languages:
            texts = lines(home, language, domain)
            pairs += [Pair(domain, english[number], language, texts[number]) for number in chosen]
    return pairs


def dictionary(home: Path, languages: Sequence[str]) -> list[Pair]:
    """Single words: those that fill slots, and all others."""
    generator = Generator(home, languages)
    slots = {name: base_forms(lexicon) for name, lexicon in generator.lexicons.items()}
    words = {name: read_words(home, name) for name in (ENGLISH, *languages)}
    return [
        Pair("dictionary", english, language, found[language][key])
        for found in (slots, words)
        for key, english in found[ENGLISH].items()
        for language in languages
    ]


def filled(generator: Generator, languages: Sequence[str], chance: random.Random) -> Iterator[Pair]:
    """Filled templates without end, each in one language."""
    while True:
        texts = generator.fill(chance.randrange(len(generator)), chance).texts
        language = chance.choice(languages)
        yield Pair("templates", texts[ENGLISH], language, texts[language])


def network_text(text: str, language: str) -> str:
    """A sentence as a network reads and writes it; where it has placeholders, both sides number them alike."""
    return prepare(text, TAGS[language], TAGS[ENGLISH]).body


def key_of(english: str) -> str:
    """What two sentences have in common that differ in case and marks only."""
    return " ".join(_WORD.findall(english.lower()))


def _chosen(english: Sequence[str], part: Part) -> list[int]:
    order = sorted(range(len(english)), key=lambda number: _hash(english[number]))
    test, stop = len(order) * _TEST // 1000, len(order) * (_TEST + _STOP) // 1000
    parts = {"test": order[:test], "stop": order[test:stop], "train": order[stop:]}
    return sorted(parts[part])


def _hash(english: str) -> str:
    return hashlib.sha256(key_of(english).encode()).hexdigest()
