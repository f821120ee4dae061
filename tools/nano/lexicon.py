"""The words that fill the templates' slots, in every language, with the forms that its grammar asks for.

The files are described in data/nano/README.md. English says what there is; the other languages' entries have the same
ids in the same order.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ENGLISH: Final = "en"
_FILES: Final = ("nouns", "names", "cities", "adjectives", "times")
_SEXES: Final = ("m", "f")


class LexiconError(Exception):
    """A file of the lexicon or of the templates is not as it has to be; the text says where and why."""


@dataclass(frozen=True)
class Entry:
    """A word: its gender (empty where it has none), and its forms by name, singular and plural."""

    id: str
    gender: str
    singular: Mapping[str, str]
    plural: Mapping[str, str]


@dataclass(frozen=True)
class Lexicon:
    """A language's entries by id; `base` is the form of a slot that names none, by kind of file."""

    language: str
    genders: tuple[str, ...]
    base: Mapping[str, str]
    entries: Mapping[str, Entry]


@dataclass(frozen=True)
class Slots:
    """Which entries may fill a slot: ids by slot name, such as `pet`, `adj.being` or `time.past`."""

    ids: Mapping[str, tuple[str, ...]]


def read_slots(home: Path) -> Slots:
    """The slots, from the English files. Raises LexiconError; OSError."""
    ids: dict[str, list[str]] = {}
    for path, fields in _rows(home, ENGLISH, "nouns", 4, 5):
        _sort_in(ids, path, fields[1].split(","), "", f"n:{fields[0]}")
    for path, fields in _rows(home, ENGLISH, "adjectives", 5, 5):
        _sort_in(ids, path, fields[1].split(","), "adj.", f"a:{fields[0]}")
    for _, fields in _rows(home, ENGLISH, "times", 2, 2):
        ids.setdefault(f"time.{fields[0].partition('-')[0]}", []).append(f"t:{fields[0]}")
    ids["name"] = [f"p:{fields[0]}" for _, fields in _rows(home, ENGLISH, "names", 3, 3)]
    ids["city"] = [f"c:{fields[0]}" for _, fields in _rows(home, ENGLISH, "cities", 2, 2)]
    return Slots({name: tuple(found) for name, found in ids.items()})


def read_lexicon(home: Path, language: str) -> Lexicon:
    """A language's words below data/nano. Raises LexiconError; OSError."""
    if language == ENGLISH:
        return _english(home)
    grammar = tomllib.loads((home / "lexicon" / language / "grammar.toml").read_text("utf-8"))
    genders, noun, adjective = (tuple(grammar[key]) for key in ("genders", "noun", "adjective"))
    sexes = {fields[0]: fields[1] for _, fields in _rows(home, ENGLISH, "names", 3, 3)}
    entries = {}
    for path, fields in _rows(home, language, "nouns", 4, 4):
        _check_gender(path, fields, genders)
        forms = [_forms(path, text, noun) for text in fields[2:]]
        entries[f"n:{fields[0]}"] = Entry(fields[0], fields[1], forms[0], forms[1])
    for path, fields in _rows(home, language, "names", 2, 2):
        forms = [_forms(path, fields[1], noun)]
        entries[f"p:{fields[0]}"] = Entry(fields[0], sexes.get(fields[0], ""), forms[0], forms[0])
    for path, fields in _rows(home, language, "cities", 2, 2):
        forms = [_forms(path, fields[1], noun)]
        entries[f"c:{fields[0]}"] = Entry(fields[0], "", forms[0], forms[0])
    for path, fields in _rows(home, language, "adjectives", 2, 2):
        forms = [_forms(path, fields[1], adjective)]
        entries[f"a:{fields[0]}"] = Entry(fields[0], "", forms[0], forms[0])
    for _, fields in _rows(home, language, "times", 2, 2):
        entries[f"t:{fields[0]}"] = Entry(fields[0], "", {"": fields[1]}, {"": fields[1]})
    base = {"n": noun[0], "p": noun[0], "c": noun[0], "a": adjective[0], "t": ""}
    return Lexicon(language, genders, base, entries)


def check_ids(home: Path, language: str) -> None:
    """Raise LexiconError unless the language's files have the ids of the English ones, in their order."""
    for name in (*_FILES, "words"):
        ours, theirs = (
            [fields[0] for _, fields in _rows(home, each, name, 2, 5)] for each in (ENGLISH, language)
        )
        for number, (one, other) in enumerate(zip(ours, theirs, strict=False), 1):
            if one != other:
                raise LexiconError(f"{language}/{name}.tsv, line {number}: {other}, and in English {one}")
        if len(ours) != len(theirs):
            raise LexiconError(f"{language}/{name}.tsv: {len(theirs)} lines, and in English {len(ours)}")


def read_words(home: Path, language: str) -> dict[str, str]:
    """The plain dictionary by id. Raises LexiconError; OSError."""
    if language == ENGLISH:
        return {fields[0]: fields[2] for _, fields in _rows(home, language, "words", 3, 3)}
    return {fields[0]: fields[1] for _, fields in _rows(home, language, "words", 2, 2)}


def _english(home: Path) -> Lexicon:
    entries = {}
    for _, fields in _rows(home, ENGLISH, "nouns", 4, 5):
        gender = fields[4] if len(fields) == 5 else ""
        entries[f"n:{fields[0]}"] = Entry(fields[0], gender, {"": fields[2]}, {"": fields[3]})
    for _, fields in _rows(home, ENGLISH, "names", 3, 3):
        entries[f"p:{fields[0]}"] = Entry(fields[0], fields[1], {"": fields[2]}, {"": fields[2]})
    for _, fields in _rows(home, ENGLISH, "adjectives", 5, 5):
        forms = dict(zip(("", "more", "most"), fields[2:], strict=True))
        entries[f"a:{fields[0]}"] = Entry(fields[0], "", forms, forms)
    for kind, name in (("c", "cities"), ("t", "times")):
        for _, fields in _rows(home, ENGLISH, name, 2, 2):
            entries[f"{kind}:{fields[0]}"] = Entry(fields[0], "", {"": fields[1]}, {"": fields[1]})
    return Lexicon(ENGLISH, _SEXES, dict.fromkeys("npcat", ""), entries)


def _rows(home: Path, language: str, name: str, least: int, most: int) -> Iterator[tuple[str, list[str]]]:
    path = home / "lexicon" / language / f"{name}.tsv"
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        fields = line.split("\t")
        place = f"{language}/{name}.tsv, line {number}"
        if not least <= len(fields) <= most or not all(fields):
            raise LexiconError(f"{place}: {len(fields)} fields, of which none may be empty, for {least}")
        yield place, fields


def _sort_in(ids: dict[str, list[str]], place: str, classes: list[str], prefix: str, key: str) -> None:
    for name in classes:
        if not name.isidentifier():
            raise LexiconError(f"{place}: {name!r} is no class")
        ids.setdefault(prefix + name, []).append(key)


def _check_gender(place: str, fields: list[str], genders: tuple[str, ...]) -> None:
    if fields[1] not in genders:
        raise LexiconError(f"{place}: the gender {fields[1]!r} is none of {', '.join(genders)}")


def _forms(place: str, text: str, names: tuple[str, ...]) -> dict[str, str]:
    forms = [form.strip() for form in text.split("|")]
    if len(forms) != len(names) or not all(forms):
        raise LexiconError(f"{place}: {len(forms)} forms for {', '.join(names)}")
    return dict(zip(names, forms, strict=True))
