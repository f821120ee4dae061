"""The threads that take groups of what waits, have them computed, and tell everybody. Pure Python, without Triton."""

import sys
import threading
import time
import traceback
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from waiting import Client, Limits, Tokens, Waiting, Work

Order = tuple[Hashable, Tokens, Client]
Compute = Callable[[Any, Sequence[Tokens]], Sequence[Any]]


class FullError(Exception):
    """No room: what waits is at its limit, or everything ends."""


class TooLargeError(Exception):
    """There is no room for so much even when nothing else waits."""


@dataclass(slots=True)
class Counts:
    """What has happened so far: pieces, and groups."""

    computed: int = 0
    shared: int = 0  # answered with the result of another that was the same
    dropped: int = 0
    failed: int = 0
    groups: int = 0


class Scheduler:
    """Workers around one queue. The same piece in flight is computed once. `close` ends the threads."""

    def __init__(
        self, compute: Compute, limits: Limits, workers: int, report: Callable[[Counts], None]
    ) -> None:
        """`compute` gives the results of a lane's pieces, in order; it may raise anything.

        `report` is told the counts before those whom they are about; from several threads.
        """
        self.counts = Counts()
        self._report = report
        self._compute = compute
        self._changed = threading.Condition()
        self._waiting = Waiting(limits)
        self._in_flight: dict[tuple[Hashable, Tokens], Work] = {}
        self._is_closing = False
        names = [f"worker-{number}" for number in range(workers)]
        self._threads = [threading.Thread(target=self._work, name=name, daemon=True) for name in names]
        for thread in self._threads:
            thread.start()

    def submit(self, orders: Iterable[Order], *, is_admitted: bool = False) -> None:
        """Have all of these done, or none: FullError, TooLargeError. What was let in may add to it: `is_admitted`.

        Only what nobody has asked for yet takes room.
        """
        orders = list(orders)
        if self._let_in(orders, is_admitted):
            return
        self._make_room()
        if not self._let_in(orders, is_admitted):
            raise FullError

    def seems_full(self, tokens: int) -> bool:
        """Whether about so many new tokens would not be let in now; what nobody waits for any more makes room."""
        if not self._waiting.has_room_for_about(tokens):
            self._make_room()
        return not self._waiting.has_room_for_about(tokens)

    def close(self, patience: float) -> None:
        """Drop what waits, and let what runs end within so many seconds."""
        with self._changed:
            self._is_closing = True
            left = list(self._waiting)
            self._take_out(left)
            self._changed.notify_all()
        self._drop(left)
        end = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def _let_in(self, orders: list[Order], is_admitted: bool) -> bool:
        """False when there is no room."""
        with self._changed:
            if self._is_closing:
                raise FullError
            if not (is_admitted or self._has_room(orders)):
                return False
            now = time.monotonic()
            for order in orders:
                self._add(*order, now)
            self._changed.notify()
        return True

    def _has_room(self, orders: list[Order]) -> bool:
        new = {(lane, tokens) for lane, tokens, _ in orders} - self._in_flight.keys()
        size = sum(len(tokens) for _, tokens in new)
        if not self._waiting.may_hold(size):
            raise TooLargeError
        return self._waiting.has_room(size)

    def _make_room(self) -> None:
        with self._changed:
            waiting = list(self._waiting)
        asked = _unwanted(waiting)
        with self._changed:
            still = set(map(id, self._waiting))  # not what a worker has begun with meanwhile
            gone = [work for work, clients in asked if id(work) in still and len(work.clients) == clients]
            self._take_out(gone)
        self._drop(gone)

    def _add(self, lane: Hashable, tokens: Tokens, client: Client, now: float) -> None:
        work = self._in_flight.get((lane, tokens))
        if work is None:
            work = self._in_flight[lane, tokens] = Work(lane, tokens, now)
            self._waiting.add(work)
        else:
            self.counts.shared += 1
        work.clients.append(client)

    def _work(self) -> None:
        while (group := self._next_group()) is not None:
            try:
                self._run(group)
            except Exception:  # noqa: BLE001 - one group's trouble must not end the worker, nor keep anybody waiting
                traceback.print_exc(file=sys.stderr)
                self._fail(group)

    def _next_group(self) -> list[Work] | None:
        """Wait for a group; None when everything ends."""
        free_since = time.monotonic()
        with self._changed:
            while not self._is_closing:
                now = time.monotonic()
                start = self._waiting.starts_at(free_since, now)
                if start is not None and start <= now:
                    group = self._waiting.pick(now)
                    self._changed.notify()  # what is left is for another worker
                    return group
                self._changed.wait(None if start is None else start - now)
        return None

    def _run(self, group: list[Work]) -> None:
        asked = _unwanted(group)
        with self._changed:
            gone = [work for work, clients in asked if len(work.clients) == clients]
            self._forget(gone)
        self._drop(gone)
        wanted = [work for work in group if work not in gone]
        if wanted:
            self._compute_or_split(wanted)

    def _compute_or_split(self, group: list[Work]) -> None:
        """Compute a group; when it fails as a whole, each alone."""
        try:
            results = self._compute(group[0].lane, [work.tokens for work in group])
            pairs = list(zip(group, results, strict=True))
        except Exception:  # noqa: BLE001 - whatever it is, each is tried by itself
            if len(group) > 1:
                for work in group:
                    self._compute_or_split([work])
            else:
                traceback.print_exc(file=sys.stderr)
                self._fail(group)
            return
        self._end(group, computed=len(group), groups=1)
        for work, result in pairs:
            _tell(work, partial(_give, result))

    def _fail(self, group: list[Work]) -> None:
        """Those who have not been told anything yet."""
        untold = [work for work in group if work.clients]
        self._end(untold, failed=len(untold))
        for work in untold:
            _tell(work, lambda client: client.failed())

    def _drop(self, works: list[Work]) -> None:
        """They are in flight no more, so nobody can have joined them."""
        if works:
            self._end(works, dropped=len(works))
        for work in works:
            _tell(work, lambda client: client.dropped())

    def _end(self, works: list[Work], **outcomes: int) -> None:
        with self._changed:
            self._forget(works)
            for name, number in outcomes.items():
                setattr(self.counts, name, getattr(self.counts, name) + number)
        try:
            self._report(self.counts)
        except Exception:  # noqa: BLE001 - those who wait have their results even where nobody counts
            traceback.print_exc(file=sys.stderr)

    def _take_out(self, works: list[Work]) -> None:
        self._waiting.remove(works)
        self._forget(works)

    def _forget(self, works: list[Work]) -> None:
        """Nobody more can share their results: whoever comes later has it computed anew."""
        for work in works:
            if self._in_flight.get((work.lane, work.tokens)) is work:
                del self._in_flight[work.lane, work.tokens]


def _unwanted(works: list[Work]) -> list[tuple[Work, int]]:
    """Those that nobody waits for, each with the number of clients who were asked.

    Asking takes a while, so it is not to be done under the lock: others may join meanwhile.
    """
    asked = [(work, list(work.clients)) for work in works]
    return [(work, len(clients)) for work, clients in asked if not any(map(_is_wanted, clients))]


def _is_wanted(client: Client) -> bool:
    try:
        return client.is_wanted()
    except Exception:  # noqa: BLE001 - who cannot say it may still wait
        traceback.print_exc(file=sys.stderr)
        return True


def _give(result: Any, client: Client) -> None:
    client.done(result)


def _tell(work: Work, tell: Callable[[Client], None]) -> None:
    """Everybody who waits for it, once."""
    clients, work.clients = work.clients, []
    for client in clients:
        try:
            tell(client)
        except Exception:  # noqa: BLE001 - one client's trouble is not the others'
            traceback.print_exc(file=sys.stderr)
