"""One text on its way: cut into pieces, each translated, joined again; twice where the way is through English."""

import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from decoding import Options, Output
from honesty import NO_VERDICT, Record, Verdict, judge
from indictext import fit, split_sentences
from piece import CANCELLED, MODEL_FAILED, TAG_TOKENS, Lane, Network, Reader, Slot
from routes import ENGLISH, Hop, family_of_tag
from scheduler import FullError, Order, Scheduler


@dataclass(frozen=True, slots=True)
class Answer:
    """A text's translation with the score of all its pieces and how far to trust it, or the reason why there is none.

    The score is the log-probability divided by the number of tokens.
    """

    text: str = ""
    score: float = 0.0
    error: str = ""
    verdict: Verdict = NO_VERDICT


@dataclass(frozen=True, slots=True)
class Wish:
    """What a caller wants of one text; there is at least one hop."""

    text: str
    hops: tuple[Hop, ...]
    options: Options
    native_digits: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """What every text needs. A piece has at most `piece_tokens`, without its tags."""

    networks: Sequence[Network]
    scheduler: Scheduler
    piece_tokens: int
    mends_loops: bool


class Text:
    """One text. Its first orders are its maker's to submit; the rest goes by itself, in the workers' threads."""

    def __init__(
        self, desk: Desk, wish: Wish, is_wanted: Callable[[], bool], on_answer: Callable[[Answer], None]
    ) -> None:
        """`on_answer` is called once."""
        self.is_wanted = is_wanted
        self._desk = desk
        self._wish = wish
        self._on_answer = on_answer
        self._lock = threading.Lock()
        self._hop = 0
        self._slots: list[Slot] = []
        self._open = 0
        self._error = ""
        self._records: list[Record] = []

    def orders(self) -> list[Order]:
        """What the scheduler is to do first. When it is nothing, `finish` is to be called."""
        return self._cut(self._wish.text, frozenset())

    def finish(self) -> None:
        """Join the pieces of this hop; answer, or go on with the next hop."""
        try:
            answer = Answer(error=self._error) if self._error else self._joined()
        except Exception:  # noqa: BLE001 - whatever it is, somebody waits for an answer
            traceback.print_exc(file=sys.stderr)
            answer = Answer(error=MODEL_FAILED)
        if answer is not None:
            self._on_answer(answer)

    def settle(self, output: Output | None, error: str) -> None:
        """See piece.Owner."""
        with self._lock:
            self._error = self._error or error
            if output is not None:
                size = len(output.tokens) + 1  # and the end
                self._records[-1].log_probability += output.score * size
                self._records[-1].tokens += size
            self._open -= 1
            is_last = not self._open
        if is_last:
            self.finish()

    def _cut(self, text: str, names: frozenset[str]) -> list[Order]:
        hop = self._wish.hops[self._hop]
        network = self._desk.networks[hop.network]
        tag = hop.target if hop.source == ENGLISH else hop.source
        self._records.append(Record(network.trust, tag, text))
        reader = Reader(network, hop, names)
        limit = min(self._desk.piece_tokens, network.longest_source - TAG_TOKENS)
        pieces = fit(split_sentences(text), limit, reader.size)
        self._slots = [Slot(self, piece, reader.read(piece.text)) for piece in pieces]
        lane = Lane(hop.network, self._options(hop))
        slots = [slot for slot in self._slots if slot.read.is_text]
        if self._desk.mends_loops:
            for slot in slots:
                slot.mend_with(self._desk.scheduler, lane)
        self._open = len(slots)
        return [(lane, slot.read.tokens, slot) for slot in slots]

    def _options(self, hop: Hop) -> Options:
        """Small networks write in no other script than the target's; others know better."""
        if self._desk.networks[hop.network].knows is None:
            return self._wish.options
        return replace(self._wish.options, family=family_of_tag(hop.target))

    def _joined(self) -> Answer | None:
        """The answer; None when the next hop is on its way."""
        network = self._desk.networks[self._wish.hops[self._hop].network]
        self._hop += 1
        is_last = self._hop == len(self._wish.hops)
        native_digits = self._wish.native_digits and is_last
        record = self._records[-1]
        text = "".join(slot.joined(network, record, native_digits=native_digits) for slot in self._slots)
        record.answer = text
        if is_last:
            return Answer(text, self._score(), verdict=judge(self._records))
        if not self.is_wanted():
            return Answer(error=CANCELLED)
        try:
            orders = self._cut(text, self._names())
            self._desk.scheduler.submit(orders, is_admitted=True)
        except FullError:
            return Answer(error=CANCELLED)
        return None if orders else self._joined()

    def _score(self) -> float:
        tokens = sum(record.tokens for record in self._records)
        return sum(record.log_probability for record in self._records) / max(1, tokens)

    def _names(self) -> frozenset[str]:
        """What this hop has protected, so that the next one does: it may not know it by its looks."""
        return frozenset(name for slot in self._slots for name in slot.read.prepared.names)
