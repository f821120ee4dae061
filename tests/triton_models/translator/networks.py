"""A network that reads words, and texts that are translated by it with a real scheduler."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from decoding import Options, Output
from honesty import Trust
from routes import ENGLISH, Hop
from scheduler import Counts, Scheduler
from text import Answer, Desk, Text, Wish
from waiting import Limits, Tokens

SECONDS = 10.0
LIMITS = Limits(group_tokens=64, group_pieces=8, waiting_tokens=1000, linger=0.0)
TO_HINDI = (Hop(0, ENGLISH, "hin_Deva"),)
THROUGH_ENGLISH = (Hop(0, "hin_Deva", ENGLISH), Hop(1, ENGLISH, "ben_Beng"))


class Words:
    """Its tokens are the words of the body."""

    def __init__(
        self,
        longest_source: int = 200,
        trust: Trust | None = None,
        knows: Callable[[str], bool] | None = None,
    ) -> None:
        self.longest_source = longest_source
        self.trust = trust or Trust()
        self.knows = knows

    def tokens(self, source: str, target: str, body: str) -> Tokens:
        return (source, target, *body.split())

    def text(self, tokens: Tokens) -> str:
        return " ".join(tokens)


@dataclass
class Echo:
    """Answers with the source's words, surer of long ones; `poison` cannot be translated, `loop` is one at first."""

    asked: list[tuple[Any, list[Tokens]]] = field(default_factory=list)

    def __call__(self, lane: Any, sources: Sequence[Tokens]) -> list[Output]:
        self.asked.append((lane, list(sources)))
        return [self._output(source[2:], lane.options) for source in sources]

    def _output(self, words: Tokens, options: Options) -> Output:
        if "poison" in words or ("stuck" in words and options.is_mending):
            raise RuntimeError("poison")
        is_loop = not options.is_mending and ("loop" in words or "stuck" in words)
        return Output(("la",) * 8 if is_loop else words, -1.0 / len(words), is_loop)


class Caller(Future[Answer]):
    """Waits for the answer to one text."""

    waits = True

    def is_wanted(self) -> bool:
        return self.waits


@contextmanager
def desk(
    compute: Callable[[Any, Sequence[Tokens]], Sequence[Any]],
    *,
    piece_tokens: int = 100,
    mends_loops: bool = True,
    longest_source: int = 200,
    limits: Limits = LIMITS,
) -> Iterator[Desk]:
    """Two networks and one worker, which ends with the block."""
    scheduler = Scheduler(compute, limits, 1, lambda counts: None)
    try:
        networks = [Words(longest_source), Words(longest_source)]
        yield Desk(networks, scheduler, piece_tokens, mends_loops)
    finally:
        scheduler.close(SECONDS)


def begin(place: Desk, text: str, hops: tuple[Hop, ...] = TO_HINDI, *, native_digits: bool = False) -> Caller:
    """Have a text translated."""
    caller = Caller()
    wish = Wish(text, hops, Options(2, 256), native_digits)
    one = Text(place, wish, caller.is_wanted, caller.set_result)
    orders = one.orders()
    if orders:
        place.scheduler.submit(orders)
    else:
        one.finish()
    return caller


class Gate:
    """Lets nothing through to another network until it is opened."""

    def __init__(self, beyond: Callable[[Any, Sequence[Tokens]], Sequence[Any]]) -> None:
        self._beyond = beyond
        self.is_open, self.has_begun = threading.Event(), threading.Event()

    def __call__(self, lane: Any, sources: Sequence[Tokens]) -> Sequence[Any]:
        self.has_begun.set()
        assert self.is_open.wait(SECONDS)
        return self._beyond(lane, sources)


def counts(place: Desk) -> Counts:
    """What its scheduler has counted."""
    return place.scheduler.counts
