"""Sentences with slots: read, checked, and filled with words whose grammar fits.

    The {adj.being} {pet} is sleeping.                  English
    {adj.being:…} of another language: see Choice.

`{slot}` is the filler's first form, `{slot.form}` another one, `{slot+}` the plural; `{slot:one|two}` chooses by the
filler's gender, in the order of the language's genders, and what it chooses may hold slots again.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tools.nano.lexicon import Entry, Lexicon, LexiconError, Slots

_NUMBER: Final = "num"


@dataclass(frozen=True)
class Slot:
    """A form of what fills the slot `key`: its name, and a digit if the template has several of them."""

    key: str
    is_plural: bool
    form: str


@dataclass(frozen=True)
class Choice:
    """One of several texts by the gender of what fills the slot `key`."""

    key: str
    texts: tuple["Parts", ...]


Parts = tuple["str | Slot | Choice", ...]


@dataclass(frozen=True)
class Filling:
    """What fills a slot: an entry's key in the lexicon, or a number."""

    key: str = ""
    number: int = 0


def parse(text: str, slots: Slots) -> Parts:
    """A template's parts. Raises LexiconError for a slot that there is not, and for unmatched braces."""
    parts, end = _parse(text, 0, slots, "")
    if end != len(text):
        raise LexiconError(f"unmatched }} in {text!r}")
    return parts


def keys(parts: Parts) -> list[str]:
    """The slots that a template has, each once, in their order."""
    return list(dict.fromkeys(_keys(parts)))


def slot_name(key: str) -> str:
    """The slot's name without the digit that tells it from others of its name."""
    return key.rstrip("23456789")


def render(parts: Parts, fillings: Mapping[str, Filling], lexicon: Lexicon) -> str:
    """The sentence. Raises LexiconError for a form or a gender that the language has not."""
    return "".join(_text(part, fillings, lexicon) for part in parts)


def _parse(text: str, start: int, slots: Slots, stops: str) -> tuple[Parts, int]:
    parts: list[str | Slot | Choice] = []
    position = start
    while position < len(text) and text[position] not in stops + "}":
        if text[position] == "{":
            part, position = _braced(text, position + 1, slots)
            parts.append(part)
        else:
            found = re.compile(r"[^{}|]+|\|").match(text, position)
            assert found is not None  # noqa: S101 - one of the two always matches here
            parts.append(found[0])
            position = found.end()
    return tuple(parts), position


def _braced(text: str, start: int, slots: Slots) -> tuple[Slot | Choice, int]:
    found = re.compile(r"[a-z0-9.+]+").match(text, start)
    if found is None:
        raise LexiconError(f"a slot without a name in {text!r}")
    position = found.end()
    if text[position : position + 1] == "}":
        return _slot(found[0], slots, text), position + 1
    if text[position : position + 1] != ":":
        raise LexiconError(f"unmatched {{ in {text!r}")
    key = _slot(found[0], slots, text).key
    texts = []
    while True:
        parts, position = _parse(text, position + 1, slots, "|")
        texts.append(parts)
        if text[position : position + 1] != "|":
            break
    if text[position : position + 1] != "}":
        raise LexiconError(f"unmatched {{ in {text!r}")
    return Choice(key, tuple(texts)), position + 1


def _slot(text: str, slots: Slots, template: str) -> Slot:
    for name in sorted([*slots.ids, _NUMBER], key=len, reverse=True):
        found = re.fullmatch(rf"({re.escape(name)}[2-9]?)(\+?)(?:\.([a-z0-9]+))?", text)
        if found is not None:
            return Slot(found[1], bool(found[2]), found[3] or "")
    raise LexiconError(f"there is no slot {text!r}, in {template!r}")


def _keys(parts: Parts) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Slot):
            yield part.key
        elif isinstance(part, Choice):
            yield part.key
            for text in part.texts:
                yield from _keys(text)


def _text(part: str | Slot | Choice, fillings: Mapping[str, Filling], lexicon: Lexicon) -> str:
    if isinstance(part, str):
        return part
    filling = fillings[part.key]
    if isinstance(part, Slot):
        return str(filling.number) if filling.number else _form(part, filling.key, lexicon)
    entry = lexicon.entries[filling.key]
    return render(_chosen(part, entry, lexicon), fillings, lexicon)


def _form(slot: Slot, key: str, lexicon: Lexicon) -> str:
    entry = lexicon.entries[key]
    forms = entry.plural if slot.is_plural else entry.singular
    name = slot.form or lexicon.base[key[0]]
    if name not in forms:
        raise LexiconError(f"{lexicon.language}: {entry.id} has no form {name!r}")
    return forms[name]


def _chosen(choice: Choice, entry: Entry, lexicon: Lexicon) -> Parts:
    if len(choice.texts) != len(lexicon.genders):
        raise LexiconError(
            f"{lexicon.language}: {len(choice.texts)} texts for the genders {', '.join(lexicon.genders)}"
        )
    if entry.gender not in lexicon.genders:
        raise LexiconError(f"{lexicon.language}: {entry.id} has no gender")
    return choice.texts[lexicon.genders.index(entry.gender)]
