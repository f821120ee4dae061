"""Texts in the nine Brahmic scripts as the models were trained on them.

The rules are those of the Indic NLP Library 0.92, which the training data of IndicTrans2 went through. Most of what
its normalisers do by hand is Unicode's canonical composition (two-part vowel signs, letters with a nukta), so that
only the rest has tables here.
"""

import re
import unicodedata
from typing import Final

from indictext.scripts import BLOCKS, DANDA, DANDA_OFFSETS, JOINERS, NUKTA, VIRAMA

# ASCII punctuation but for the backslash, as in training, and the dandas of Indian scripts.
_MARK: Final = re.compile(r"[!-/:-@\[\]^_`{-~।॥\uaaf0\uaaf1\uabeb-\uabef\u1c7e\u1c7f]")
_SPACES: Final = re.compile(" {2,}")
_NUMBER_IN_PARTS: Final = re.compile(r"(?<![0-9])[0-9]++(?: [,.:/] [0-9]++)++")
_JOINED: Final = re.compile(r" ([-/\\]) ")
_JOINS_BEFORE: Final = re.compile(r" ([!%)\]},.:;>?।॥])")
_JOINS_AFTER: Final = re.compile(r"([#$(\[{<@]) ")
_QUOTES: Final = tuple((quote, re.compile(f"( ?){quote}( ?)")) for quote in "'\"`")

# Letters of a script that are written in two ways, and the way that the models know. Malayalam's chillus were a
# letter, a virama and a joiner before Unicode 5.1.
_SPELLINGS: Final = {
    "Deva": {"ॲ": "ए", "ऩ": "न" + NUKTA, "ऱ": "र" + NUKTA, "ऴ": "ळ" + NUKTA, "|": DANDA},
    "Beng": {"৷": DANDA, "|": DANDA},
    "Guru": {
        "ਅਾ": "ਆ", "ੲਿ": "ਇ", "ੲੀ": "ਈ", "ੳੁ": "ਉ", "ੳੂ": "ਊ", "ੲੇ": "ਏ", "ਅੈ": "ਐ", "ੳੋ": "ਓ", "ਅੌ": "ਔ", "|": DANDA,
    },
    "Gujr": {},
    "Orya": {"ଅା": "ଆ", "ଏୗ": "ଐ", "ଓୗ": "ଔ", "ଵ": "ବ", "|": DANDA},
    "Taml": {},
    "Telu": {},
    "Knda": {},
    "Mlym": {"ണ്\u200d": "ൺ", "ന്\u200d": "ൻ", "ര്\u200d": "ർ", "ല്\u200d": "ൽ", "ള്\u200d": "ൾ", "ക്\u200d": "ൿ", "ൗ": "ൌ"},
}  # fmt: skip


def _spelling(script: str) -> tuple[re.Pattern[str], dict[str, str]]:
    own_dandas = {chr(BLOCKS[script] + offset): chr(0x900 + offset) for offset in DANDA_OFFSETS}
    table = {**_SPELLINGS[script], **own_dandas, **dict.fromkeys(JOINERS, "")}
    longest_first = sorted(table, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), table


def _colon_after_letter(script: str) -> re.Pattern[str]:
    base = BLOCKS[script]
    return re.compile(f"(?<=[{chr(base)}-{chr(base + 0x63)}{chr(base + 0x70)}-{chr(base + 0x7F)}]):")


_SPELLING: Final = {script: _spelling(script) for script in BLOCKS}
_COLON: Final = {script: _colon_after_letter(script) for script in BLOCKS}
_VISARGA: Final = {script: chr(base + 3) for script, base in BLOCKS.items()}


def normalise(text: str, script: str) -> str:
    """The text in the one spelling that the models know; a colon right after a letter is a visarga's typo."""
    pattern, table = _SPELLING[script]
    text = pattern.sub(lambda match: table[match[0]], unicodedata.normalize("NFC", text))
    return _COLON[script].sub(_VISARGA[script], text)


def tokenise(text: str) -> str:
    """The text with spaces around every mark, but for those within a number, unless the text begins with it.

    There the Indic NLP Library forgets to join it, and the models were trained so.
    """
    text = _SPACES.sub(" ", _MARK.sub(r" \g<0> ", text)).strip()
    return _NUMBER_IN_PARTS.sub(lambda match: _without_spaces(match) if match.start() else match[0], text)


def join_unified(text: str) -> str:
    """The text in Devanagari without spaces around a virama that stands alone."""
    return text.replace(f" {VIRAMA} ", VIRAMA)


def join_numbers(text: str) -> str:
    """The text with numbers in one piece: `12 : 30` is `12:30`."""
    return _NUMBER_IN_PARTS.sub(_without_spaces, text)


def detokenise(text: str) -> str:
    """A text from tokens with spaces between, in any script but Latin."""
    text = _JOINED.sub(r"\1", join_numbers(text))
    text = _JOINS_AFTER.sub(r"\1", _JOINS_BEFORE.sub(r"\1", text))
    for quote, pattern in _QUOTES:
        text = _attach_quotes(text, quote, pattern)
    return text


def _without_spaces(number: re.Match[str]) -> str:
    return number[0].replace(" ", "")


def _attach_quotes(text: str, quote: str, pattern: re.Pattern[str]) -> str:
    """Every other quote opens: it joins what follows; the one after it closes: it joins what is before."""
    is_open = False

    def attach(match: re.Match[str]) -> str:
        nonlocal is_open
        is_open = not is_open
        return match[1] + quote if is_open else quote + match[2]

    return pattern.sub(attach, text)
