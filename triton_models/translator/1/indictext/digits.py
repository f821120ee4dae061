"""Digits: any script's to ASCII for the model, and ASCII to the target script's own for the reader."""

import re
from typing import Final

from indictext.scripts import BLOCKS

_DIGITS_OFFSET: Final = 0x66
_URDU_ZERO: Final = 0x06F0
# Arabic, Meetei Mayek, Ol Chiki, full width.
_OTHER_ZEROS: Final = (0x0660, 0xABF0, 0x1C50, 0xFF10)
_ZEROS: Final = {**{script: base + _DIGITS_OFFSET for script, base in BLOCKS.items()}, "Arab": _URDU_ZERO}

_TO_ASCII: Final = {
    zero + value: str(value) for zero in (*_ZEROS.values(), *_OTHER_ZEROS) for value in range(10)
}
_TO_NATIVE: Final = {
    script: {ord(str(value)): zero + value for value in range(10)} for script, zero in _ZEROS.items()
}
# A run of ASCII letters and digits with hyphens within: the digits of one with letters in it are part of a name
# (COVID-19, mp3).
_RUN: Final = re.compile(r"[A-Za-z0-9]++(?:-[A-Za-z0-9]++)*+")
_LETTER: Final = re.compile(r"[A-Za-z]")


def to_ascii(text: str) -> str:
    """The text with every digit of an Indian script, Arabic or full width as an ASCII digit."""
    return text.translate(_TO_ASCII)


def to_native(text: str, script: str) -> str:
    """The text with ASCII digits as those of a script, but for names that mix letters and digits.

    A script without digits of its own here (Latn) leaves the text as it is.
    """
    table = _TO_NATIVE.get(script)
    if table is None:
        return text
    return _RUN.sub(lambda run: run[0] if _LETTER.search(run[0]) else run[0].translate(table), text)
