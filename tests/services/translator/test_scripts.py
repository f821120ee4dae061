"""The script of most letters."""

import pytest

from meshkit.languages import LANGUAGES, Language
from services.translator.scripts import dominant_script, script_of_letter


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_a_native_name_shows_its_script(language: Language) -> None:
    """Each of the 13 is recognised by the letters of its own name."""
    assert language.script == dominant_script(language.native_name)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("", ""),
        ("123 — 😀 ।", ""),
        ("Ｈｅｌｌｏ", "Latn"),
        ("𝓗𝓮𝓵𝓵𝓸", "Latn"),
        ("Привет", "Cyrl"),
        ("你好", "Hani"),
        ("สวัสดี", "Thai"),
        ("ᏣᎳᎩ", "Zzzz"),
        ("Bruno बहुत आलसी है", "Deva"),
        ("Bruno the dog है", "Latn"),
        ("ab कख", "Latn"),
        ("١٢٣", ""),
    ],
)
def test_most_letters_decide(text: str, script: str) -> None:
    """Digits, signs and emoji do not count; the earlier script wins a tie."""
    assert script == dominant_script(text)


@pytest.mark.parametrize("sign", ["\u093f", "\u0964", "\u200d", "5", " "])
def test_signs_are_no_letters(sign: str) -> None:
    """Vowel signs, dandas, joiners, digits and spaces are of no script."""
    assert not script_of_letter(sign)
