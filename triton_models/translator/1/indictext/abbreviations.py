"""Words whose full stop does not end a sentence: abbreviations and initials of the 13 languages."""

import unicodedata
from typing import Final

from indictext.scripts import BLOCKS

_ENGLISH: Final = """
adm approx asst ave bros capt cf cmdr co col corp dept dr drs ed esq est fr gen gov hon inc insp jr lt ltd maj
messrs mr mrs ms mt prof pvt rep rev rs sen sgt shri smt sr st supt viz vs
jan feb mar apr jun jul aug sep sept oct nov dec
"""
_BEFORE_NUMBERS: Final = frozenset(("art", "ch", "fig", "no", "nos", "p", "pp", "sec", "vol"))

# Titles and units, and the names of English letters, which stand for initials.
_INDIAN: Final = """
डॉ श्री श्रीमती सुश्री प्रो पं रु रू स्व कं प्रा लि उदा अ‍ॅड ॲड एड क्र पृ
ए बी सी डी ई एफ एच आई आय जे के एल एम एन ओ क्यू आर एस टी यू वी व्ही डब्ल्यू एक्स वाई वाय ज़ेड झेड
ডঃ ডক্টর মোঃ শ্রী শ্রীমতী প্রফে কোং খ্রি খ্রিঃ এফ এইচ আই জে কে এল এম এন আর এস
ਡਾ ਸ੍ਰੀ ਸ੍ਰੀਮਤੀ ਪ੍ਰੋ ਸ੍ਰ ਐਫ ਐਚ ਆਈ ਐਲ ਐਮ ਐਨ ਆਰ ਐਸ
ડૉ ડો શ્રી શ્રીમતી પ્રો રૂ સ્વ એફ એચ આઈ એલ એમ એન આર એસ
ଡଃ ଶ୍ରୀ ଶ୍ରୀମତୀ ପ୍ରଫେ ଏଫ ଏଚ ଆଇ ଏଲ ଏମ ଏନ ଆର ଏସ
திரு திருமதி டாக்டர் பேரா எம் எஸ் எல் என் ஆர் எஃப் எச் எக்ஸ்
డా శ్రీ శ్రీమతి ప్రొ రూ ఎం ఎస్ ఎల్ ఎన్ ఆర్ ఎఫ్ హెచ్
ಡಾ ಶ್ರೀ ಶ್ರೀಮತಿ ಪ್ರೊ ರೂ ಎಂ ಎಸ್ ಎಲ್ ಎನ್ ಆರ್ ಎಫ್ ಹೆಚ್
ഡോ ശ്രീ ശ്രീമതി പ്രൊഫ രൂ എം എസ് എൽ എൻ ആർ എഫ് എച്ച്
اے بی سی ڈی ای ایف جی ایچ آئی جے ایل ایم این او پی کیو آر ایس ٹی یو وی ڈبلیو
"""
# Words of one syllable that end sentences; any other before a full stop is an initial.
_SHORT_WORDS: Final = """
है हैं हूँ हूं हो था थे थी थीं दो लो जा आ ना भी ही का की को से में ने जी गा गे गी तो ती ते मी ये घे दे ले
না হ্যাঁ কি কী নি যা খা দে নে
ਹੈ ਹਾਂ ਸੀ ਨਾ ਜੀ ਦੇ ਲੈ ਜਾ ਦਾ ਦੀ ਨੂੰ
છે છું છો હા ના હું તે એ જી થા જા દે લે
ନା ହଁ ଯା ଦେ
வா போ நீ தா
రా పో
ಬಾ ಹೋ
വാ പോ
"""
_ABBREVIATIONS: Final = frozenset(unicodedata.normalize("NFC", _ENGLISH + _INDIAN).split())
_NOT_INITIALS: Final = frozenset(unicodedata.normalize("NFC", _SHORT_WORDS).split())
_LONGEST_PART: Final = 4
_FIRST, _LAST = BLOCKS["Deva"], BLOCKS["Mlym"] + 0x7F
_VIRAMA_CLASS: Final = 9


def is_abbreviation(word: str, following: str) -> bool:
    """Whether a full stop after `word` belongs to it; `following` is what the text goes on with."""
    word = unicodedata.normalize("NFC", word).lower()
    if word in _ABBREVIATIONS or (word in _BEFORE_NUMBERS and following[:1].isdecimal()):
        return True
    parts = word.split(".")
    is_dotted = len(parts) > 1 and all(
        0 < len(part) <= _LONGEST_PART and part.isidentifier() for part in parts
    )
    return is_dotted or _is_initial(word)


def _is_initial(word: str) -> bool:
    if len(word) == 1 and word.isascii():
        return word.isalpha()
    is_brahmic = all(_FIRST <= ord(character) <= _LAST for character in word)
    return is_brahmic and word not in _NOT_INITIALS and _syllables(word) == 1


def _syllables(word: str) -> int:
    """How many letters a word has that no virama ties to the one before."""
    previous = ("", *word)
    return sum(
        unicodedata.category(letter) == "Lo" and not _is_virama(before)
        for before, letter in zip(previous, word, strict=False)
    )


def _is_virama(character: str) -> bool:
    return bool(character) and unicodedata.combining(character) == _VIRAMA_CLASS
