"""The fonts on disk cover what the 13 languages write."""

from pathlib import Path

import pytest

from meshkit.errors import BackendUnavailable
from meshkit.languages import LANGUAGES
from services.video.studio.fonts import FontBook
from tests.services.video.studio.sentences import SENTENCES


def test_every_language_has_a_sentence() -> None:
    """The cases below are complete."""
    assert {language.code for language in LANGUAGES} == set(SENTENCES)


@pytest.mark.parametrize("code", SENTENCES)
def test_own_font_covers_the_language(fonts: FontBook, code: str) -> None:
    """Every character of a sentence, its punctuation, and ASCII digits are in the first font of its language."""
    own = fonts.for_language(code)[0]

    missing = [each for each in SENTENCES[code] + "0123456789" if each != " " and not own.covers(each)]
    assert [] == missing


@pytest.mark.parametrize("code", SENTENCES)
def test_every_other_script_can_be_mixed_in(fonts: FontBook, code: str) -> None:
    """Some font of the list covers each character of each other language."""
    chain = fonts.for_language(code)

    letters = set("".join(SENTENCES.values())) - {" "}
    assert [] == [each for each in letters if not any(font.covers(each) for font in chain)]


def test_families_differ_and_widths_are_sane(fonts: FontBook) -> None:
    """Names are what ASS will ask for; an em of Latin text is about half as wide as its letters are many."""
    chain = fonts.for_language("hi")

    assert ["Noto Sans Devanagari", "Noto Sans"] == [font.family for font in chain[:2]]
    assert 4 < chain[1].width("subtitles") < 5


def test_an_unknown_language_is_drawn_in_latin(fonts: FontBook) -> None:
    """A code that is none of the 13 is no error here."""
    assert "Noto Sans" == fonts.for_language("xx")[0].family


def test_missing_fonts(tmp_path: Path) -> None:
    """An empty folder is said."""
    with pytest.raises(BackendUnavailable):
        FontBook(tmp_path).for_language("en")
