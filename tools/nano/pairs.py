"""What the networks learn from and are judged by: sentences in the form that a network reads and writes.

The sentences that people wrote are split three ways by their English: to learn from, to know when to stop, and to be
judged by. Templates and the dictionary are to learn from only.
"""

import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from indictext import Prepared, prepare
from indictext.scripts import MARKS as SIGNS
from indictext.small import kept_apart

from tools.nano.generate import Generator, base_forms
from tools.nano.lexicon import ENGLISH, read_words
from tools.nano.sentences import DOMAINS, INDEPENDENT, independent, lines, monolingual

TAGS: Final = {
    "as": "asm_Beng", "bn": "ben_Beng", "en": "eng_Latn", "gu": "guj_Gujr", "hi": "hin_Deva", "kn": "kan_Knda",
    "ml": "mal_Mlym", "mr": "mar_Deva", "or": "ory_Orya", "pa": "pan_Guru", "ta": "tam_Taml", "te": "tel_Telu",
    "ur": "urd_Arab",
}  # fmt: skip
MONOLINGUAL: Final = "monolingual"
Part = Literal["train", "stop", "test"]
_HELD: Final[tuple[Part, ...]] = ("stop", "test")
# Of a thousand sentences of each domain, in the order of their English texts' hashes.
_TEST, _STOP = 60, 30
_WORD: Final = re.compile(r"[a-z0-9]+")
_PLACEHOLDER: Final = re.compile(r"< ID(\d+) >")
_PLACE: Final = re.compile(r"< ID(\d+) > ?")
# In a pair's texts each stands for a word that nobody knows; of Unicode's private use, so that no text has them.
MARKS: Final = tuple(chr(0xE000 + number) for number in range(10))
# What stands on a mark or a number.
_ENDED: Final = rf"(?<!\d){{}}(?!\d)(?=([^\W\d_]|[{SIGNS}])?)"


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


def by_others(home: Path, languages: Sequence[str]) -> list[Pair]:
    """The sentences of writers who had not seen any others, in every language; they judge, too.

    Raises OSError; ValueError where a language has more or fewer than English.
    """
    english = independent(home, ENGLISH)
    return [
        Pair(INDEPENDENT, ours, language, theirs)
        for language in languages
        for ours, theirs in zip(english, independent(home, language), strict=True)
    ]


def english_only(home: Path) -> list[str]:
    """The sentences that only English has, without those that judge or stop. Raises OSError."""
    held = {key_of(pair.english) for part in _HELD for pair in written(home, [ENGLISH], part)}
    held |= set(map(key_of, independent(home, ENGLISH)))
    return [text for text in monolingual(home) if key_of(text) not in held]


def translated_back(path: Path) -> list[Pair]:
    """The sentences that only English has, as back.py has translated them. Raises OSError, ValueError, KeyError."""
    rows = map(json.loads, path.read_text("utf-8").splitlines())
    return [Pair(MONOLINGUAL, row["english"], row["language"], row["text"]) for row in rows]


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
        number, language = chance.randrange(len(generator)), chance.choice(languages)
        texts = generator.text_of(number, generator.draw(number, chance), (ENGLISH, language))
        yield Pair("templates", texts[ENGLISH], language, texts[language])


def network_text(text: str, language: str, *, is_written: bool = False) -> str:
    """A sentence as a network reads it, or writes it."""
    return _prepared(text, language, is_written=is_written).body


def network_texts(pair: Pair, *, to_indic: bool) -> tuple[str, str]:
    """English and the other sentence as a network reads and writes them.

    A mark is a placeholder, as a number is. They are numbered as they come in what the network reads.
    """
    english, other = (
        _prepared(pair.english, ENGLISH),
        _prepared(pair.text, pair.language, is_written=to_indic),
    )
    if to_indic:
        return english.body, _numbered(other, english)
    return _numbered(english, other), other.body


def words_of(pair: Pair, *, to_indic: bool) -> list[str]:
    """The words of what is read, in the form in which a served network is asked whether it knows them."""
    text, language = (pair.english, ENGLISH) if to_indic else (pair.text, pair.language)
    tokens = _PLACEHOLDER.sub(" ", _prepared(text, language).body).split()
    words = [token.lower() if language == ENGLISH else token for token in tokens]
    return [word for word in words if any(letter.isalpha() for letter in word)]


def _prepared(text: str, language: str, *, is_written: bool = False) -> Prepared:
    marks = [mark for mark in MARKS if mark in text]
    if is_written and language != ENGLISH:
        text = kept_apart(text)
    prepared = prepare(text, TAGS[language], TAGS[ENGLISH], marks, is_small=True)
    return (
        replace(prepared, body=_joined(prepared, text, is_written=is_written))
        if prepared.entities
        else prepared
    )


def _joined(prepared: Prepared, text: str, *, is_written: bool) -> str:
    """The body in which endings stand on their placeholders, as in the text: tokenising has put a space between.

    Those of numbers where they are written; what is read has the space where it is served, too.
    """
    ends = {
        entity.text: iter(re.findall(_ENDED.format(re.escape(entity.text)), text))
        for entity in prepared.entities
    }

    def joined(found: re.Match[str]) -> str:
        written = prepared.entities[int(found[1]) - 1].text
        has_ending = bool(next(ends[written], ""))
        return found[0].rstrip() if has_ending and (is_written or written in MARKS) else found[0]

    return _PLACE.sub(joined, prepared.body)


def _numbered(written: Prepared, read: Prepared) -> str:
    """What is to be written, with the numbers that its placeholders have in what is read."""
    numbers: dict[str, list[int]] = {}
    for number, entity in enumerate(read.entities, 1):
        numbers.setdefault(entity.text, []).append(number)

    def numbered(found: re.Match[str]) -> str:
        text = written.entities[int(found[1]) - 1].text
        known = numbers.get(text)
        return f"< ID{known.pop(0) if len(known) > 1 else known[0]} >" if known else text

    return _PLACEHOLDER.sub(numbered, written.body)


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
