"""Placeholders `<IDn>`: how they are found again in what a model made of them, and filled exactly once each.

Models lose a bracket, add spaces, write the label in the target's script (`< आईडी 1 >`), repeat a placeholder or
drop it. `mark` reads all of that and leaves one stand-in character for each entity, so that transliteration and
detokenising treat it as a word; `fill` puts the entities in their places.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from indictext.scripts import BLOCKS, MARKS

STAND_IN: Final = "\ufdd0"  # a noncharacter: no text has it

_GAP: Final = r"\s{0,3}+"
_LATIN: Final = rf"[Ii]\.?{_GAP}[Dd]\.?"
_DEVANAGARI: Final = rf"(?:आई|आइ|आय|ऐ){_GAP}\.?{_GAP}[डट][िी]{_GAP}\.?"
_ARABIC: Final = rf"(?:آئی|آی|ائی){_GAP}[ڈد]ی"
_LABEL: Final = rf"(?:{_LATIN}|{_DEVANAGARI}|{_ARABIC})"


def _in_script(base: int) -> str:
    """The label as it is written in another Brahmic script, which models are given as Devanagari."""
    return _DEVANAGARI.translate({BLOCKS["Deva"] + offset: base + offset for offset in range(0x80)})


_NUMBER: Final = r"(?P<{}>\d{{1,6}})(?!\d)"
_MENTION: Final = re.compile(
    # Whole: in brackets. Bare: a label and a number alone, or with one bracket left.
    rf"[<\[]{_GAP}{_LABEL}{_GAP}{_NUMBER.format('whole')}{_GAP}[>\]]"
    rf"|(?:<{_GAP})?(?<![\w{MARKS}]){_LABEL}{_GAP}{_NUMBER.format('bare')}(?:{_GAP}>)?"
)
_LABELS: Final = "|".join((_LATIN, _ARABIC, *map(_in_script, BLOCKS.values())))
# What in a source text would be taken for a placeholder, with digits of any script.
LOOKALIKE: Final = rf"[<\[]{_GAP}(?:{_LABELS}){_GAP}\d{{1,6}}+{_GAP}[>\]]"
_END: Final = ".,!?;:।॥۔؟\"')]} "


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with stand-ins, and for each stand-in in order the index of its entity."""

    text: str
    order: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Mention:
    start: int
    end: int
    index: int
    is_whole: bool


def name(number: int) -> str:
    """The placeholder of an entity; the first has number 1."""
    return f"<ID{number}>"


def restore(text: str, entities: Sequence[str]) -> str:
    """Put every entity in the place of its placeholder, exactly once, whatever became of the placeholder.

    A text without entities comes back as it is.
    """
    return fill(mark(text, len(entities)), entities)


def fill(marked: Marked, entities: Sequence[str], join: Callable[[int, str], str] | None = None) -> str:
    """Put the entities in the places of their stand-ins; `join` makes one of an entity and the text after it."""
    first, *parts = marked.text.split(STAND_IN)
    join = join or (lambda index, part: entities[index] + part)
    return first + "".join(join(index, part) for index, part in zip(marked.order, parts, strict=True))


def mark(text: str, count: int) -> Marked:
    """Leave one stand-in for each of `count` entities.

    Placeholders in brackets come first, then bare ones for entities still missing. A bracketed one that is
    repeated, or has a number that is no entity's, stands for the next missing entity, or is taken out. What is
    still missing is added at the end, before the last marks.
    """
    text = text.replace(STAND_IN, "")
    if not count:
        return Marked(text, ())
    mentions = list(_mentions(text))
    claims = _claims(mentions, count)
    marked, order = _replaced(text, mentions, claims)
    missing = [index for index in range(count) if index not in set(order)]
    return Marked(_with_stand_ins(marked, len(missing)), (*order, *missing))


def _mentions(text: str) -> Iterator[_Mention]:
    for match in _MENTION.finditer(text):
        is_whole = match["whole"] is not None
        yield _Mention(match.start(), match.end(), int(match["whole"] or match["bare"]) - 1, is_whole)


def _claims(mentions: Sequence[_Mention], count: int) -> dict[int, int | None]:
    """By a mention's place in the list: the entity that it stands for, or None where it has to go."""
    claims: dict[int, int | None] = {}
    missing = dict.fromkeys(range(count))
    for wanted in (True, False):
        for place, mention in enumerate(mentions):
            if mention.is_whole == wanted and mention.index in missing:
                claims[place] = mention.index
                del missing[mention.index]
    left = iter(missing)
    for place, mention in enumerate(mentions):
        if mention.is_whole and place not in claims:
            claims[place] = next(left, None)
    return claims


def _replaced(
    text: str, mentions: Sequence[_Mention], claims: dict[int, int | None]
) -> tuple[str, list[int]]:
    parts: list[str] = []
    order: list[int] = []
    previous = 0
    for place, mention in enumerate(mentions):
        if place not in claims:
            continue
        parts.append(text[previous : mention.start])
        previous = mention.end
        index = claims[place]
        if index is not None:
            parts.append(STAND_IN)
            order.append(index)
    return "".join((*parts, text[previous:])), order


def _with_stand_ins(text: str, count: int) -> str:
    """The text with further stand-ins at its end, each a word, before the marks that close it."""
    if not count:
        return text
    body = text.rstrip(_END)
    return "".join((body, f" {STAND_IN}" * count, text[len(body) :])).lstrip()
