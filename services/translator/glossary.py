"""Fixed translations of terms: taken out before the model sees a text, and put in their places afterwards.

A term gives way to a handle such as `@glaab`. The models' text pipeline protects handles, so that it comes back as it
is; what a model loses or repeats all the same is made good, as the pipeline does with its own placeholders.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from indictext.entities import protect_names
from indictext.scripts import MARKS

from meshkit.errors import InvalidInput, white_space_only

_MARK: Final = "@gl"
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_LENGTH: Final = 3  # 17,576 handles; a text has at most 2,000 characters
_WORD: Final = rf"[\w{MARKS}]"
_ENTITY: Final = r"<ID(?P<entity>[0-9]+)>"
_MARKS_TAKEN: Final = re.compile(rf"@\s?{_MARK[1:]}(?P<run>x*+)", re.IGNORECASE | re.ASCII)
_END: Final = ".,!?;:…।॥۔؟\"'”’)]} \n\t"


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the source text and what always stands for it."""

    term: str
    translation: str
    match_case: bool = False


@dataclass(frozen=True, slots=True)
class Protected:
    """A text with a handle for every occurrence of a term, and the fixed translations in their order."""

    text: str
    fixed: tuple[str, ...] = ()
    mark: str = _MARK

    def restore(self, translated: str) -> str:
        """Put every fixed translation in its place, exactly once, whatever became of the handles.

        A handle that is repeated, or that nobody gave, stands for the next missing one, or goes. What is still
        missing comes last, before the marks that end the text. Without terms the text stays as it is.
        """
        if not self.fixed:
            return translated
        mentions = list(_mention(self.mark).finditer(translated))
        claims = self._claims(mentions)
        parts: list[str] = []
        previous = 0
        for mention, index in zip(mentions, claims, strict=True):
            before = translated[previous : mention.start()]
            parts += [before.rstrip(" ")] if index is None else [before, self.fixed[index]]
            previous = mention.end()
        missing = sorted(set(range(len(self.fixed))).difference(claims))
        parts.append(translated[previous:])
        return _ended("".join(parts), [self.fixed[index] for index in missing])

    def _claims(self, mentions: Sequence[re.Match[str]]) -> list[int | None]:
        """For each mention the occurrence that it stands for, or None where it has to go."""
        missing = dict.fromkeys(range(len(self.fixed)))
        claims: list[int | None] = []
        for mention in mentions:
            index = _index(mention["letters"].lower())
            claims.append(index if index in missing else None)
            missing.pop(index, None)
        left = iter(missing)
        return [next(left, None) if index is None else index for index in claims]


class Glossary:
    """The terms of one request. A longer term counts before a shorter one at the same place."""

    def __init__(self, terms: Sequence[Term] = ()) -> None:
        """Raise InvalidInput for a term of white space alone, or one that is given twice."""
        plain = [_plain(term.term) for term in terms]
        _check(terms, plain)
        # Of equal lengths the exact one counts first: beside `us`, `US` would never be found otherwise.
        order = sorted(range(len(terms)), key=lambda index: (-len(plain[index]), not terms[index].match_case))
        self._terms = [(plain[index], terms[index]) for index in order]

    def __bool__(self) -> bool:
        return bool(self._terms)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Made where the first text is searched: it takes milliseconds."""
        alternatives = "|".join(f"({_pattern(plain, term.match_case)})" for plain, term in self._terms)
        return re.compile(rf"{_ENTITY}|(?<!{_WORD})(?:{alternatives})(?!{_WORD})")

    def protect(self, text: str) -> Protected:
        """Put a handle for every occurrence of a term that is no part of a word, an address or a handle.

        A text without any stays as it is; one with some is in Unicode's composed form (NFC).
        """
        if not self._terms:
            return Protected(text)
        names = protect_names(unicodedata.normalize("NFC", text))
        mark = _free_mark(text)
        fixed: list[str] = []

        def replace(match: re.Match[str]) -> str:
            if match["entity"] is not None:
                return names.entities[int(match["entity"]) - 1].text
            # Group 1 is the entity's number.
            fixed.append(self._terms[(match.lastindex or 0) - 2][1].translation)
            return mark + _name(len(fixed) - 1)

        replaced = self._pattern.sub(replace, names.text)
        return Protected(replaced, tuple(fixed), mark) if fixed else Protected(text)


def _check(terms: Sequence[Term], plain: Sequence[str]) -> None:
    seen: set[tuple[str, bool]] = set()
    for place, (term, text) in enumerate(zip(terms, plain, strict=True)):
        field = f"glossary[{place}].term"
        key = (text if term.match_case else text.casefold(), term.match_case)
        if not text:
            raise white_space_only(field)
        if key in seen:
            raise InvalidInput(f"{field}: it is there twice.", field=field, reason="DUPLICATE_TERM")
        seen.add(key)


def _plain(term: str) -> str:
    return " ".join(unicodedata.normalize("NFC", term).split())


def _pattern(term: str, match_case: bool) -> str:
    words = r"\s++".join(map(re.escape, term.split(" ")))
    return words if match_case else f"(?i:{words})"


def _free_mark(text: str) -> str:
    """A beginning for the handles that no text of the caller's can be taken for: with more x than any has."""
    runs = [len(found["run"]) for found in _MARKS_TAKEN.finditer(text)]
    return _MARK + "x" * (max(runs) + 1 if runs else 0)


def _mention(mark: str) -> re.Pattern[str]:
    return re.compile(rf"@\s?{mark[1:]}(?P<letters>[a-z]{{{_LENGTH}}})", re.IGNORECASE | re.ASCII)


def _name(index: int) -> str:
    letters = ""
    for _ in range(_LENGTH):
        index, rest = divmod(index, len(_LETTERS))
        letters = _LETTERS[rest] + letters
    return letters


def _index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * len(_LETTERS) + _LETTERS.index(letter)
    return index


def _ended(text: str, missing: Sequence[str]) -> str:
    """The text with further words at its end, before the marks that close it."""
    if not missing:
        return text
    body = text.rstrip(_END)
    return (body + "".join(f" {each}" for each in missing) + text[len(body) :]).lstrip(" ")


NO_TERMS: Final = Glossary()
