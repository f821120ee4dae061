"""Which espeak-ng voice speaks which part of a text that mixes scripts."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from services.speech.spoken import Spoken

# espeak-ng switches to the right language by itself, within the sentence, at words of these scripts.
_EVERY_VOICE = frozenset(
    {"LATIN", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "TAMIL", "KANNADA", "MALAYALAM"}
)
_ANY_SCRIPT = frozenset({"MODIFIER", "FEMININE", "MASCULINE", "MICRO"})  # first words of names: ʼ ª º µ

# Words of these it spells letter by letter ("Telugu letter na …") unless a voice of their own speaks them.
_OWN_VOICE = {
    "TELUGU": "te",
    "ORIYA": "or",
    "ARABIC": "ur",
    "SINHALA": "si",
    "CYRILLIC": "ru",
    "GREEK": "el",
    "HEBREW": "he",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
    "ETHIOPIC": "am",
    "THAI": "th",
    "MYANMAR": "my",
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "cmn",
}


def voice_runs(said: Spoken, language: str) -> Iterator[tuple[str, Spoken]]:
    """Split a text into runs, each with the language of the voice that speaks it.

    Digits, signs and spaces stay with the run before them. Letters of a script that no voice knows are left out.
    """
    languages = _languages(said.text, language)
    for voice, group in groupby(range(len(said.text)), key=languages.__getitem__):
        positions = list(group)
        run = said.part(positions[0], positions[-1] + 1)
        if voice is not None and run.speakable:
            yield voice, run


def _languages(text: str, language: str) -> list[str | None]:
    """The voice's language of each character; None where no voice knows it."""
    current: str | None = language
    languages = []
    for char in text:
        if char.isalpha():
            current = _language_of(char, language)
        elif char.isdigit():
            current = language
        languages.append(current)
    return languages


@lru_cache(maxsize=4096)
def _language_of(char: str, language: str) -> str | None:
    script = unicodedata.name(char, "").split(" ")[0].split("-")[0]
    if script in _EVERY_VOICE or script in _ANY_SCRIPT:
        return language
    return _OWN_VOICE.get(script)
