"""Work from many threads to a few workers: each result to those who want it, and nothing is forgotten."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from scheduler import Counts, FullError, Scheduler
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


def test_everybody_gets_the_own_result() -> None:
    """From 16 threads at once, in three lanes, with poison among it."""
    texts = [f"{'poison ' if number % 17 == 0 else ''}n{number} m" for number in range(2000)]
    with scheduling(reverse, workers=3) as scheduler, ThreadPoolExecutor(16) as pool:
        callers = list(pool.map(lambda text: ask(scheduler, text, f"lane{len(text) % 3}-"), texts))
        results = [caller.result(SECONDS) for caller in callers]

    wanted = [
        "failed" if "poison" in text else f"lane{len(text) % 3}-" + "".join(reversed(text.split()))
        for text in texts
    ]
    assert wanted == results


def test_a_poisoned_group_is_tried_one_by_one() -> None:
    """Only the poison fails."""
    with held() as (scheduler, gate, _):
        callers = [ask(scheduler, text) for text in ("a b", "poison", "c d")]
        gate.is_open.set()
        results = [caller.result(SECONDS) for caller in callers]

    assert ["ba", "failed", "dc"] == results
    assert [1, 3, 1, 1, 1] == [len(group) for group in gate.groups]


def test_too_few_results_are_a_failure() -> None:
    """Rather than another's result."""
    with scheduling(lambda lane, sources: []) as scheduler:
        assert "failed" == ask(scheduler, "a").result(SECONDS)


def test_the_same_in_flight_is_computed_once() -> None:
    """Whether it waits or runs; in another lane it is something else."""
    with held() as (scheduler, gate, first):
        same = ask(scheduler, "first")
        waiting = [ask(scheduler, "a b") for _ in range(3)]
        other = ask(scheduler, "a b", "lane-")
        gate.is_open.set()
        results = [caller.result(SECONDS) for caller in (first, same, *waiting, other)]

    assert ["first", "first", "ba", "ba", "ba", "lane-ba"] == results
    assert [1, 1, 1] == [len(group) for group in gate.groups]
    assert 3 == scheduler.counts.shared


def test_after_it_is_done_it_is_computed_anew() -> None:
    """There is no cache here."""
    with scheduling(reverse) as scheduler:
        results = [ask(scheduler, "a b").result(SECONDS) for _ in range(2)]

    assert ["ba", "ba"] == results
    assert Counts(computed=2, groups=2) == scheduler.counts


def test_what_nobody_wants_is_dropped_before_it_begins() -> None:
    """But not what one of two still wants."""
    with held() as (scheduler, gate, _):
        gone, half, other_half = ask(scheduler, "a b"), ask(scheduler, "c d"), ask(scheduler, "c d")
        gone.waits = half.waits = False
        gate.is_open.set()
        results = [caller.result(SECONDS) for caller in (gone, half, other_half)]

    assert ["dropped", "dc", "dc"] == results
    assert [("a", "b")] not in [group[:1] for group in gate.groups]
    assert 1 == scheduler.counts.dropped


def test_a_full_queue_refuses_all_of_a_request() -> None:
    """And takes it when those who wait have gone."""
    with held(Limits(64, 8, waiting_tokens=3, linger=0.0)) as (scheduler, gate, _):
        waiting = ask(scheduler, "a b")
        with pytest.raises(FullError):
            ask(scheduler, "c d")
        waiting.waits = False
        later = ask(scheduler, "c d")
        gate.is_open.set()

        assert "dropped" == waiting.result(SECONDS)
        assert "dc" == later.result(SECONDS)


def test_short_and_long_run_side_by_side() -> None:
    """With two workers, a short piece is done while a long one still runs."""
    gate = Gate()

    def compute(lane: Any, sources: Sequence[Tokens]) -> list[str]:
        return gate(lane, sources) if len(sources[0]) > 10 else reverse(lane, sources)

    with scheduling(compute, workers=2) as scheduler:
        long = ask(scheduler, "word " * 20)
        assert gate.has_begun.wait(SECONDS)
        short = ask(scheduler, "a b").result(SECONDS)
        is_running = not Future.done(long)
        gate.is_open.set()
        long.result(SECONDS)

    assert ("ba", True) == (short, is_running)


def test_closing_drops_what_waits_and_ends_what_runs() -> None:
    """Everybody is told, and nothing more is taken."""
    with held() as (scheduler, gate, first):
        waiting = ask(scheduler, "a b")
        threading.Timer(0.05, gate.is_open.set).start()
        started = time.monotonic()
        scheduler.close(SECONDS)
        took = time.monotonic() - started
        with pytest.raises(FullError):
            ask(scheduler, "c d")

    assert ["first", "dropped"] == [caller.result(0) for caller in (first, waiting)]
    assert took < SECONDS


def test_a_caller_that_breaks_does_not_harm_the_others() -> None:
    """Nor the worker."""

    class Broken(Caller):
        def done(self, result: Any = None) -> Any:
            raise RuntimeError("broken")

    with scheduling(reverse) as scheduler:
        good = Caller()
        scheduler.submit([("", ("a", "b"), Broken()), ("", ("a", "b"), good)])

        assert "ba" == good.result(SECONDS)
        assert "dc" == ask(scheduler, "c d").result(SECONDS)
