"""What a model must not touch: web and mail addresses, handles, hashtags, and numbers with marks in them.

Every pattern takes time linear in the text: runs are possessive and begin where no run goes on.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from indictext.placeholders import LOOKALIKE, name
from indictext.scripts import MARKS

_WORD: Final = rf"[\w{MARKS}]"
_TAIL: Final = r"[^\s<>\"“”«»|।॥۔]*+"
_PATH: Final = rf"(?::[0-9]{{1,5}})?(?:[/?#]{_TAIL})?"
_LABEL: Final = r"[A-Za-z0-9]++(?:-++[A-Za-z0-9]++)*+"
_LABELS: Final = rf"{_LABEL}(?:\.{_LABEL})"
_HOST: Final = rf"(?:{_LABELS}*+|[^\s/?#<>\"।॥۔]++)"
# Ends of names and files that are worth protecting without `www.` or a path: a dotted word with any other end is
# more often a full stop without a space after it ("है.वह", "the park.Then").
_DOMAINS: Final = (
    "com org net edu gov mil int info biz name io ai app dev co in uk us eu au ca de fr jp cn sg ae pk bd lk np me "
    "tv"
)
_FILES: Final = (
    "html htm php pdf docx doc xlsx xls pptx ppt txt csv json xml yaml yml zip gz jpeg jpg png gif webp svg mp3 mp4 "
    "wav avi mkv exe apk js py"
)
_ENDS: Final = "|".join((*_DOMAINS.split(), *_FILES.split()))

_SCHEME: Final = rf"(?<![A-Za-z0-9])(?:https?|ftp)://{_HOST}{_PATH}"
_MAIL: Final = rf"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]++@{_LABELS}++(?<=[A-Za-z]{{2}})"
_SITE: Final = (
    rf"(?<![\w./@-])(?:www\.{_LABELS}++|(?:{_LABEL}\.)+(?:(?:{_ENDS})(?![\w-])|[a-z]{{2,}}(?=/\w))){_PATH}"
)
_HANDLE: Final = rf"(?<![A-Za-z0-9])[A-Za-z0-9]*+[#@]{_WORD}++"
_KINDS: Final = f"(?P<whole>{LOOKALIKE})|{_SCHEME}|{_MAIL}|{_SITE}|{_HANDLE}"
# A dotted word of Latin letters within another script is a name of some kind (org.freedesktop.DBus, index.theme).
_DOTTED_TOO: Final = (
    rf"{_KINDS}|(?<![\w./@-])(?=[0-9.-]*+[A-Za-z])(?=(?:\.?[\w-]){{4}})[A-Za-z0-9_-]++(?:\.[A-Za-z0-9_-]++)++"
)
_MOST_PATTERNS: Final = 64

_NUMERAL: Final = r"[0-9]++(?:[-/.,:'+][0-9]++)*+"
_NUMBERS: Final = re.compile(
    rf"(?<![A-Za-z0-9_.])(?:(?<![^\s(\[{{])[-~+])?{_NUMERAL}(?: ?%)?(?: ?- ?~?{_NUMERAL} ?%)?"
)
CURRENCIES: Final = "₹$€£"
_BEFORE_NUMBERS: Final = "([{\"'“‘"
_DEGREES: Final = " ?°[CFcf]?(?![A-Za-z])"
# An amount, a temperature, a range of them: 20°C-25 °C.
_WITH_SIGNS: Final = re.compile(
    rf"(?:(?<![^\s{re.escape(_BEFORE_NUMBERS)}])[-~+]?[{CURRENCIES}] ?)?+{_NUMBERS.pattern}"
    rf"(?:{_DEGREES}(?: ?- ?{_NUMERAL}{_DEGREES})?)?+(?:[{CURRENCIES}](?!\w))?+"
)
_OF_NUMBER: Final = frozenset((*CURRENCIES, "°"))
_SEPARATORS: Final = re.compile(r"(?<=[0-9])[-/.,:'+](?=[0-9])")
_INSIGNIFICANT: Final = str.maketrans("", "", " .:")
_LEAST_SIGNIFICANT: Final = 4

_OPENING: Final = _BEFORE_NUMBERS + CURRENCIES
_PART_OF_WORD: Final = re.compile(r"-?[A-Za-z_]")

_CLOSING: Final = {")": "(", "]": "[", "}": "{"}
_LOOSE: Final = ".,;:!?'’*~…"


@dataclass(frozen=True, slots=True)
class Entity:
    """A piece of the source that comes back as it is; only a number's digits may become native ones.

    A stranger is a word that the model does not know, spelt in the target's script already.
    """

    text: str
    is_number: bool = False
    is_stranger: bool = False


@dataclass(frozen=True, slots=True)
class Protected:
    """A text with placeholders; the n-th entity is `<IDn>`'s."""

    text: str
    entities: tuple[Entity, ...] = ()


def protect(text: str, *, is_latin: bool = True) -> Protected:
    """Put a placeholder for everything that a model must not touch."""
    return protect_numbers(protect_names(text, is_latin=is_latin))


def protect_names(text: str, names: Collection[str] = (), *, is_latin: bool = True) -> Protected:
    """Put a placeholder for each address, handle and hashtag, and for what looks like a placeholder itself.

    In a text that is not in Latin letters also for each dotted word that is; in any text for each of `names`.
    """
    usual = _pattern((), is_latin)
    unknown = tuple(sorted(name for name in names if name in text and not usual.fullmatch(name)))
    pattern = _pattern(unknown, is_latin) if unknown else usual
    return _protected(Protected(text), pattern, _trimmed, is_number=False)


def protect_numbers(protected: Protected, *, every: bool = False) -> Protected:
    """Put a placeholder for each number with marks in it: dates, times, amounts, percentages, phone numbers.

    Plain numbers and short ones (`3.5`, `45%`) stay: models know them. A small one does not: with `every` only single
    digits stay, and what is part of a word (`14th`, `COVID-19`); the sign of a currency before or after it goes with
    a number, and that of degrees.
    """
    if every:
        return _protected(protected, _WITH_SIGNS, _of_two_digits, is_number=True)
    return _protected(protected, _NUMBERS, _worth_protecting, is_number=True)


@lru_cache(_MOST_PATTERNS)
def _pattern(names: tuple[str, ...], is_latin: bool) -> re.Pattern[str]:
    kinds = _KINDS if is_latin else _DOTTED_TOO
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile("|".join((kinds, *map(re.escape, longest_first))))


def _protected(
    before: Protected, pattern: re.Pattern[str], kept: Callable[[re.Match[str]], str], *, is_number: bool
) -> Protected:
    entities = list(before.entities)

    def replace(match: re.Match[str]) -> str:
        text = kept(match)
        if not text:
            return match[0]
        entities.append(Entity(text, is_number))
        return name(len(entities)) + match[0][len(text) :]

    return Protected(pattern.sub(replace, before.text), tuple(entities))


def _trimmed(match: re.Match[str]) -> str:
    """A match without the marks of the sentence around it; brackets stay where they close one within."""
    text = match[0]
    if match["whole"] is not None:
        return text
    surplus = {closing: text.count(closing) - text.count(opening) for closing, opening in _CLOSING.items()}
    end = len(text)
    while end and (text[end - 1] in _LOOSE or surplus.get(text[end - 1], 0) > 0):
        end -= 1
        if text[end] in surplus:
            surplus[text[end]] -= 1
    return text[:end]


def _of_two_digits(match: re.Match[str]) -> str:
    text, begin, end = match.string, match.start(), match.end()
    is_free = not begin or text[begin - 1].isspace() or text[begin - 1] in _OPENING
    is_free = is_free and not _PART_OF_WORD.match(text, end)
    is_more = sum(map(str.isdigit, match[0])) > 1 or not _OF_NUMBER.isdisjoint(match[0])
    return match[0] if is_free and is_more else _worth_protecting(match)


def _worth_protecting(match: re.Match[str]) -> str:
    text = match[0]
    if len(text.translate(_INSIGNIFICANT)) < _LEAST_SIGNIFICANT:
        return ""
    separators = _SEPARATORS.findall(text)
    # A single comma is a thousand's, and models know those.
    return text if "%" in text or len(separators) > 1 or separators not in ([], [","]) else ""
