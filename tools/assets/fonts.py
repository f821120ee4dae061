"""Turns the fonts' web files into TrueType files that libass finds by family name.

A package holds one font cut into subsets: its script, Latin and extended Latin. Each becomes one merged file, so that
a line that mixes scripts ("Bruno का दिन, 7 am") needs no fallback font. Merging leaves glyph choice and positions of
both parts as they were (checked with HarfBuzz on conjuncts of every script); the tests keep an eye on it.
"""

import logging
import shutil
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

WEIGHTS = (400, 700)

# Package slug → the subset of its own script ("" where that is Latin itself).
SCRIPTS = {
    "fontsource-noto-sans": "",
    "fontsource-noto-sans-bengali": "bengali",
    "fontsource-noto-sans-devanagari": "devanagari",
    "fontsource-noto-sans-gujarati": "gujarati",
    "fontsource-noto-sans-gurmukhi": "gurmukhi",
    "fontsource-noto-sans-kannada": "kannada",
    "fontsource-noto-sans-malayalam": "malayalam",
    "fontsource-noto-sans-oriya": "oriya",
    "fontsource-noto-sans-tamil": "tamil",
    "fontsource-noto-sans-telugu": "telugu",
    "fontsource-noto-naskh-arabic": "arabic",
}

_POSTSCRIPT_NAME = 6


def make_fonts(work: Path, output: Path) -> None:
    """Write `<PostScript name>.ttf` for each script and weight, and each family's licence, into `output`."""
    # A folder of their own: libass tries to open every file beside the fonts as a font.
    licences = output / "licences"
    licences.mkdir()
    fonts = [_subsets(work, slug, script, weight) for slug, script in SCRIPTS.items() for weight in WEIGHTS]
    with ProcessPoolExecutor() as pool:  # about half a second of computing each
        list(pool.map(_make_font, fonts, repeat(output)))
    for slug in SCRIPTS:
        shutil.copy(work / slug / "package" / "LICENSE", licences / f"{slug.removeprefix('fontsource-')}.txt")


def _subsets(work: Path, slug: str, script: str, weight: int) -> list[str]:
    # The script comes first: names, metrics and line height are taken from the first file.
    subsets = [*([script] if script else []), "latin", "latin-ext"]
    folder, base = work / slug / "package" / "files", slug.removeprefix("fontsource-")
    return [str(folder / f"{base}-{subset}-{weight}-normal.woff2") for subset in subsets]


def _make_font(parts: list[str], output: Path) -> None:
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # a merge warns of every table it drops
    font: TTFont = Merger().merge(parts)
    font.flavor = None  # plain TrueType: FreeType reads no woff2 without brotli
    font.save(output / f"{font['name'].getDebugName(_POSTSCRIPT_NAME)}.ttf")
