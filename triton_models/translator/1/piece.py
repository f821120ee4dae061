"""The pieces of a text: as a network reads them, and what becomes of each."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from decoding import Options, Output
from honesty import Record, Trust, without_loops
from indictext import Piece, Prepared, finish, has_other_script, prepare
from repetition import is_loop
from routes import Hop
from scheduler import FullError, Scheduler
from waiting import Tokens

MODEL_FAILED: Final = "MODEL_FAILED"
CANCELLED: Final = "CANCELLED"
TAG_TOKENS: Final = 2  # tokens before the text


class Network(Protocol):
    """What a text needs of network.Network."""

    longest_source: int
    trust: Trust
    knows: Callable[[str], bool] | None

    def tokens(self, source: str, target: str, body: str) -> Tokens:
        """What the network reads of a prepared piece."""

    def text(self, tokens: Tokens) -> str:
        """The text of what the network wrote."""


@dataclass(frozen=True, slots=True)
class Lane:
    """What may share a group: a network's number, and how it decodes."""

    network: int
    options: Options


@dataclass(frozen=True, slots=True)
class Read:
    """A piece as the network reads it."""

    prepared: Prepared
    tokens: Tokens

    @property
    def is_text(self) -> bool:
        """Whether there is anything to translate."""
        return len(self.tokens) > TAG_TOKENS


class Reader:
    """Reads each piece once, although it is measured before."""

    def __init__(self, network: Network, hop: Hop, names: Collection[str] = ()) -> None:
        """`names` are protected wherever they stand."""
        self._network = network
        self._hop = hop
        self._names = names
        self._known: dict[str, Read] = {}

    def read(self, text: str) -> Read:
        """Prepare a piece for the network."""
        found = self._known.get(text)
        if found is None:
            prepared = prepare(text, self._hop.source, self._hop.target, self._names, self._network.knows)
            tokens = self._network.tokens(self._hop.source, self._hop.target, prepared.body)
            found = self._known[text] = Read(prepared, tokens)
        return found

    def size(self, text: str) -> int:
        """How many tokens a piece has, without its tags."""
        return len(self.read(text).tokens) - TAG_TOKENS


class Owner(Protocol):
    """The text that a piece is of."""

    def is_wanted(self) -> bool:
        """False when nobody waits for it any more."""

    def settle(self, output: Output | None, error: str) -> None:
        """One of its pieces is translated, or will not be."""


class Slot:
    """One piece, as a client of the scheduler. An answer that is caught in a loop is asked for once more."""

    def __init__(self, owner: Owner, piece: Piece, read: Read) -> None:
        self.read = read
        self._owner = owner
        self._piece = piece
        self._output: Output | None = None
        self._mender: tuple[Scheduler, Lane] | None = None

    def mend_with(self, scheduler: Scheduler, lane: Lane) -> None:
        """Have loops mended. One that the source has itself is none."""
        if not is_loop(self.read.tokens):
            self._mender = scheduler, replace(lane, options=replace(lane.options, is_mending=True))

    def joined(self, network: Network, record: Record, *, native_digits: bool) -> str:
        """The translation with the white space of the source; what is no text stays as it is.

        What is worth knowing of it is noted in `record`.
        """
        if self._output is None:
            return self._piece.source
        prepared = self.read.prepared
        written = network.text(self._output.tokens)
        text = finish(written, prepared, native_digits=native_digits)
        has_loop = self._output.is_loop and not is_loop(self.read.tokens)
        if prepared.is_guarded:
            text, repeats = without_loops(text, self._piece.text)
            has_loop |= repeats
            record.has_other_script |= has_other_script(written, prepared.target)
        record.has_loop |= has_loop
        record.words += prepared.words
        record.unknown += prepared.strangers
        return self._piece.wrap(text)

    def is_wanted(self) -> bool:
        """See waiting.Client."""
        return self._owner.is_wanted()

    def done(self, result: Any) -> None:
        """See waiting.Client."""
        self._output = result
        if not (self._output.is_loop and self._mends()):
            self._owner.settle(self._output, "")

    def failed(self) -> None:
        """See waiting.Client. A loop is better than nothing."""
        self._owner.settle(self._output, "" if self._output else MODEL_FAILED)

    def dropped(self) -> None:
        """See waiting.Client. Here, too."""
        self._owner.settle(self._output, "" if self._output else CANCELLED)

    def _mends(self) -> bool:
        """Whether it is on its way once more; not for those who have gone."""
        if self._mender is None or not self.is_wanted():
            return False
        (scheduler, lane), self._mender = self._mender, None
        try:
            scheduler.submit([(lane, self.read.tokens, self)], is_admitted=True)
        except FullError:
            return False
        return True
