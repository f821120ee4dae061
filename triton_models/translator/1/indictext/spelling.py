"""Words of any script as readers of another one spell them, by their letters: names, and words that a model lacks.

Between Brahmic scripts `orthography` does it. From Latin letters a word goes to Devanagari as loanwords are written
(`Bruno`, ब्रूनो; `pizza`, पिज़ा), and from there to every other script; from a Brahmic one to Latin letters as Indians
write names (सुनीता, `Sunita`), without the vowel that nobody says (रमेश, `Ramesh`). Urdu has tables of its own. All other
scripts come by way of anyascii's Latin letters. Letters do not tell how English sounds: it is a spelling to be
recognised by, no pronunciation.
"""

import re
import unicodedata
from typing import Final

from anyascii import anyascii

from indictext.languages import ARABIC, LATIN, script_of
from indictext.orthography import transliterate
from indictext.scripts import BLOCKS, NUKTA, VIRAMA, block_of
from indictext.urdu_spelling import from_urdu, pairs, to_urdu

_DOUBLED: Final = re.compile(r"([b-df-hj-np-tv-z])\1")
# Longest first: what several letters stand for together.
_CONSONANTS: Final = {
    "tch": "च", "sch": "श", "ksh": "क्ष", "chh": "छ", "sh": "श", "ch": "च", "th": "थ", "dh": "ध", "ph": "फ",
    "bh": "भ", "gh": "घ", "kh": "ख", "jh": "झ", "zh": "झ", "wh": "व", "ck": "क", "qu": "क्व", "gn": "ग्न",
    "b": "ब", "d": "ड", "f": "फ़", "g": "ग", "h": "ह", "j": "ज", "k": "क", "l": "ल", "m": "म", "n": "न", "p": "प",
    "q": "क", "r": "र", "s": "स", "t": "ट", "v": "व", "w": "व", "x": "क्स", "y": "य", "z": "ज़", "c": "क",
}  # fmt: skip
_DENTAL: Final = {"t": "त", "d": "द"}
# The vowel by itself and as a sign.
_VOWELS: Final = {
    "aa": ("आ", "ा"), "ee": ("ई", "ी"), "oo": ("ऊ", "ू"), "ai": ("ऐ", "ै"), "au": ("औ", "ौ"), "ou": ("आउ", "ाउ"),
    "ea": ("ई", "ी"), "ie": ("ई", "ी"), "ei": ("ऐ", "ै"), "oa": ("ओ", "ो"), "ay": ("ए", "े"), "ey": ("ए", "े"),
    "oy": ("ऑय", "ॉय"), "oi": ("ऑइ", "ॉइ"), "ow": ("ओ", "ो"), "aw": ("ऑ", "ॉ"), "ew": ("यू", "्यू"), "ue": ("ऊ", "ू"),
    "a": ("अ", ""), "e": ("ए", "े"), "i": ("इ", "ि"), "o": ("ओ", "ो"), "u": ("उ", "ु"), "y": ("ई", "ी"),
}  # fmt: skip
_LONG: Final = {"a": ("आ", "ा"), "i": ("ई", "ी"), "u": ("ऊ", "ू")}
_BEFORE_E: Final = {"a": ("ए", "े"), "i": ("आइ", "ाइ"), "o": ("ओ", "ो"), "u": ("यू", "्यू"), "e": ("ई", "ी")}
_SOFT: Final = "eiy"
_LAST_LATIN: Final = "\u024f"
_OTHER: Final = "Zzzz"
_OPEN: Final = re.compile(r"[b-df-hj-np-tv-z](h?[aeiou]|$)")
_BEFORE_R: Final = re.compile(r"r[b-df-hj-np-tv-z]")
_SILENT_E: Final = re.compile(r"[b-df-hj-np-tv-z]e")
_ENDINGS: Final = {
    "tion": "शन", "sion": "शन", "ture": "चर", "er": "र", "ght": "ट", "ous": "स", "ing": "िंग", "le": "ल",
}  # fmt: skip
_INITIALS: Final = pairs(
    "a ए b बी c सी d डी e ई f एफ़ g जी h एच i आई j जे k के l एल m एम n एन o ओ p पी q क्यू r आर s एस t टी u यू v वी "
    "w डब्ल्यू x एक्स y वाई z ज़ेड"
)
_LONGEST_INITIALS: Final = 5
_WORDS: Final = re.compile(r"[A-Za-z]+")
_NASAL: Final = re.compile(f"न{VIRAMA}(?=[कखगघचछजझटठडढतथदध])")
# Scripts in which a consonant without a vowel at the end of a word is written as such.
_SHOWS_BARE: Final = frozenset(("Taml", "Telu", "Knda", "Mlym"))
_BARE: Final = re.compile(f"[क-ह]{NUKTA}?(?=$|[^ऀ-ॿ]|[अ-औ])")

_LATIN_CONSONANTS: Final = pairs(
    "क k ख kh ग g घ gh ङ n च ch छ chh ज j झ jh ञ n ट t ठ th ड d ढ dh ण n त t थ th द d ध dh न n प p फ ph ब b भ bh म m "
    "य y र r ल l ळ l व v श sh ष sh स s ह h"
)
_LATIN_NUKTA: Final = {"k": "q", "ph": "f", "j": "z", "d": "r", "dh": "rh"}
_LATIN_VOWELS: Final = pairs("अ a ॲ a आ aa इ i ई ee उ u ऊ oo ऋ ri ऍ e ऎ e ए e ऐ ai ऑ o ऒ o ओ o औ au")
_LATIN_SIGNS: Final = pairs("ा a ि i ी i ु u ू u ृ ri ॆ e े e ै ai ॉ o ॊ o ो o ौ au ॅ e")
_NASALS: Final = {"ं": "n", "ँ": "n", "ः": "h"}
# Where a vowel that is not written is said at the end of a word, too.
_SAYS_ALL: Final = frozenset(("Taml", "Telu", "Knda", "Mlym", "Orya"))


def spell(word: str, source: str, target: str) -> str:
    """One word of the language `source`, or of any other, in the script of the language `target`; tags as `hin_Deva`.

    Takes time linear in the word. What has no letters comes back as it is. Raises ValueError for an unknown tag.
    """
    wanted = script_of(target)
    runs = _runs(unicodedata.normalize("NFC", word), script_of(source))
    return "".join(run if script == wanted else _spelt(run, script, target) for script, run in runs)


def _runs(word: str, usual: str) -> list[tuple[str, str]]:
    """A word's parts by their scripts; what is no letter belongs to the letter before it."""
    runs: list[tuple[str, str]] = []
    for character in word:
        script = script_of_word(character) or (runs[-1][0] if runs else script_of_word(word) or usual)
        if runs and runs[-1][0] == script:
            runs[-1] = (script, runs[-1][1] + character)
        else:
            runs.append((script, character))
    return runs


def _spelt(word: str, script: str, target: str) -> str:
    wanted = script_of(target)
    if script in BLOCKS and wanted in BLOCKS:
        return transliterate(word, script, wanted, assamese=target.startswith("asm"))
    latin = _latin(word, script)
    if wanted == LATIN:
        return latin
    return to_urdu(latin) if wanted == ARABIC else _from_loanword(_devanagari(latin), target)


def join(name: str, ending: str, target: str) -> str:
    """A spelt word with the ending that a model wrote for a word in the vowel i: `யை` after a consonant is `ை`."""
    base = BLOCKS.get(script_of(target), 0)
    if not (base and name and ending):
        return name + ending
    offsets = [ord(letter) - base for letter in (name[-1], *ending[:2])]
    is_bare = offsets[0] == ord(VIRAMA) - BLOCKS["Deva"]
    glides, signs = (0x2F, 0x35), range(0x3E, 0x4D)
    if is_bare and len(offsets) > 2 and offsets[1] in glides and offsets[2] in signs:
        return name[:-1] + ending[1:]
    if is_bare and offsets[1] in signs:
        return name[:-1] + ending
    if offsets[0] in signs and offsets[1] in signs:
        return (name[:-1] if offsets[0] == signs[0] else name + chr(base + 0x2F)) + ending
    return name + ending


def script_of_word(word: str) -> str | None:
    """The script of a word's first letter: Latn, Arab, one of the nine, Zzzz for all others; None without letters."""
    for character in word:
        if not character.isalpha():
            continue
        if character <= _LAST_LATIN:
            return LATIN
        if "\u0600" <= character <= "\u06ff":
            return ARABIC
        return block_of(character) or _OTHER
    return None


def _latin(word: str, script: str) -> str:
    if script in BLOCKS:
        devanagari = word if script == "Deva" else transliterate(word, script, "Deva")
        return _romanised(devanagari, says_all=script in _SAYS_ALL)
    if script == ARABIC:
        return from_urdu(word)
    return "".join(
        character
        for character in anyascii(word)
        if character.isascii() and (character.isalnum() or character in "'- ")
    )


def _from_loanword(word: str, target: str) -> str:
    script = script_of(target)
    if script == "Deva":
        return _NASAL.sub("ं", word)
    if script in _SHOWS_BARE:
        word = _BARE.sub(rf"\g<0>{VIRAMA}", word)
    return transliterate(word, "Deva", script, assamese=target.startswith("asm"))


def _devanagari(latin: str) -> str:
    """A word in Latin letters, as a loanword; one with a capital letter has the t and d of Indian names."""
    is_name = latin[:1].isupper() and not latin.isupper()
    return _WORDS.sub(lambda found: _word(found[0], is_name=is_name), latin)


def _word(word: str, *, is_name: bool) -> str:
    if word.isupper() and 1 < len(word) <= _LONGEST_INITIALS:
        return "".join(_INITIALS[letter] for letter in word.lower())
    word = word.lower()
    stem, ending = ("", "") if is_name else _ended(word)
    return _loanword(stem or word, is_name=is_name) + ending


def _ended(word: str) -> tuple[str, str]:
    """A word without an ending of English that is not said as it is written, and how that is said."""
    for letters, said in _ENDINGS.items():
        if word.endswith(letters) and len(word) > len(letters) + 1:
            return word.removesuffix(letters), said
    return "", ""


def _loanword(word: str, *, is_name: bool) -> str:
    word = _DOUBLED.sub(r"\1", word)
    written: list[str] = []
    place, after_consonant = 0, False
    while place < len(word):
        letters = _longest(word, place, _CONSONANTS) if not _is_vowel(word, place) else ""
        if letters:
            if after_consonant:
                written.append(VIRAMA)
            written.append(_consonant(word, place, letters, is_name=is_name))
            after_consonant = True
        else:
            letters = _vowel_letters(word, place)
            if not letters:
                place += 1
                continue
            vowel, sign = _vowel(word, place, letters, is_name=is_name)
            written.append(sign if after_consonant else vowel)
            after_consonant = False
        place += len(letters)
    return "".join(written)


def _is_vowel(word: str, place: int) -> bool:
    """y is a vowel but before one."""
    if word[place] == "y":
        return place > 0 and word[place + 1 : place + 2] not in tuple("aeiou")
    return word[place] in "aeiou"


def _longest(
    word: str, place: int, table: dict[str, object] | dict[str, str] | dict[str, tuple[str, str]]
) -> str:
    for size in (3, 2, 1):
        letters = word[place : place + size]
        if len(letters) == size and letters in table:
            return letters
    return ""


def _vowel_letters(word: str, place: int) -> str:
    """The letters of the vowel here; a y or w before another vowel is none of them (`Maya`, `Pawan`)."""
    letters = _longest(word, place, _VOWELS)
    following = word[place + len(letters) : place + len(letters) + 1]
    return letters[:-1] if letters[1:] in ("y", "w") and following in tuple("aeiou") else letters


def _consonant(word: str, place: int, letters: str, *, is_name: bool) -> str:
    following = word[place + len(letters) : place + len(letters) + 1]
    if letters == "c" and following and following in _SOFT:
        return "स"
    if letters == "g" and following and following in "ey" and not is_name:
        return "ज"
    return (_DENTAL if is_name else {}).get(letters) or _CONSONANTS[letters]


def _vowel(word: str, place: int, letters: str, *, is_name: bool) -> tuple[str, str]:
    rest = word[place + len(letters) :]
    if letters == "e" and not rest and place > 1 and word[place - 1] not in "aeiou" and not is_name:
        return "", ""
    if not is_name and letters in _BEFORE_E and _SILENT_E.fullmatch(rest):
        return _BEFORE_E[letters]
    if letters in _LONG and not rest:
        return _LONG[letters]
    if letters == "u" and not is_name and _OPEN.match(rest):
        return _LONG["u"]
    if letters == "a" and (_BEFORE_R.match(rest) or ((not is_name or place == 1) and _OPEN.match(rest))):
        return _LONG["a"]
    return _VOWELS[letters]


def _romanised(word: str, *, says_all: bool) -> str:
    """A word in Devanagari as Indians write it in Latin letters."""
    parts: list[tuple[str, str]] = []  # consonants and the vowel after them
    letters = unicodedata.normalize("NFD", word)
    for character in letters:
        _take(parts, character)
    written = "".join(
        consonant + _said(parts, place, says_all=says_all) for place, (consonant, _) in enumerate(parts)
    )
    return written[:1].upper() + written[1:]


_UNWRITTEN: Final = "\0"


def _take(parts: list[tuple[str, str]], character: str) -> None:
    if character in _LATIN_CONSONANTS:
        parts.append((_LATIN_CONSONANTS[character], _UNWRITTEN))
    elif character in _LATIN_VOWELS:
        parts.append(("", _LATIN_VOWELS[character]))
    elif character == NUKTA and parts:
        parts[-1] = (_LATIN_NUKTA.get(parts[-1][0], parts[-1][0]), parts[-1][1])
    elif character == VIRAMA and parts:
        parts[-1] = (parts[-1][0], "")
    elif character in _LATIN_SIGNS and parts:
        parts[-1] = (parts[-1][0], _LATIN_SIGNS[character])
    elif character in _NASALS:
        parts.append((_NASALS[character], ""))
    elif character.isascii():
        parts.append((character, ""))


def _said(parts: list[tuple[str, str]], place: int, *, says_all: bool) -> str:
    """A part's vowel; one that is not written is silent at the end, and between a vowel and a consonant with one."""
    vowel = parts[place][1]
    if vowel != _UNWRITTEN:
        return vowel
    is_last = place == len(parts) - 1
    if says_all or len(parts) == 1:
        return "a"
    if is_last:
        return "" if parts[place - 1][1] else "a"
    follows_nasal = not parts[place + 1][1]
    within = 0 < place and parts[place - 1][1] and parts[place + 1][1] not in ("", _UNWRITTEN)
    return "" if within and not follows_nasal else "a"
