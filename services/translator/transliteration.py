"""Texts from one Brahmic script to another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from indictext import transliterate
from indictext.scripts import BLOCKS

from meshkit.errors import InvalidInput
from meshkit.languages import find_language
from services.translator import metrics
from services.translator.scripts import dominant_script
from services.translator.texts import EMPTY, MAX_TEXT_CHARACTERS, TOO_LONG, Failure

UNKNOWN_SCRIPT: Final = "UNKNOWN_SCRIPT"
_UNDETECTED: Final = Failure(
    "UNDETECTED_SCRIPT", f"The text is in none of the scripts {', '.join(sorted(BLOCKS))}.", "source"
)


@dataclass(frozen=True, slots=True)
class Script:
    """One of the nine scripts by its ISO 15924 code; `assamese` for Bengali's as Assamese is written."""

    code: str
    assamese: bool = False


@dataclass(frozen=True, slots=True)
class Transliteration:
    """One text in another script."""

    text: str
    source: str
    target: str


def require_script(name: str, field: str) -> Script:
    """The script of a language in any notation, or of an ISO 15924 code in any case of letters.

    Raises InvalidInput (UNKNOWN_SCRIPT) that names `field`, also for languages in other scripts (en, ur).
    """
    language = find_language(name)
    code = language.script if language else name.strip().title()
    if code not in BLOCKS:
        known = ", ".join(sorted(BLOCKS))
        raise InvalidInput(
            f"{field}: no Brahmic script; the scripts are {known}, or a language that is written in one.",
            field=field,
            reason=UNKNOWN_SCRIPT,
        )
    return Script(code, assamese=language is not None and language.code == "as")


def transliterate_all(
    texts: Sequence[str], source: Script | None, target: Script
) -> list[Transliteration | Failure]:
    """Each text in another script, or why not; `source` None is the script of most letters of each."""
    return [_one(text, source, target) for text in texts]


def _one(text: str, source: Script | None, target: Script) -> Transliteration | Failure:
    if not text.strip():
        return EMPTY
    if len(text) > MAX_TEXT_CHARACTERS:
        return TOO_LONG
    code = source.code if source else dominant_script(text)
    if code not in BLOCKS:
        return _UNDETECTED
    metrics.count_transliterated(code, target.code)
    written = transliterate(text, code, target.code, assamese=target.assamese)
    return Transliteration(written, code, target.code)
