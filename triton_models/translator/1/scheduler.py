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
        """Have all of these done, or none: FullError. What was let in may add to itself: `is_admitted`."""
        orders = list(orders)
        if not is_admitted:
            self._make_room(sum(len(tokens) for _, tokens, _ in orders))
        with self._changed:
            if self._is_closing:
                raise FullError
            now = time.monotonic()
            for order in orders:
                self._add(*order, now)
            self._changed.notify()

    def close(self, patience: float) -> None:
        """Drop what waits, and let what runs end within so many seconds."""
        with self._changed:
            self._is_closing = True
            left = list(self._waiting)
            self._waiting.remove(left)
            self._changed.notify_all()
        self._drop(left)
        end = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def _make_room(self, tokens: int) -> None:
        with self._changed:
            unwanted = [] if self._waiting.has_room(tokens) else self._waiting.unwanted()
            is_full = not self._waiting.has_room(tokens)
        self._drop(unwanted)
        if is_full:
            raise FullError

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
            except Exception:  # noqa: BLE001 - one group's trouble must not end the worker
                traceback.print_exc(file=sys.stderr)

    def _next_group(self) -> list[Work] | None:
        """Wait for a group; None when everything ends."""
        free_since = time.monotonic()
        with self._changed:
            while not self._is_closing:
                start, now = self._waiting.starts_at(free_since), time.monotonic()
                if start is not None and start <= now:
                    group = self._waiting.pick(now)
                    self._changed.notify()  # what is left is for another worker
                    return group
                self._changed.wait(None if start is None else start - now)
        return None

    def _run(self, group: list[Work]) -> None:
        unwanted = [work for work in group if not work.is_wanted()]
        self._drop(unwanted)
        wanted = [work for work in group if work not in unwanted]
        if wanted:
            self._translate(wanted)

    def _translate(self, group: list[Work]) -> None:
        """Compute a group; when it fails as a whole, each alone."""
        try:
            results = self._compute(group[0].lane, [work.tokens for work in group])
            pairs = list(zip(group, results, strict=True))
        except Exception:  # noqa: BLE001 - whatever it is, each is tried by itself
            if len(group) > 1:
                for work in group:
                    self._translate([work])
            else:
                traceback.print_exc(file=sys.stderr)
                self._end(group, failed=1)
                _tell(group[0].clients, lambda client: client.failed())
            return
        self._end(group, computed=len(group), groups=1)
        for work, result in pairs:
            _tell(work.clients, partial(_give, result))

    def _drop(self, works: list[Work]) -> None:
        if works:
            self._end(works, dropped=len(works))
        for work in works:
            _tell(work.clients, lambda client: client.dropped())

    def _end(self, works: list[Work], **outcomes: int) -> None:
        """Nobody more can share their results: whoever comes later has it computed anew."""
        with self._changed:
            for work in works:
                self._in_flight.pop((work.lane, work.tokens), None)
            for name, number in outcomes.items():
                setattr(self.counts, name, getattr(self.counts, name) + number)
        self._report(self.counts)


def _give(result: Any, client: Client) -> None:
    client.done(result)


def _tell(clients: list[Client], tell: Callable[[Client], None]) -> None:
    for client in clients:
        try:
            tell(client)
        except Exception:  # noqa: BLE001 - one client's trouble is not the others'
            traceback.print_exc(file=sys.stderr)
