"""Texts in another Brahmic script: what is accepted, and what each text comes to."""

import pytest

from meshkit.errors import InvalidInput
from services.translator.texts import Failure
from services.translator.transliteration import Script, Transliteration, require_script, transliterate_all


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("hi", Script("Deva")),
        ("Taml", Script("Taml")),
        ("MLYM", Script("Mlym")),
        (" ben_Beng ", Script("Beng")),
        ("Beng", Script("Beng")),
        ("as", Script("Beng", assamese=True)),
        ("asm", Script("Beng", assamese=True)),
    ],
)
def test_a_script_goes_by_its_code_or_a_language(name: str, expected: Script) -> None:
    """In any notation and any case of letters; Assamese is Bengali's script written its own way."""
    assert expected == require_script(name, "target")


@pytest.mark.parametrize("name", ["en", "ur", "Latn", "", "Devanagari", "zz"])
def test_other_scripts_are_refused(name: str) -> None:
    """The error names the field and the nine scripts."""
    with pytest.raises(InvalidInput) as info:
        require_script(name, "target")

    assert ("target", "UNKNOWN_SCRIPT") == (info.value.field, info.value.reason)
    assert "Deva" in info.value.message


def test_each_text_has_its_outcome_in_its_place() -> None:
    """With `auto`, the script is that of most letters of each text; what has none fails alone."""
    texts = ["कमल", "ராம்", " ", "x" * 2001, "hello", "123"]

    outcomes = transliterate_all(texts, None, Script("Beng"))

    written = [each for each in outcomes if isinstance(each, Transliteration)]
    assert [Transliteration("কমল", "Deva", "Beng"), "Taml"] == [written[0], written[1].source]
    reasons = [each.reason for each in outcomes if isinstance(each, Failure)]
    assert ["EMPTY_TEXT", "TEXT_TOO_LONG", "UNDETECTED_SCRIPT", "UNDETECTED_SCRIPT"] == reasons


def test_a_given_source_is_believed() -> None:
    """Letters of other scripts stay."""
    assert [Transliteration("hello কমল", "Deva", "Beng")] == transliterate_all(
        ["hello कमल"], Script("Deva"), Script("Beng")
    )


def test_assamese_has_letters_of_its_own() -> None:
    """र is ৰ in Assam."""
    texts = ["राम"]

    bengali, assamese = (transliterate_all(texts, None, Script("Beng", each))[0] for each in (False, True))

    assert ["রাম", "ৰাম"] == [each.text for each in (bengali, assamese) if isinstance(each, Transliteration)]
