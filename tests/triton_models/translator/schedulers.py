"""Schedulers with a network that reverses, and those who wait for its results."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from scheduler import Scheduler
from waiting import Limits, Tokens

LIMITS = Limits(group_tokens=64, group_pieces=8, waiting_tokens=10_000, linger=0.0)
SECONDS = 10.0


class Caller(Future[Any]):
    """Waits for one result."""

    def __init__(self) -> None:
        super().__init__()
        self.waits = True

    def is_wanted(self) -> bool:
        return self.waits

    def done(self, result: Any = None) -> Any:
        self.set_result(result)

    def failed(self) -> None:
        self.set_result("failed")

    def dropped(self) -> None:
        self.set_result("dropped")


def reverse(lane: Any, sources: Sequence[Tokens]) -> list[str]:
    """A network that reverses, and cannot bear poison."""
    if any("poison" in source for source in sources):
        raise RuntimeError("poison")
    return [lane + "".join(reversed(source)) for source in sources]


class Gate:
    """A network that lets nothing through until it is opened."""

    def __init__(self) -> None:
        self.is_open = threading.Event()
        self.has_begun = threading.Event()
        self.groups: list[list[Tokens]] = []

    def __call__(self, lane: Any, sources: Sequence[Tokens]) -> list[str]:
        self.groups.append(list(sources))
        self.has_begun.set()
        assert self.is_open.wait(SECONDS)
        return reverse(lane, sources)


@contextmanager
def scheduling(
    compute: Callable[[Any, Sequence[Tokens]], Sequence[Any]], workers: int = 1, limits: Limits = LIMITS
) -> Iterator[Scheduler]:
    """A scheduler that ends with the block."""
    scheduler = Scheduler(compute, limits, workers, lambda counts: None)
    try:
        yield scheduler
    finally:
        scheduler.close(SECONDS)


@contextmanager
def held(limits: Limits = LIMITS) -> Iterator[tuple[Scheduler, Gate, Caller]]:
    """One worker, which is busy until the gate is opened."""
    gate = Gate()
    with scheduling(gate, limits=limits) as scheduler:
        first = ask(scheduler, "first")
        assert gate.has_begun.wait(SECONDS)
        try:
            yield scheduler, gate, first
        finally:
            gate.is_open.set()


def ask(scheduler: Scheduler, text: str, lane: str = "") -> Caller:
    """Submit one piece."""
    caller = Caller()
    scheduler.submit([(lane, tuple(text.split()), caller)])
    return caller
