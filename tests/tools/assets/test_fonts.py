"""The fonts carry the names that subtitles ask for, their script and Latin, and their shaping tables."""

import pytest
from fontTools.ttLib import TTFont

from tools.assets.fonts import SCRIPTS
from tools.assets.recipes import ROOT

FONTS = ROOT / "models" / "fonts"

# File stem → (family, a word of each language it must be able to write)
FAMILIES = {
    "NotoSans": ("Noto Sans", "Café"),
    "NotoSansBengali": ("Noto Sans Bengali", "কুকুর অসমীয়া ৰ ৱ"),
    "NotoSansDevanagari": ("Noto Sans Devanagari", "कुत्ता । मराठी ळ"),
    "NotoSansGujarati": ("Noto Sans Gujarati", "કૂતરો"),
    "NotoSansGurmukhi": ("Noto Sans Gurmukhi", "ਕੁੱਤਾ"),
    "NotoSansKannada": ("Noto Sans Kannada", "ನಾಯಿ"),
    "NotoSansMalayalam": ("Noto Sans Malayalam", "നായ ൺ"),
    "NotoSansOriya": ("Noto Sans Oriya", "କୁକୁର"),
    "NotoSansTamil": ("Noto Sans Tamil", "நாய்"),
    "NotoSansTelugu": ("Noto Sans Telugu", "కుక్క"),
    "NotoNaskhArabic": ("Noto Naskh Arabic", "کتا ٹھیک ڑ ے ۔ ؟"),
}
LATIN = "Hello, World! 0123456789 (a-b) “quoted” — …'"


@pytest.mark.parametrize("style", ["Regular", "Bold"])
@pytest.mark.parametrize("stem", FAMILIES)
def test_names_and_characters(stem: str, style: str) -> None:
    """Libass finds the font by family and weight; script and Latin need no fallback font."""
    font = TTFont(FONTS / f"{stem}-{style}.ttf")
    family, words = FAMILIES[stem]
    names = [font["name"].getDebugName(number) for number in (1, 2)]
    missing = [letter for letter in words + LATIN if ord(letter) not in font.getBestCmap()]

    assert [family, style] == names
    assert {"Regular": 400, "Bold": 700}[style] == font["OS/2"].usWeightClass
    assert [] == missing


@pytest.mark.parametrize(
    ("stem", "tag"),
    [
        ("NotoSansBengali", "bng2"),
        ("NotoSansDevanagari", "dev2"),
        ("NotoSansGujarati", "gjr2"),
        ("NotoSansGurmukhi", "gur2"),
        ("NotoSansKannada", "knd2"),
        ("NotoSansMalayalam", "mlm2"),
        ("NotoSansOriya", "ory2"),
        ("NotoSansTamil", "tml2"),
        ("NotoSansTelugu", "tel2"),
        ("NotoNaskhArabic", "arab"),
    ],
)
def test_shaping_survives_the_merge(stem: str, tag: str) -> None:
    """The script's substitution rules are still there, beside those of Latin."""
    records = TTFont(FONTS / f"{stem}-Bold.ttf")["GSUB"].table.ScriptList.ScriptRecord
    scripts = {record.ScriptTag for record in records}

    assert tag in scripts


def test_every_family_comes_with_its_licence() -> None:
    """The OFL asks for it."""
    licences = list((FONTS / "licences").iterdir())

    assert len(SCRIPTS) == len(licences)
    assert [] == [path.name for path in licences if "SIL Open Font License" not in path.read_text()]
