"""What is the same for every language: characters that no reader sees, white space, quotes and dashes."""

import re
from typing import Final

# Control characters, soft hyphen, marks of direction, word joiner, byte order marks, halves of surrogate
# pairs, and the code points that Unicode keeps for a program's own use (the stand-ins of `placeholders`).
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069"
    "\ufdd0-\ufdef\ufeff\ufffe\uffff\ud800-\udfff]"
)
_SPACES: Final = re.compile(r"[\s\u200b]+")
_MARKS: Final = str.maketrans(
    {
        **dict.fromkeys("`´‘‚’", "'"),
        **dict.fromkeys("„“”«»", '"'),
        **dict.fromkeys("–—", "-"),
        "…": "...",
    }
)
_TWO_APOSTROPHES: Final = re.compile(r"''")
_STOP_AFTER_QUOTE: Final = re.compile(r'"([,.]+)')


def clean(text: str) -> str:
    """The text without what no reader sees, and with one space for each run of white space."""
    return _SPACES.sub(" ", _UNSEEN.sub("", text)).strip()


def plain_marks(text: str) -> str:
    """The text with typewriter's quotes, hyphens and dots; commas and full stops stand before a quote."""
    text = _TWO_APOSTROPHES.sub('"', text.translate(_MARKS))
    return _STOP_AFTER_QUOTE.sub(r'\1"', text)
