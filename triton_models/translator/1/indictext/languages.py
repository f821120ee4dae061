"""The 13 languages by their tags, and the script that each is written in."""

from typing import Final

LATIN: Final = "Latn"
ARABIC: Final = "Arab"

# FLORES-200 tags, as the vocabularies of IndicTrans2 hold them.
TAGS: Final = (
    "asm_Beng",
    "ben_Beng",
    "eng_Latn",
    "guj_Gujr",
    "hin_Deva",
    "kan_Knda",
    "mal_Mlym",
    "mar_Deva",
    "ory_Orya",
    "pan_Guru",
    "tam_Taml",
    "tel_Telu",
    "urd_Arab",
)


def script_of(tag: str) -> str:
    """The ISO 15924 code of a tag's script.

    Raises ValueError for a tag that is none of the 13.
    """
    if tag not in TAGS:
        raise ValueError(f"{tag!r} is none of the language tags {', '.join(TAGS)}")
    return tag.partition("_")[2]
