"""A long text in pieces: how it is cut, and when a translator that fails on pieces is given up."""

from dataclasses import dataclass
from typing import Final

from indictext import Piece, fit, split_sentences

from services.translator.texts import PROVIDER_ERROR, Failure, Outcome, provider_error

_SURELY_AWAY: Final = 3  # pieces one after another: each has cost every try


@dataclass(frozen=True, slots=True)
class DocumentPiece:
    """One piece of a document and its outcome, both with the document's white space around them."""

    index: int
    total: int
    source: str
    outcome: Outcome


def split(text: str, limit: int) -> list[Piece]:
    """Sentences and lines, cut where they are longer than `limit` characters."""
    return list(fit(split_sentences(text), limit, len))


class Trouble:
    """Watches for an outside translator that fails on one piece after another."""

    def __init__(self) -> None:
        self._in_a_row = 0

    def note(self, outcome: Outcome) -> None:
        """Take the outcome of the next piece. Raises ProviderError when the translator is to be given up."""
        has_failed = isinstance(outcome, Failure) and outcome.reason == PROVIDER_ERROR
        self._in_a_row = self._in_a_row + 1 if has_failed else 0
        if self._in_a_row == _SURELY_AWAY:
            raise provider_error()
