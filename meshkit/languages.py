"""The 13 languages of the mesh, in every notation that callers use."""

from dataclasses import dataclass
from typing import Final

from meshkit.errors import InvalidInput

UNKNOWN_LANGUAGE: Final = "UNKNOWN_LANGUAGE"


@dataclass(frozen=True, slots=True)
class Language:
    """One language; `tag` is the notation of IndicTrans2 (FLORES-200), `script` is ISO 15924."""

    code: str
    iso639_3: str
    tag: str
    english_name: str
    native_name: str
    script: str
    right_to_left: bool = False


LANGUAGES: Final[tuple[Language, ...]] = (
    Language("en", "eng", "eng_Latn", "English", "English", "Latn"),
    Language("hi", "hin", "hin_Deva", "Hindi", "हिन्दी", "Deva"),
    Language("bn", "ben", "ben_Beng", "Bengali", "বাংলা", "Beng"),
    Language("ta", "tam", "tam_Taml", "Tamil", "தமிழ்", "Taml"),
    Language("te", "tel", "tel_Telu", "Telugu", "తెలుగు", "Telu"),
    Language("ml", "mal", "mal_Mlym", "Malayalam", "മലയാളം", "Mlym"),
    Language("kn", "kan", "kan_Knda", "Kannada", "ಕನ್ನಡ", "Knda"),
    Language("gu", "guj", "guj_Gujr", "Gujarati", "ગુજરાતી", "Gujr"),
    Language("mr", "mar", "mar_Deva", "Marathi", "मराठी", "Deva"),
    Language("pa", "pan", "pan_Guru", "Punjabi", "ਪੰਜਾਬੀ", "Guru"),
    Language("or", "ory", "ory_Orya", "Odia", "ଓଡ଼ିଆ", "Orya"),
    Language("as", "asm", "asm_Beng", "Assamese", "অসমীয়া", "Beng"),
    Language("ur", "urd", "urd_Arab", "Urdu", "اردو", "Arab", right_to_left=True),
)

_BY_NAME: Final = {
    name.lower(): language
    for language in LANGUAGES
    for name in (language.code, language.iso639_3, language.tag)
}


def find_language(name: str) -> Language | None:
    """Find a language by ISO 639-1 code, ISO 639-3 code or model tag, in any case of letters.

    White space around the name is ignored. Answers None for anything else.
    """
    return _BY_NAME.get(name.strip().lower())


def not_in_its_script(language: Language | None) -> str:
    """What a caller is told whose text is in an Indian language and in Latin letters, which no model reads."""
    name = language.english_name if language else "an Indian language"
    return (
        f"The text looks like {name} in Latin letters, which is not translated: write it in its own script, or give "
        "source_language `en` if it is English."
    )


def require_language(name: str, field: str) -> Language:
    """Find a language like `find_language`, or raise InvalidInput (UNKNOWN_LANGUAGE) that names `field`."""
    language = find_language(name)
    if language is None:
        known = ", ".join(each.code for each in LANGUAGES)
        raise InvalidInput(
            f"{field}: no such language; the languages are {known}.", field=field, reason=UNKNOWN_LANGUAGE
        )
    return language
