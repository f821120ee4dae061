"""What of a text is spoken: the text made safe and clear for a voice, each character remembering where it came from.

Emoji, markup and control characters fall silent, digits become ASCII digits, lookalike letters become plain ones, an
amount of rupees is read with its unit behind it. Nothing here knows a speech engine.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

PAUSES = ".,;:!?…।॥،؛؟۔–—"
# Of several pauses in a row the one that says most is kept: the first of these that is there.
_ENDS = "?؟!.।॥۔…"
_JOINTS = "-'"
_READ_SIGNS = "%&@+=$€£¥₹°"  # signs that are read out where they make sense
_SIGNS = frozenset(PAUSES + _JOINTS + _READ_SIGNS)
_REPLACED = {
    "’": "'",
    "‘": "'",
    "\u2010": "-",
    "\u2011": "-",
    "\u2212": "-",
    "॥": "।",
    **dict.fromkeys("()[]{}\n\u2028\u2029", ","),  # brackets and ends of lines are heard as pauses
}

# Letters that the voices of a script do not know, although its readers do: the form that they know of the same letter.
_LETTERS = {"ৰ": "র", "ৱ": "ব", "ୱ": "ଵ", "ي": "ی", "ى": "ی", "ك": "ک", "ه": "ہ"}
_ASSAMESE_LETTERS = {**_LETTERS, "ৰ": "ৰ", "ৱ": "ৱ", "র": "ৰ"}
_RUPEES = {
    "as": "টকা",
    "bn": "টাকা",
    "en": "rupees",
    "gu": "રૂપિયા",
    "hi": "रुपये",
    "kn": "ರೂಪಾಯಿ",
    "ml": "രൂപ",
    "mr": "रुपये",
    "or": "ଟଙ୍କା",
    "pa": "ਰੁਪਏ",
    "ta": "ரூபாய்",
    "te": "రూపాయలు",
    "ur": "روپے",
}

_LONGEST_WORD = 40  # past this many characters without a space voices cut a word short

_SPACES = re.compile(r"\s{2,}")
_STACKED_MARKS = re.compile("(.)[\u0300-\u036f]+")
_RUPEE_AMOUNT = re.compile(r"₹\s?(\d(?:[\d,.]*\d)?)")
_GROUPED_DIGITS = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{2,3})*,\d{3}(?![\d,])")  # 1,234,567 and 12,34,567
_DASHES = re.compile(r"--+")

# espeak-ng 1.52 ends at odd rows of signs (",-w" in Malayalam): they stay only where a reader would say them.
_WORD = rf"[^\s{re.escape(PAUSES + _JOINTS + _READ_SIGNS)}]"
_LOOSE_JOINT = re.compile(rf"(?<!{_WORD})'+|['-](?!{_WORD})|(?<=\S)(?<!{_WORD})-|(?<!\S)-(?!\d)")
_LOOSE_SIGN = re.compile(r"(?<!\d)[%°]|(?<!\d)[$€£¥₹](?!\d)")
_SPACED_SIGN = re.compile(r"(?<=\d)\s+(?=%)")
_READ_ALONE = re.compile(r"[&@=+]+")
_TIGHT_PAUSE = re.compile(rf"(?<=[{PAUSES.replace('.', '')}])(?=[^\s\d{PAUSES}])")
_SEVERAL_PAUSES = re.compile(rf"[{PAUSES}](?:\s*[{PAUSES}])+\s*")
_LATE_PAUSE = re.compile(rf"\s+([{PAUSES}])(?!\d)")
_EARLY_PAUSE = re.compile(rf"^[\s{PAUSES}]+(?!\d)")
# espeak-ng 1.52 overruns a buffer of its own, and ends, at some hundred dotted letters in a row ("a.b. c.d. e.f." …).
_DOTTED_LETTERS = re.compile(r"(?:(?<!\w)[^\W\d_]\.\s*){9,}")
_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")


@dataclass(frozen=True)
class Spoken:
    """A text to speak; `origins[i]` is the offset in the caller's text of what became `text[i]`."""

    text: str
    origins: tuple[int, ...]

    @property
    def speakable(self) -> bool:
        """Whether there is a letter or a digit in it: signs alone are not spoken."""
        return any(char.isalnum() for char in self.text)

    def sub(self, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]) -> "Spoken":
        """Replace each match, keeping the origins."""
        texts, origins, last = [], [], 0
        for match in pattern.finditer(self.text):
            start, end = match.span()
            new = replace(match)
            texts += [self.text[last:start], new]
            origins += [
                *self.origins[last:start],
                *(self.origins[min(start + i, max(end - 1, start))] for i in range(len(new))),
            ]
            last = end
        return Spoken("".join(texts) + self.text[last:], (*origins, *self.origins[last:]))

    def part(self, start: int, end: int) -> "Spoken":
        """The characters from start to before end."""
        return Spoken(self.text[start:end], self.origins[start:end])


def spoken(text: str, language: str) -> Spoken:
    """What a voice of `language` (ISO 639-1) is given to speak of `text`."""
    said = _characters(text, _ASSAMESE_LETTERS if language == "as" else _LETTERS)
    said = said.sub(_SPACES, _space)
    said = said.sub(_RUPEE_AMOUNT, lambda match: f"{match[1]} {_RUPEES.get(language, '₹')}")
    for pattern, replace in _RULES:
        said = said.sub(pattern, replace)
    return said


def _characters(text: str, letters: dict[str, str]) -> Spoken:
    pairs = [(new, index) for index, char in enumerate(text) for new in (letters.get(char) or _plain(char))]
    return Spoken("".join(new for new, _ in pairs), tuple(index for _, index in pairs))


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    """One character as it is spoken: itself, a plainer one, a space, or nothing."""
    char = _compatible(_REPLACED.get(char, char))
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if char in _SIGNS or category[0] == "L" or category in ("Nl", "No"):
        return char
    if category[0] == "M":
        return "" if category == "Me" or _is_variation(char) else char
    joins_letters = category == "Cf" and char != "\u200b"
    return "" if joins_letters else " "


def _compatible(char: str) -> str:
    """The plain letter of a styled one (mathematical, circled, full-width, presentation forms)."""
    folded = unicodedata.normalize("NFKC", char) if unicodedata.decomposition(char).startswith("<") else char
    return folded if len(folded) == 1 and folded.isalnum() and not char.isnumeric() else char


def _is_variation(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def _composed(match: re.Match[str]) -> str:
    """A letter with its accents as one character; accents that compose with nothing are decoration."""
    whole = unicodedata.normalize("NFC", match[0])
    return "".join(char for char in whole if not "\u0300" <= char <= "\u036f")


def _read_alone(match: re.Match[str]) -> str:
    """One sign as a word of its own; a name may end in plus signs."""
    return match[0] if match[0] in ("+", "++") else f" {match[0][0]} "


def _one_pause(match: re.Match[str]) -> str:
    best = next((end for end in _ENDS if end in match[0]), match[0][0])
    return best + " "


def _broken(match: re.Match[str]) -> str:
    """A word with spaces after every so many characters, not before a vowel sign where that can be helped."""
    pieces, length = [], 0
    for char in match[0]:
        mark = unicodedata.category(char)[0] == "M"
        if length >= (_LONGEST_WORD if not mark else _LONGEST_WORD + 8):
            pieces.append(" ")
            length = 0
        pieces.append(char)
        length += 1
    return "".join(pieces)


def _space(match: re.Match[str]) -> str:
    return " "


# In this order.
_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_STACKED_MARKS, _composed),
    (_GROUPED_DIGITS, lambda match: match[0].replace(",", "")),
    (_DASHES, lambda match: "–"),
    (_SPACED_SIGN, lambda match: ""),
    (_READ_ALONE, _read_alone),
    (_LOOSE_JOINT, _space),
    (_LOOSE_SIGN, _space),
    (_SPACES, _space),
    (_TIGHT_PAUSE, _space),
    (_SEVERAL_PAUSES, _one_pause),
    (_LATE_PAUSE, lambda match: match[1] + " "),
    (_EARLY_PAUSE, lambda match: ""),
    (_DOTTED_LETTERS, lambda match: match[0].replace(".", " ")),
    (_LONG_WORD, _broken),
)
