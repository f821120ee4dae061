"""Between Latin letters and Urdu's: a spelling to be recognised by. Urdu leaves short vowels out, and so does this."""

import re
from typing import Final

_LETTERS: Final = {
    "tch": "چ", "sch": "ش", "ksh": "کش", "chh": "چھ", "sh": "ش", "ch": "چ", "th": "تھ", "dh": "دھ", "ph": "ف",
    "bh": "بھ", "gh": "گھ", "kh": "کھ", "jh": "جھ", "zh": "ژ", "wh": "و", "ck": "ک", "qu": "کو",
    "aa": "ا", "ee": "ی", "oo": "و", "ai": "ی", "au": "و", "ou": "و", "ea": "ی", "ie": "ی", "ei": "ی", "oa": "و",
    "ay": "ے", "ow": "و",
    "b": "ب", "c": "ک", "d": "ڈ", "f": "ف", "g": "گ", "h": "ہ", "j": "ج", "k": "ک", "l": "ل", "m": "م", "n": "ن",
    "p": "پ", "q": "ق", "r": "ر", "s": "س", "t": "ٹ", "v": "و", "w": "و", "x": "کس", "y": "ی", "z": "ز",
    "a": "", "e": "ی", "i": "ی", "o": "و", "u": "و",
}  # fmt: skip
_DENTAL: Final = {"t": "ت", "d": "د"}
_FIRST: Final = {
    "a": "ا",
    "aa": "آ",
    "e": "ای",
    "i": "ا",
    "ee": "ای",
    "o": "او",
    "u": "ا",
    "oo": "او",
    "ai": "ای",
    "au": "او",
}
_LAST: Final = {"a": "ا", "e": "ے", "i": "ی"}
_DOUBLED: Final = re.compile(r"([b-df-hj-np-tv-z])\1")
_WORD: Final = re.compile(r"[A-Za-z]+")


def pairs(text: str) -> dict[str, str]:
    """A table: each second word by the one before it."""
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


_LATIN: Final = pairs(
    "ب b پ p ت t ٹ t ث s ج j چ ch ح h خ kh د d ڈ d ذ z ر r ڑ r ز z ژ zh س s ش sh ص s ض z ط t ظ z ع a غ gh ف f ق q ک k "
    "گ g ل l م m ن n ں n ھ h ہ h ء _ ئ y آ aa ا a و o ی i ے e ي i ك k ه h ۃ a ة a"
)
_VOWELS: Final = "aeiou"


def to_urdu(text: str) -> str:
    """Words in Latin letters in Urdu's; everything else stays."""
    return _WORD.sub(lambda found: _urdu(found[0]), text)


def from_urdu(text: str) -> str:
    """A word in Urdu's letters in Latin ones, with an `a` where consonants meet; what has no letter is left out."""
    text = "".join(character for character in text if character in _LATIN)
    letters = [_LATIN[character] for character in text]
    written = ""
    for place, letter in enumerate(letters):
        is_aspirate = letter == "h" and text[place : place + 1] == "ھ"
        if letter == "o" and (place == 0 or (place + 1 < len(letters) and letters[place + 1][0] in _VOWELS)):
            letter = "v"
        if letter == "i" and place == 0:
            letter = "y"
        if letter == "h" and place == len(letters) - 1 and place and letters[place - 1] not in _VOWELS:
            letter = "a"
        needs_vowel = written and written[-1] not in _VOWELS and letter[0] not in _VOWELS and not is_aspirate
        is_late = place == len(letters) - 1 and len(letters) > 3
        written += ("a" if needs_vowel and not (is_late and len(written) > 3) else "") + letter.replace(
            "_", ""
        )
    return written[:1].upper() + written[1:]


def _urdu(word: str) -> str:
    dental = word[:1].isupper() and not word.isupper()
    word = _DOUBLED.sub(r"\1", word.lower())
    written, place = [], 0
    while place < len(word):
        letters = next(
            word[place : place + size] for size in (3, 2, 1) if word[place : place + size] in _LETTERS
        )
        if letters in ("ay", "ow") and word[place + 2 : place + 3] in tuple(_VOWELS):
            letters = letters[0]  # the y or w belongs to that vowel
        is_last = place + len(letters) == len(word)
        if place == 0 and letters in _FIRST:
            written.append(_FIRST[letters])
        elif is_last and letters in _LAST and len(word) > 1:
            written.append("" if letters == "e" and not dental else _LAST[letters])
        elif letters == "a" and place == 1 and re.match(r"[b-df-hj-np-tv-z]h?[aeiou]", word[2:]):
            written.append("ا")
        elif letters == "c" and word[place + 1 : place + 2] in tuple("eiy"):
            written.append("س")
        else:
            written.append((_DENTAL if dental else {}).get(letters) or _LETTERS[letters])
        place += len(letters)
    return "".join(written)
