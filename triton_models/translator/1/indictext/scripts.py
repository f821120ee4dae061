"""The nine Brahmic scripts of India in Unicode: their blocks have one common plan, that of ISCII.

The same offset in two blocks is the same letter (Unicode 16, chapter 12). Also what counts as part of a word.
"""

import unicodedata
from typing import Final

BLOCKS: Final = {
    "Deva": 0x0900,
    "Beng": 0x0980,
    "Guru": 0x0A00,
    "Gujr": 0x0A80,
    "Orya": 0x0B00,
    "Taml": 0x0B80,
    "Telu": 0x0C00,
    "Knda": 0x0C80,
    "Mlym": 0x0D00,
}
# Offsets 0 to 0x6f are common to all; above that each script has its own letters.
COMMON: Final = range(0x70)
DANDA: Final = "।"
DOUBLE_DANDA: Final = "॥"
DANDA_OFFSETS: Final = frozenset((0x64, 0x65))
NUKTA: Final = "\u093c"
VIRAMA: Final = "\u094d"
JOINERS: Final = "\u200c\u200d"

_LAST_MARK: Final = 0x0DFF


def is_assigned(code: int) -> bool:
    """Whether Unicode has a character at this code point."""
    return bool(unicodedata.name(chr(code), ""))


def block_of(character: str) -> str | None:
    """The script of the nine in whose block a character is; None for all others."""
    code = ord(character)
    return next((script for script, base in BLOCKS.items() if base <= code < base + 0x80), None)


def _marks() -> str:
    codes = range(0x0300, _LAST_MARK + 1)
    return "".join(chr(code) for code in codes if unicodedata.category(chr(code)).startswith("M"))


# Combining signs, for character classes of `re`, whose \w leaves out vowel signs and viramas.
MARKS: Final = _marks() + JOINERS + "\ufe0f"
