"""English as the models were trained on it: tokens by the rules of Moses, and text from such tokens.

The rules are those of Moses' tokenizer.perl and detokenizer.perl for English, which the sacremoses package
follows too; the tests hold what it gives.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

from indictext.scripts import MARKS

# Letters, and letters or digits, with their combining signs; \W_ and \d are within a negated class.
_LETTER: Final = rf"(?:[^\W\d_]|[{MARKS}])"
# Superscripts, fractions and circled numbers are digits to Python, but marks to Moses.
_FRACTIONS: Final = "²³¹¼-¾⁰-⁹₀-₉⅐-⅟①-⒛"
_ALONE: Final = re.compile(rf"([^\w\s.',\-{MARKS}]|[_{_FRACTIONS}])")
_DOTS: Final = re.compile(r"\.{2,}")
_COMMA: Final = re.compile(r"(?<=\D),|,(?=\D)|,$")
_LAST_STOP_AND_APOSTROPHE: Final = re.compile(r"\.'$")

# Apostrophes by what stands on both sides; one at either end of the text stays where it is.
_APOSTROPHES: Final = (
    (re.compile(rf"(?<=[\W\d_])(?<![{MARKS}])'(?=[\W\d_])(?![{MARKS}])"), " ' "),
    (re.compile(rf"(?<=[\W_])(?<![{MARKS}])'(?={_LETTER})"), " ' "),
    (re.compile(rf"(?<={_LETTER})'(?=[\W\d_])(?![{MARKS}])"), " ' "),
    (re.compile(rf"({_LETTER})'({_LETTER})"), r"\1 '\2"),
    (re.compile(r"(?<=\d)'(?=s)"), " '"),
)

# Words whose full stop belongs to them.
_TITLES: Final = (
    "Adj Adm Adv Asst Bart Bldg Brig Bros Capt Cmdr Col Comdr Con Corp Cpl DR Dr Drs Ens Gen Gov Hon Hosp Hr Insp Lt "
    "MM MR MRS MS Maj Messrs Mlle Mme Mr Mrs Ms Msgr Op Ord Pfc Ph Prof Pvt Rep Reps Res Rev Rt Sen Sens Sfc Sgt Sr "
    "St Supt Surg"
)
_OTHERS: Final = "v vs i.e e.g rev Rs Nos Nr Jan Feb Mar Apr Jun Jul Aug Sep Oct Nov Dec"
_INITIALS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ABBREVIATIONS: Final = frozenset((*_TITLES.split(), *_OTHERS.split(), *_INITIALS))
_BEFORE_NUMBERS: Final = frozenset(("No", "Art", "pp"))

_OPENING: Final = frozenset("([{¿¡")
_CLOSING: Final = frozenset(",.?!:;\\%}])")
_QUOTES: Final = frozenset("'\"")


def tokenise(text: str) -> list[str]:
    """The tokens of a text of one line with plain punctuation."""
    text = _ALONE.sub(r" \1 ", text.strip())
    text = _DOTS.sub(r" \g<0> ", text)
    text = _COMMA.sub(" , ", text)
    for pattern, replacement in _APOSTROPHES:
        text = pattern.sub(replacement, text)
    text = " ".join(_without_stops(text.split()))
    return _LAST_STOP_AND_APOSTROPHE.sub(" . '", text).split()


def _without_stops(tokens: Sequence[str]) -> list[str]:
    """The tokens, with the full stop set apart from those that it does not belong to."""
    return [
        f"{token[:-1]} ." if _ends_in_a_stop(token, following) else token
        for token, following in zip_longest(tokens, tokens[1:], fillvalue="")
    ]


def _ends_in_a_stop(token: str, following: str) -> bool:
    word = token[:-1]
    if not token.endswith(".") or not word.strip("."):
        return False
    is_abbreviation = ("." in word and any(map(str.isalpha, word))) or word in _ABBREVIATIONS
    is_before_number = word in _BEFORE_NUMBERS and following[:1].isdigit()
    return not (is_abbreviation or is_before_number or following[:1].islower())


def detokenise(text: str) -> str:
    """A text from tokens with spaces between: marks, contractions and quotes stand where a writer puts them."""
    parts: list[str] = []
    tokens = text.split()
    open_quotes: set[str] = set()
    space = ""
    for place, token in enumerate(tokens):
        before, after = _spaces(token, tokens[place - 1] if place else "", open_quotes)
        parts.append(token if before else f"{space}{token}")
        space = after
    return "".join(parts)


def _spaces(token: str, previous: str, open_quotes: set[str]) -> tuple[bool, str]:
    """Whether a token joins what is before it, and what comes between it and the next."""
    if all(map(_is_opening, token)):
        return False, ""
    if _CLOSING.issuperset(token):
        return True, " "
    if previous and token[0] == "'" and token[1:2].isalpha():
        return True, " "
    if _QUOTES.issuperset(token):
        return _quote_spaces(token, previous, open_quotes)
    return False, " "


def _quote_spaces(token: str, previous: str, open_quotes: set[str]) -> tuple[bool, str]:
    if token in open_quotes:
        open_quotes.remove(token)
        return True, " "
    is_possessive = token[0] == "'" and len(token) == 1 and previous.endswith("s")
    if is_possessive:  # the dogs' bowls
        return True, " "
    open_quotes.add(token)
    return False, ""


def _is_opening(character: str) -> bool:
    return character in _OPENING or unicodedata.category(character) == "Sc"
