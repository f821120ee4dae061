"""Which language each text is translated from, or why none."""

from collections.abc import Sequence
from typing import Final

from indictext import Piece

from meshkit.languages import Language, not_in_its_script
from services.translator.detection import Detected, LanguageDetector
from services.translator.romanised import has_english
from services.translator.scripts import LATIN, NO_LETTERS
from services.translator.texts import Failure

Source = Language | Failure

UNDETECTED: Final = Failure(
    "UNDETECTED_LANGUAGE",
    "The language of the text is none of the 13; give source_language.",
    "source_language",
)


def source_of(found: Detected) -> Source:
    """The language that was detected; a failure for none, and for one in letters that no model reads."""
    if found.language is None:
        return UNDETECTED
    if found.romanised:
        return Failure("ROMANISED_TEXT", not_in_its_script(found.language), "text")
    return found.language


def given_source(found: Detected, source: Language) -> Source:
    """The language that a caller gave for a text; a failure where it is one in Latin letters that only English has."""
    return source_of(found) if found.romanised and source.script != LATIN else source


def given_sources_of_pieces(
    detector: LanguageDetector, pieces: Sequence[Piece], source: Language, target: Language
) -> Sequence[Source]:
    """Each piece's source where a caller gave one; the target for a piece without letters: it stays as it is."""
    found = (detector.detect(piece.text) for piece in pieces)
    return [target if each.script == NO_LETTERS else given_source(each, source) for each in found]


def sources_of_pieces(
    detector: LanguageDetector, whole: Detected, pieces: Sequence[Piece], target: Language
) -> Sequence[Source]:
    """Each piece's source where `whole` was detected; the target for a piece without letters.

    A piece in the document's script is of the document's language: one sentence alone tells too little. A romanised
    piece is a failure all the same, and one with English in it is not for being among such.
    """
    return [_of_piece(piece.text, detector.detect(piece.text), whole, target) for piece in pieces]


def _of_piece(text: str, found: Detected, whole: Detected, target: Language) -> Source:
    if found.script == NO_LETTERS:
        return target
    is_its_own = found.romanised or (whole.romanised and has_english(text))
    return source_of(found if is_its_own or found.script != whole.script else whole)
