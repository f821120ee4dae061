"""Between Devanagari and the other eight Brahmic scripts, letter by letter: what the models read and write.

The models know one script for all: each letter of another script is given to them as the letter at the same offset
of the Devanagari block, and what they write is read back likewise. Letters past the common part of a block (Malayalam's
chillus, Gurmukhi's tippi and addak, Assamese ৰ and ৱ) stay as they are. That mapping is fixed by their training.

Only where it leads to a code point without a character does this module choose: the nearest letter that the script
has. `orthography` is what a reader wants who asks for another script.
"""

import unicodedata
from typing import Final

from indictext.scripts import BLOCKS, COMMON, DANDA_OFFSETS, NUKTA, VIRAMA, is_assigned

_DEVANAGARI: Final = BLOCKS["Deva"]

# What stands for a letter of Devanagari in a script that lacks it, in Devanagari again; nothing for all others.
_NEAREST: Final = {
    "ऀ": "ँ", "ँ": "ं", "ऄ": "अ", "ॐ": "ओं", "ॏ": "ौ", "ऻ": "ा", "ॎ": "े",
    "ऋ": "रि", "ॠ": "री", "ऌ": "लृ", "ॡ": "लॄ", "ृ": "्रि", "ॄ": "्री", "ॢ": "्लृ", "ॣ": "्लॄ",
    "ऍ": "ऎ", "ऎ": "ए", "ऑ": "आ", "ऒ": "ओ", "ॅ": "ॆ", "ॆ": "े", "ॉ": "ा", "ॊ": "ो",
    **dict.fromkeys("खगघ", "क"), **dict.fromkeys("छझ", "च"), **dict.fromkeys("ठडढ", "ट"),
    **dict.fromkeys("थदध", "त"), **dict.fromkeys("फबभ", "प"),
    "ळ": "ल", "व": "ब", "ष": "स" + NUKTA,
    # Letters with a nukta: the letter and the nukta.
    **{chr(code): unicodedata.normalize("NFD", chr(code)) for code in (0x929, 0x931, 0x934, *range(0x958, 0x960))},
}  # fmt: skip
_RRA, _RHA, _YYA = "\u095c", "\u095d", "\u095f"
# Tamil has no letter for श in common use, so the models were trained with ஷ; Gurmukhi writes ढ़ as ੜ੍ਹ.
_OVERRULED: Final = {("Taml", "श"): "ष", ("Guru", _RHA): _RRA + VIRAMA + "ह"}
# A letter and its nukta that are one letter in a script, and the only one that its readers know.
_COMPOSED: Final = {
    "Guru": {"ड" + NUKTA: _RRA, "ढ" + NUKTA: _RHA},
    "Orya": {"य" + NUKTA: _YYA},
}


def _to_devanagari(script: str) -> dict[int, int]:
    return {BLOCKS[script] + offset: _DEVANAGARI + offset for offset in COMMON}


def _letter(character: str, script: str) -> str:
    """One character of Devanagari in a script, or what is nearest."""
    offset = ord(character) - _DEVANAGARI
    nearest = _OVERRULED.get((script, character))
    if nearest is None:
        if offset not in COMMON or is_assigned(BLOCKS[script] + offset):
            return chr(BLOCKS[script] + offset)
        nearest = _NEAREST.get(character, "")
    return "".join(_letter(each, script) for each in nearest)


def _from_devanagari(script: str) -> dict[int, str]:
    offsets = [offset for offset in COMMON if offset not in DANDA_OFFSETS]
    return {_DEVANAGARI + offset: _letter(chr(_DEVANAGARI + offset), script) for offset in offsets}


_INTO: Final = {script: _to_devanagari(script) for script in BLOCKS}
_OUT_OF: Final = {script: _from_devanagari(script) for script in BLOCKS}


def to_devanagari(text: str, script: str) -> str:
    """The text with each letter of a Brahmic script as Devanagari's at the same offset."""
    return text.translate(_INTO[script])


def from_devanagari(text: str, script: str) -> str:
    """The text with each letter of Devanagari as the script's at the same offset, or the nearest that it has."""
    if script == "Deva":
        return text
    text = unicodedata.normalize("NFC", text)
    for pair, letter in _COMPOSED.get(script, {}).items():
        text = text.replace(pair, letter)
    return text.translate(_OUT_OF[script])
