"""Between any two Brahmic scripts for a reader: names and words as the other script's readers spell them.

It maps letters as `transliteration` does, through Devanagari, and minds how a script writes

- a nasal before a stop: by a dot in Devanagari, Gujarati, Gurmukhi, Telugu and Kannada, by the nasal of the stop's own
  row in Tamil, and in Bengali, Odia (but before k, g) and Malayalam (also not before p, b) (घंटा, ঘণ্টা);
- a double consonant in Gurmukhi: by addak, before nasals by tippi (कुत्ता, ਕੁੱਤਾ);
- ya in Bengali and Odia: য and ଯ begin a word, য় and ୟ stand within one (माया, মায়া);
- wa: ৱ in Assamese, ୱ in Odia; Bengali has ব alone. Assamese writes ra as ৰ;
- a bare t in Bengali: ৎ, where it is no part of a conjunct;
- n in Tamil: ந begins a word or stands before த, ன stands elsewhere;
- consonants without a vowel in Malayalam: by chillus (പാർക്ക്); it has no nukta, but another sign in its place.

It does not know how words sound: a vowel that is written stays, even one that Hindi's speakers drop (राम, রাম, ராம).
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from indictext.scripts import BLOCKS, MARKS, NUKTA, VIRAMA
from indictext.transliteration import from_devanagari, to_devanagari

Rule = tuple[re.Pattern[str], str]

_ROWS: Final = {"ङ": "कखगघ", "ञ": "चछजझ", "ण": "टठडढ", "न": "तथदध", "म": "पफबभ"}
_ASPIRATES: Final = dict(zip("खघछझठढथधफभ", "कगचजटडतदपब", strict=True))
_WITHIN: Final = rf"(?<=[\w{MARKS}])"
_CHILLUS: Final = {"ണ": "ൺ", "ന": "ൻ", "ര": "ർ", "ല": "ൽ", "ള": "ൾ"}


def _plain(replacements: dict[str, str]) -> list[Rule]:
    return [(re.compile(old), new) for old, new in replacements.items()]


def _dotted() -> list[Rule]:
    """The nasal of a stop's row as a dot."""
    return [(re.compile(f"{nasal}{VIRAMA}(?=[{row}])"), "ं") for nasal, row in _ROWS.items()]


def _written_out(nasals: str, dots: str = "ं") -> list[Rule]:
    """A dot as the nasal of the stop's row, for the rows of these nasals."""
    return [(re.compile(f"[{dots}](?=[{_ROWS[nasal]}])"), nasal + VIRAMA) for nasal in nasals]


def _ya_within(after_virama: bool) -> list[Rule]:
    past = "" if after_virama else f"(?<!{VIRAMA})"
    return [(re.compile(f"{_WITHIN}{past}य(?!{NUKTA})"), "य" + NUKTA)]


def _doubled() -> list[Rule]:
    pairs = "|".join(f"{plain}{VIRAMA}(?={aspirate})" for aspirate, plain in _ASPIRATES.items())
    return [
        (re.compile(rf"{_WITHIN}(?:([कगचजटडतदपबयलवशस]){VIRAMA}(?=\1)|{pairs})"), "ੱ"),
        (re.compile(rf"{_WITHIN}([नम]){VIRAMA}(?=\1)"), "ं"),
    ]


# What a script wants of the Devanagari that its text is made from.
_BEFORE: Final[dict[str, list[Rule]]] = {
    "Deva": _dotted(),
    "Beng": [*_written_out("ञणनम"), *_ya_within(after_virama=False), *_plain({f"त{VIRAMA}(?![तथनबमयरव])": "ৎ"})],
    "Guru": [*_plain({"ँ": "ं"}), *_dotted(), *_doubled()],
    "Gujr": [*_plain({"ँ": "ं"}), *_dotted()],
    "Orya": [*_written_out("ञणनम"), *_ya_within(after_virama=True), *_plain({"व": "ୱ"})],
    "Taml": [
        *_written_out("ङञणनम", dots="ंँ"),
        *_plain({"ँ": "ऩ" + VIRAMA, "ं": "म" + VIRAMA, "ृ": "िरु"}),
        (re.compile(f"{_WITHIN}न(?!{VIRAMA}?[तथदध])"), "ऩ"),
    ],
    "Telu": [*_plain({"ँ": "ं", "ऩ": "न", "ऱ": "र", "ऴ": "ळ"}), *_dotted()],
    "Knda": [*_plain({"ँ": "ं", "ऩ": "न", "ऱ": "र", "ऴ": "ळ"}), *_dotted()],
    "Mlym": [*_plain({NUKTA: "", "ँ": "ं", "ऩ": "न", "ऑ": "ओ", "ॉ": "ो"}), *_written_out("ञणन")],
}  # fmt: skip

# What it wants of its own letters.
_AFTER: Final[dict[str, list[Rule]]] = {
    # Tippi after a consonant, the signs of i, u and uu, and a and i; bindi elsewhere.
    "Guru": [(re.compile("(?<=[\u0a15-\u0a39\u0a59-\u0a5e\u0a3c\u0a3f\u0a41\u0a42\u0a05\u0a07])\u0a02"), "\u0a70")],
    "Mlym": [
        (re.compile("ര്(?=[ക-നപ-മല-ഹ])"), "ർ"),
        *((re.compile(rf"{letter}്(?![\w{MARKS}])"), chillu) for letter, chillu in _CHILLUS.items()),
    ],
}  # fmt: skip
_ASSAMESE: Final = _plain({"र": "ৰ", "व": "ৱ"})

# Letters past the common part of a block, and those whose offset tells too little, in Devanagari.
_INTO: Final[dict[str, list[Rule]]] = {
    "Beng": _plain({"ৰ": "र", "ৱ": "व", "ৎ": "त" + VIRAMA, "য\u09bc": "य"}),
    "Guru": _plain({
        "ਸ\u0a3c": "श", "ਲ\u0a3c": "ळ", "ੜ\u0a4dਹ": "ढ" + NUKTA, "ੵ": VIRAMA + "य", "ੲ": "इ", "ੳ": "उ",
        "ੰ(?=ਨ)": "न" + VIRAMA, "ੰ(?=ਮ)": "म" + VIRAMA, "ੰ": "ं",
    }),
    "Orya": _plain({"ୟ": "य", "ୱ": "व"}),
    "Knda": _plain({"ೞ": "ऴ"}),
    "Mlym": _plain({f"{chillu}്?": letter + "്" for letter, chillu in {**_CHILLUS, "ക": "ൿ"}.items()}),
}  # fmt: skip
_ADDAK: Final = re.compile("ੱ([क-ह]?)")


def transliterate(text: str, source: str, target: str, *, assamese: bool = False) -> str:
    """The letters of one Brahmic script in another's; everything else stays.

    Scripts are ISO 15924 codes: Deva, Beng, Guru, Gujr, Orya, Taml, Telu, Knda, Mlym. With `assamese` the target
    Beng is written as in Assam. Tamil as a target keeps no difference between क ख ग घ, nor in the other rows.

    Raises ValueError for any other script.
    """
    for script in (source, target):
        if script not in BLOCKS:
            raise ValueError(f"{script!r} is none of the scripts {', '.join(BLOCKS)}")
    if source == target:
        return text
    pivot = _into_devanagari(unicodedata.normalize("NFC", text), source)
    return unicodedata.normalize("NFC", _out_of_devanagari(pivot, target, assamese=assamese))


def _into_devanagari(text: str, script: str) -> str:
    text = to_devanagari(_applied(_INTO.get(script, ()), text), script)
    text = unicodedata.normalize("NFC", text)
    return _ADDAK.sub(_without_addak, text) if script == "Guru" else text


def _without_addak(match: re.Match[str]) -> str:
    letter = match[1]
    return _ASPIRATES.get(letter, letter) + VIRAMA + letter if letter else ""


def _out_of_devanagari(text: str, script: str, *, assamese: bool) -> str:
    text = _applied(_BEFORE[script], text)
    if assamese and script == "Beng":
        text = _applied(_ASSAMESE, text)
    return _applied(_AFTER.get(script, ()), from_devanagari(text, script))


def _applied(rules: Sequence[Rule], text: str) -> str:
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    return text
