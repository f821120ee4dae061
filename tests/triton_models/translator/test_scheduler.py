"""Work from many threads to a few workers: each result to those who want it, and nothing is forgotten."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from scheduler import Counts, FullError, Scheduler, TooLargeError
from waiting import Limits, Tokens

from tests.triton_models.translator.schedulers import (
    LIMITS,
    SECONDS,
    Caller,
    Gate,
    ask,
    held,
    reverse,
    scheduling,
)


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


def test_only_what_is_new_takes_room() -> None:
    """A full queue takes what it has already, what runs, and nothing; the same twice takes room once."""
    with held(Limits(64, 8, waiting_tokens=4, linger=0.0)) as (scheduler, gate, _):
        callers = [ask(scheduler, "a b") for _ in range(2)] + [ask(scheduler, "first")]
        twice = [Caller(), Caller()]
        scheduler.submit([("", ("c", "d"), caller) for caller in twice])
        scheduler.submit([])
        with pytest.raises(FullError):
            ask(scheduler, "e")
        gate.is_open.set()
        results = [caller.result(SECONDS) for caller in (*callers, *twice)]

    assert ["ba", "ba", "first", "dc", "dc"] == results


def test_what_could_never_wait_is_refused_for_good() -> None:
    """Also by an empty queue; what was let in already may add to itself, nevertheless."""
    with scheduling(reverse, limits=Limits(64, 8, waiting_tokens=3, linger=0.0)) as scheduler:
        with pytest.raises(TooLargeError):
            ask(scheduler, "a b c d")
        added = Caller()
        scheduler.submit([("", tuple("abcd"), added)], is_admitted=True)

        assert "dcba" == added.result(SECONDS)


def test_a_queue_seems_full_to_an_estimate() -> None:
    """When something waits that somebody wants; an empty one may have room for whatever it is."""
    with held(Limits(64, 8, waiting_tokens=4, linger=0.0)) as (scheduler, gate, _):
        empty = scheduler.seems_full(1000)
        waiting = ask(scheduler, "a b")
        filled = [scheduler.seems_full(tokens) for tokens in (2, 3, 1000)]
        waiting.waits = False
        left = scheduler.seems_full(1000)
        gate.is_open.set()

    assert (False, [False, True, True], False) == (empty, filled, left)


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
        waiting.add_done_callback(lambda _: gate.is_open.set())
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


class Doorman(Caller):
    """Says that it has gone, but only after others had time to come."""

    def __init__(self) -> None:
        super().__init__()
        self.is_asked, self.may_say = threading.Event(), threading.Event()

    def is_wanted(self) -> bool:
        self.is_asked.set()
        assert self.may_say.wait(SECONDS)
        return False


def test_who_joins_one_who_goes_is_not_dropped_with_it() -> None:
    """When a worker has found it gone, and still asks others of its group."""
    with held() as (scheduler, gate, _):
        gone, slow = Caller(), Doorman()
        gone.waits = False
        scheduler.submit([("", ("a", "b"), gone), ("", ("c", "d"), slow)])
        gate.is_open.set()
        assert slow.is_asked.wait(SECONDS)
        alive = ask(scheduler, "a b")
        slow.may_say.set()

        assert ["ba", "ba", "dropped"] == [caller.result(SECONDS) for caller in (alive, gone, slow)]


def test_who_joins_one_who_goes_keeps_its_place_in_a_full_queue() -> None:
    """Or a third one, who needs the room."""
    with held(Limits(64, 8, waiting_tokens=3, linger=0.0)) as (scheduler, gate, _):
        gone = Doorman()
        scheduler.submit([("", ("a", "b"), gone)])
        with ThreadPoolExecutor(1) as pool:
            third = pool.submit(ask, scheduler, "c d")
            assert gone.is_asked.wait(SECONDS)
            alive = ask(scheduler, "a b")
            gone.may_say.set()
            with pytest.raises(FullError):
                third.result(SECONDS)
        gate.is_open.set()

        assert "ba" == alive.result(SECONDS)


def test_who_is_asked_does_not_hold_up_the_others() -> None:
    """Asking may take a while; meanwhile everybody else is let in."""
    with held(Limits(64, 8, waiting_tokens=3, linger=0.0)) as (scheduler, gate, _):
        gone = Doorman()
        scheduler.submit([("", ("a", "b"), gone)])
        with ThreadPoolExecutor(1) as pool:
            third = pool.submit(ask, scheduler, "c d")
            assert gone.is_asked.wait(SECONDS)
            small = ask(scheduler, "e")
            gone.may_say.set()
            caller = third.result(SECONDS)
        gate.is_open.set()

        assert ["e", "dc"] == [each.result(SECONDS) for each in (small, caller)]
        assert "dropped" == gone.result(SECONDS)


def test_who_cannot_say_whether_it_waits_is_taken_to_wait() -> None:
    """And the others of its group have their results, too."""

    class Broken(Caller):
        def is_wanted(self) -> bool:
            raise RuntimeError("broken")

    with held() as (scheduler, gate, _):
        broken, good = Broken(), Caller()
        scheduler.submit([("", ("a", "b"), broken), ("", ("c", "d"), good)])
        gate.is_open.set()

        assert ["ba", "dc"] == [caller.result(SECONDS) for caller in (broken, good)]


def test_counts_that_cannot_be_told_harm_nobody() -> None:
    """Whoever waits has its result, its failure or its refusal, and the same is computed anew later."""

    def report(counts: Counts) -> None:
        raise RuntimeError("broken")

    scheduler = Scheduler(reverse, LIMITS, 1, report)
    try:
        results = [ask(scheduler, text).result(SECONDS) for text in ("a b", "poison", "a b")]
    finally:
        scheduler.close(SECONDS)

    assert ["ba", "failed", "ba"] == results
