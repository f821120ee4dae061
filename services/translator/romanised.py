"""Telling Indian languages in Latin letters from English, by words and endings of grammar.

A recogniser for warning, not for science: nine languages, some hundred words each. One word alone never decides: it
takes a word that English has not, and a second one, or an ending, beside it. Urdu in Latin letters is taken for Hindi,
whose grammar it shares.
"""

import re
from dataclasses import dataclass
from typing import Final

from services.translator.romanised_words import ENDINGS, ENGLISH, SHARED, WORDS

_WORD: Final = re.compile(r"[a-z]+(?:'[a-z]+)?")
_LEAST: Final = 1.5  # a word of grammar, and a half
_LEAST_SHARE: Final = 0.15


@dataclass(frozen=True, slots=True)
class Romanised:
    """The ISO 639-1 code of the likeliest language, and a confidence of 0 to 1."""

    code: str
    confidence: float


@dataclass(frozen=True, slots=True)
class _Grammar:
    own: frozenset[str]
    shared: frozenset[str]
    ending: re.Pattern[str]

    def weigh(self, words: frozenset[str]) -> float:
        """Different words of its own count one, those that it shares and endings a half, and only beside one."""
        own, shared = len(words & self.own), len(words & self.shared)
        others = words - self.own - self.shared - ENGLISH
        endings = sum(self.ending.fullmatch(word) is not None for word in others)
        return own + (shared + endings) / 2 if own else 0.0


def _grammar(code: str) -> _Grammar:
    words = frozenset(WORDS[code].split()) - ENGLISH
    return _Grammar(words - SHARED, words & SHARED, re.compile(rf"[a-z]{{3,}}{ENDINGS[code]}"))


_GRAMMARS: Final = {code: _grammar(code) for code in WORDS}


def has_english(text: str) -> bool:
    """Whether a text has a word of English grammar."""
    return not ENGLISH.isdisjoint(_words(text))


def find_romanised(text: str) -> Romanised | None:
    """The Indian language that a text in Latin letters is in; None for English or anything else.

    Takes time linear in the text.
    """
    words = frozenset(_words(text))
    weights = {code: grammar.weigh(words) for code, grammar in _GRAMMARS.items()}
    code = max(weights, key=weights.__getitem__)
    best, english = weights[code], len(words & ENGLISH)
    if best < _LEAST or best <= english or best / len(words) < _LEAST_SHARE:
        return None
    second = sorted(weights.values())[-2]
    # One more than is counted: a little evidence is no certainty.
    return Romanised(code, best / (best + second / 2 + english + 1))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("’", "'"))
