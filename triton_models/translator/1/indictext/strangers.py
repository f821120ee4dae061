"""Words that a model has never seen: each gets a placeholder, and is spelt in the target's script instead.

A name would be dropped otherwise, or become another name. Signs that are no letters, such as emoji, are kept as they
are: a small vocabulary has none of them.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from indictext.entities import CURRENCIES, Entity, Protected
from indictext.placeholders import name
from indictext.scripts import MARKS
from indictext.spelling import spell

_WORD: Final = rf"[^\W_][\w{MARKS}]*+"
# No letter, space or mark of ASCII, with what modifies it: emoji, and what turns out to be punctuation. What belongs to
# a number stays with it (entities.py).
_PUNCTUATION: Final = "\u2010-\u205e\u00ab\u00bb\u0964\u0965\u060c\u061b\u061f\u06d4"
_OF_NUMBER: Final = rf"[{CURRENCIES}]|(?<=\d)°|(?<=\d )°"
_SIGN: Final = (
    rf"(?:(?!{_OF_NUMBER})[^\w\s\x00-\x7f{_PUNCTUATION}{MARKS}][\ufe0f\u200d\U0001f3fb-\U0001f3ff]*+)++"
)
_ITEM: Final = re.compile(rf"<ID\d+>|(?P<word>{_WORD})|(?P<sign>{_SIGN})")
_BEFORE: Final = re.compile(rf"(?:{_SIGN}\s*+)*+")
_RUN: Final = re.compile(rf"(?<!\s)(?:\s*+{_SIGN})++\s*+")
_HEARTS: Final = (
    "\u2764\u2665\U0001f493-\U0001f49f\U0001f5a4\U0001f90d\U0001f90e\U0001f9e1\U0001fa75-\U0001fa77"
)
# With what modifies or joins; never a part of what is joined, be it to a heart.
_EMOJI: Final = re.compile(
    rf"(?<!\u200d)(?:(?:(?<=\u200d)|(?![{_HEARTS}]))"
    r"[\u231a\u231b\u23e9-\u23fa\u2600-\u27bf\u2b1b\u2b1c\u2b50\u2b55\U0001f000-\U0001faff]"
    r"[\ufe0f\u200d\u20e3\U000e0020-\U000e007f]*+)++"
)
_GAPS: Final = re.compile(r" +(?=[ .,!?;:।۔؟،]|$)|^ +")  # where one was
_WORDS: Final = re.compile(_WORD)
_PLACE: Final = re.compile(r"<ID(\d+)>")
_SIGNS: Final = frozenset(("So", "Sk", "Cs", "Co", "Cn"))
_TAILS: Final = frozenset(("s", "t", "re", "ve", "ll", "d", "m"))  # of English, after an apostrophe
_APOSTROPHES: Final = "'’"


@dataclass(frozen=True, slots=True)
class Bare:
    """A text without the signs before and after it."""

    text: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Strange:
    """A text with placeholders for what is strange in it, and how many words it had."""

    protected: Protected
    words: int


def without_signs(text: str) -> Bare:
    """Take off the signs that a text begins and ends with: they belong to all of it, and not to a word.

    Emoji within a text go to its end: a placeholder beside a word costs a small network the word. Hearts stay, which
    people write for a verb.
    """
    found = _BEFORE.match(text)
    first = found.end() if found else 0
    if first == len(text):
        return Bare(text)
    # All runs in order, each read once: to look for one that ends the text from every place takes quadratic time.
    last = next((run[0] for run in _RUN.finditer(text, first) if run.end() == len(text)), "")
    before, after = (part if all(map(_is_sign, part.split())) else "" for part in (text[:first], last))
    inner = text[len(before) : len(text) - len(after)]
    moved = [found[0] for found in _EMOJI.finditer(inner)]
    if moved:
        inner = _GAPS.sub("", _EMOJI.sub("", inner))
        after = " ".join(("", *moved)) + after
    return Bare(inner, before, after)


def protect_strangers(
    before: Protected, is_known: Callable[[str], bool], source: str, target: str
) -> Strange:
    """Put a placeholder for each word that is not known, and for each sign; the tags are FLORES-200's."""
    entities = list(before.entities)
    words = 0

    def replace(match: re.Match[str]) -> str:
        nonlocal words
        entity = None
        if match["word"]:
            words += 1
            is_tail = match.start() and before.text[match.start() - 1] in _APOSTROPHES
            if not (is_tail and match[0] in _TAILS) and _has_letters(match[0]) and not is_known(match[0]):
                entity = Entity(spell(match[0], source, target), is_stranger=True)
        elif match["sign"] and _is_sign(match[0]):
            entity = Entity(match[0])
        if entity is None:
            return match[0]
        entities.append(entity)
        return name(len(entities))

    text = _ITEM.sub(replace, before.text)
    return Strange(in_order(Protected(text, tuple(entities))), words)


def in_order(protected: Protected) -> Protected:
    """The placeholders numbered as they stand, which is how a model has learned them."""
    numbers = [int(found[1]) for found in _PLACE.finditer(protected.text)]
    new = {number: place for place, number in enumerate(numbers, 1)}
    text = _PLACE.sub(lambda found: name(new[int(found[1])]), protected.text)
    return Protected(text, tuple(protected.entities[number - 1] for number in numbers))


def in_script(text: str, target: str) -> str:
    """The text with each word of another script than the target's spelt in that one."""
    return _WORDS.sub(lambda found: spell(found[0], target, target), text)


def _is_sign(text: str) -> bool:
    return unicodedata.category(text[0]) in _SIGNS


def _has_letters(word: str) -> bool:
    return any(character.isalpha() for character in word)
