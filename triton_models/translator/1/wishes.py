"""What an item of a request asks for, checked; the words of each refusal go to its caller."""

from collections.abc import Sequence
from dataclasses import dataclass

from decoding import Options
from indictext.languages import TAGS
from routes import Covers, Hop, find_route
from text import Wish

_MOST_BEAMS = 10
_MOST_PIECES = 256


class RefusedError(Exception):
    """The item cannot be translated; the message is an UPPER_CASE reason."""


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a request's tensors, as it came; None where an option was not given."""

    text: bytes
    source: bytes
    target: bytes
    beam_size: int | None = None
    max_length: int | None = None
    native_digits: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """What the networks cover, and what an item gets that does not say it."""

    covers: Sequence[Covers]
    beam_size: int
    max_length: int
    max_characters: int

    def wish(self, item: Item) -> Wish:
        """Raises RefusedError."""
        hops = self._hops(item)
        return Wish(self._text(item), hops, self._options(item), bool(item.native_digits))

    def _text(self, item: Item) -> str:
        try:
            text = item.text.decode()
        except UnicodeDecodeError:
            raise RefusedError("INVALID_TEXT") from None
        if not text.strip():
            raise RefusedError("EMPTY_TEXT")
        if len(text) > self.max_characters:
            raise RefusedError("TEXT_TOO_LONG")
        return text

    def _hops(self, item: Item) -> tuple[Hop, ...]:
        source, target = (tag.decode(errors="replace") for tag in (item.source, item.target))
        if source not in TAGS or target not in TAGS:
            raise RefusedError("UNKNOWN_LANGUAGE")
        hops = find_route(self.covers, source, target)
        if not hops:
            raise RefusedError("UNSUPPORTED_DIRECTION")
        return hops

    def _options(self, item: Item) -> Options:
        beam_size = self.beam_size if item.beam_size is None else item.beam_size
        max_length = self.max_length if item.max_length is None else item.max_length
        if not 1 <= beam_size <= _MOST_BEAMS:
            raise RefusedError("INVALID_BEAM_SIZE")
        if not 1 <= max_length <= _MOST_PIECES:
            raise RefusedError("INVALID_MAX_LENGTH")
        return Options(beam_size, max_length)
