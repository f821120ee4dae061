"""Which font draws which character: each script's own Noto font first, Noto Sans for the rest."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

from meshkit.errors import BackendUnavailable
from meshkit.languages import LANGUAGES

FALLBACK = "NotoSans"
_FILES = {
    "Latn": FALLBACK,
    "Deva": "NotoSansDevanagari",
    "Beng": "NotoSansBengali",
    "Taml": "NotoSansTamil",
    "Telu": "NotoSansTelugu",
    "Mlym": "NotoSansMalayalam",
    "Knda": "NotoSansKannada",
    "Gujr": "NotoSansGujarati",
    "Guru": "NotoSansGurmukhi",
    "Orya": "NotoSansOriya",
    "Arab": "NotoNaskhArabic",
}
# Naskh letters are small in their em: enlarged, they are as tall as those of the other scripts.
_SCALE = {"Noto Naskh Arabic": 1.25}
_SCRIPT = {language.code: language.script for language in LANGUAGES}


@dataclass(frozen=True, slots=True)
class Font:
    """One bold font file: its family's name, widths in ems, and libass's size for one em."""

    path: Path
    family: str
    advances: dict[int, float]
    # libass scales a font so that the ascent and descent of its OS/2 table fill the size, as VSFilter did.
    size_per_em: float

    def covers(self, character: str) -> bool:
        """Whether the font has a glyph for it."""
        return ord(character) in self.advances

    def width(self, text: str) -> float:
        """Ems across, without shaping: never less than the shaped text in these scripts."""
        return sum(self.advances.get(ord(character), 0.6) for character in text)


class FontBook:
    """The fonts of a folder, opened when first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def for_language(self, code: str) -> tuple[Font, ...]:
        """The fonts to try in order: the script's own, then Noto Sans, then those of the other scripts.

        Raises BackendUnavailable when a font file is missing.
        """
        own = _FILES[_SCRIPT.get(code, "Latn")]
        rest = (name for name in _FILES.values() if name not in (own, FALLBACK))
        return tuple(_open(self._folder / f"{name}-Bold.ttf") for name in _unique((own, FALLBACK, *rest)))


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


@lru_cache(maxsize=32)
def _open(path: Path) -> Font:
    if not path.is_file():
        raise BackendUnavailable("The subtitle fonts are not installed; `make models` fetches them.")
    with TTFont(path, lazy=True) as font:
        per_em, metrics, os2 = font["head"].unitsPerEm, font["hmtx"], font["OS/2"]
        family, scale = font["name"].getDebugName(1), _SCALE.get(font["name"].getDebugName(1), 1.0) / per_em
        advances = {code: metrics[glyph][0] * scale for code, glyph in font.getBestCmap().items()}
        return Font(path, family, advances, (os2.usWinAscent + os2.usWinDescent) * scale)
