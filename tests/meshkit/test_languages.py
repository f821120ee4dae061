"""The table of languages and the ways to look one up."""

import unicodedata
from dataclasses import FrozenInstanceError

import pytest

from meshkit.errors import InvalidInput
from meshkit.languages import LANGUAGES, Language, find_language, require_language

CODES = ["en", "hi", "bn", "ta", "te", "ml", "kn", "gu", "mr", "pa", "or", "as", "ur"]
SCRIPT_NAMES = {
    "Latn": "LATIN",
    "Deva": "DEVANAGARI",
    "Beng": "BENGALI",
    "Taml": "TAMIL",
    "Telu": "TELUGU",
    "Mlym": "MALAYALAM",
    "Knda": "KANNADA",
    "Gujr": "GUJARATI",
    "Guru": "GURMUKHI",
    "Orya": "ORIYA",
    "Arab": "ARABIC",
}


def test_the_table_holds_the_thirteen() -> None:
    """The 13 languages stand in their fixed order."""
    codes = [language.code for language in LANGUAGES]

    assert CODES == codes


def test_only_urdu_runs_from_right_to_left() -> None:
    """Right-to-left is said of Urdu alone."""
    right_to_left = [language.code for language in LANGUAGES if language.right_to_left]

    assert ["ur"] == right_to_left


@pytest.mark.parametrize("language", LANGUAGES, ids=CODES)
def test_a_tag_is_made_of_its_parts(language: Language) -> None:
    """A tag is the ISO 639-3 code and the script."""
    assert f"{language.iso639_3}_{language.script}" == language.tag


@pytest.mark.parametrize("language", LANGUAGES, ids=CODES)
def test_a_native_name_is_in_its_own_script(language: Language) -> None:
    """Each letter of a native name is of the language's script."""
    scripts = {unicodedata.name(letter).split()[0] for letter in language.native_name}

    assert {SCRIPT_NAMES[language.script]} == scripts


@pytest.mark.parametrize("language", LANGUAGES, ids=CODES)
def test_every_notation_finds_the_language(language: Language) -> None:
    """Code, ISO 639-3 and tag find the language, in any case and with white space around."""
    names = [language.code, language.iso639_3, language.tag]
    found = [find_language(form) for name in names for form in (name, name.upper(), f" {name.lower()}\n")]

    assert [language] * 9 == found


@pytest.mark.parametrize("name", ["", " ", "fr", "hin_Latn", "hindi", "auto", "हिन्दी", "en-US"])
def test_other_names_find_nothing(name: str) -> None:
    """What is no notation of the 13 is not guessed."""
    assert find_language(name) is None


def test_a_required_language_is_answered() -> None:
    """A known language is the answer itself."""
    assert find_language("mr") == require_language("MAR", "target_language")


def test_an_unknown_required_language_names_field_and_choices() -> None:
    """The error names the field and lists the 13, and never repeats the caller's text."""
    with pytest.raises(InvalidInput) as caught:
        require_language("<klingon>", "target_language")

    error = caught.value
    assert ("target_language", "UNKNOWN_LANGUAGE") == (error.field, error.reason)
    assert "target_language" in error.message
    assert ", ".join(CODES) in error.message
    assert "klingon" not in error.message


def test_a_language_cannot_be_changed() -> None:
    """The table is frozen."""
    with pytest.raises(FrozenInstanceError):
        LANGUAGES[0].code = "xx"  # type: ignore[misc]
