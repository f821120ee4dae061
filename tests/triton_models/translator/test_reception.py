"""Requests on their way in: what is refused at once, what is cut where, and who does not wait for whom."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from indictext.languages import TAGS
from piece import CANCELLED, MODEL_FAILED
from reception import Reception
from routes import ENGLISH, Covers
from text import Answer, Desk
from waiting import Limits, Tokens
from wishes import Item, Rules

from tests.triton_models.translator.networks import LIMITS, SECONDS, Echo, Gate, Words, desk

SMALL, LARGE, MOST = 100, 6000, 20_000
INDIC = frozenset(TAGS) - {ENGLISH}


class Caller:
    """Hears what becomes of a request of so many rows."""

    def __init__(self, rows: int = 1) -> None:
        self.waits = True
        self.answers: dict[int, Answer] = {}
        self.told = ""
        self._rows = rows
        self._is_told = threading.Event()

    def result(self) -> str:
        """The errors or the texts of all rows, or what else it was told."""
        assert self._is_told.wait(SECONDS)
        return self.told or " ".join(
            self.answers[row].error or self.answers[row].text for row in range(self._rows)
        )

    @property
    def is_answered(self) -> bool:
        return self._is_told.is_set()

    def is_wanted(self) -> bool:
        return self.waits

    def receiver(self, row: int) -> Callable[[Answer], None]:
        def receive(answer: Answer) -> None:
            assert row not in self.answers
            self.answers[row] = answer
            if len(self.answers) == self._rows:
                self._is_told.set()

        return receive

    def refuse_for_now(self) -> None:
        self._tell("full")

    def refuse_for_good(self) -> None:
        self._tell("too large")

    def give_up(self) -> None:
        self._tell("gone")

    def fail(self) -> None:
        self._tell("failed")

    def _tell(self, told: str) -> None:
        assert not self.told
        self.told = told
        self._is_told.set()


class Slow(Words):
    """Reads nothing that is large until it is opened, and breaks on `broken`."""

    def __init__(self) -> None:
        super().__init__(10_000)
        self.is_open, self.has_begun = threading.Event(), threading.Event()

    def tokens(self, source: str, target: str, body: str) -> Tokens:
        if "broken" in body:
            raise RuntimeError("broken")
        if "large" in body:
            self.has_begun.set()
            assert self.is_open.wait(SECONDS)
        return super().tokens(source, target, body)


@contextmanager
def receiving(place: Desk, network: Words | None = None) -> Iterator[Reception]:
    """A reception that ends with the block."""
    covers = [Covers(frozenset([ENGLISH]), INDIC)]
    there = Desk([network or place.networks[0]], place.scheduler, 5000, mends_loops=False)
    reception = Reception(there, Rules(covers, 2, 256, 10_000), MOST)
    try:
        yield reception
    finally:
        reception.close(SECONDS)


def item(text: str) -> Item:
    """To be translated to Hindi."""
    return Item(text.encode(), b"eng_Latn", b"hin_Deva")


def large(number: int = 0) -> Item:
    """A text that takes a while to cut."""
    return item(f"large{number} ".ljust(LARGE, "x"))


def take(reception: Reception, *items: Item) -> Caller:
    """One request."""
    caller = Caller(len(items))
    reception.take(items, caller)
    return caller


def test_every_row_has_its_answer_or_its_reason() -> None:
    """Whatever the others are; also one that cannot even be read."""
    with desk(Echo()) as place, receiving(place, Slow()) as reception:
        mixed = take(
            reception, item("one"), item(""), item("..."), item("broken"), item("poison"), item("two")
        )

        assert f"one EMPTY_TEXT ... {MODEL_FAILED} {MODEL_FAILED} two" == mixed.result()


def test_a_small_request_does_not_wait_for_a_large_one() -> None:
    """Which is cut in another thread, and done as well."""
    network = Slow()
    with desk(Echo(), limits=LIMITS) as place, receiving(place, network) as reception:
        slow = take(reception, large())
        assert network.has_begun.wait(SECONDS)
        small = take(reception, item("small")).result()
        was_answered = slow.is_answered
        network.is_open.set()
        answered = slow.result()

    assert ("small", False) == (small, was_answered)
    assert answered.startswith("large0 xxx")


def test_a_request_beyond_the_limit_is_never_cut() -> None:
    """By the characters of all its texts; those that are refused do not count."""
    network = Slow()
    network.is_open.set()
    with desk(Echo()) as place, receiving(place, network) as reception:
        beyond = take(reception, *(large(number) for number in range(4)))
        within = take(reception, *(large(number) for number in range(3)), item("y" * 10_001))

        assert "too large" == beyond.result()
        assert within.result().endswith(" TEXT_TOO_LONG")


def test_more_tokens_than_may_ever_wait_are_refused_for_good() -> None:
    """Though the characters are few."""
    with desk(Echo(), limits=Limits(64, 8, 10, 0.0)) as place, receiving(place) as reception:
        assert "too large" == take(reception, item("one two three four five six seven eight nine")).result()
        assert "one" == take(reception, item("one")).result()


def test_a_full_queue_refuses_for_now() -> None:
    """A large request before it is cut."""
    network, gate = Slow(), Gate(Echo())
    with desk(gate, limits=Limits(64, 8, 10, 0.0)) as place, receiving(place, network) as reception:
        first = take(reception, item("one"))
        assert gate.has_begun.wait(SECONDS)
        second = take(reception, item("two three four five"))
        refused = [
            take(reception, item("six seven eight nine ten")).result(),
            take(reception, large()).result(),
        ]
        gate.is_open.set()

        assert ["one", "two three four five"] == [first.result(), second.result()]
        assert (["full", "full"], False) == (refused, network.has_begun.is_set())


def test_large_requests_do_not_pile_up() -> None:
    """A few wait to be cut; the next is refused at once."""
    network = Slow()
    with desk(Echo(), limits=LIMITS) as place, receiving(place, network) as reception:
        callers = [take(reception, large(0))]
        assert network.has_begun.wait(SECONDS)
        callers += [take(reception, large(number)) for number in range(1, 30)]
        refused = [caller for caller in callers if caller.is_answered]
        network.is_open.set()
        answers = {caller.result()[:5] for caller in callers if caller not in refused}

    assert 9 == len(callers) - len(refused)
    assert {"full"} == {caller.told for caller in refused}
    assert {"large"} == answers


@pytest.mark.parametrize("text", ["x" * SMALL, "x" * LARGE])
def test_nothing_is_done_for_who_has_gone(text: str) -> None:
    """Before it is looked at."""
    network = Slow()
    with desk(echo := Echo()) as place, receiving(place, network) as reception:
        gone = Caller()
        gone.waits = False
        reception.take([item(text)], gone)

        assert "gone" == gone.result()
    assert [] == echo.asked


def test_who_goes_while_a_request_waits_to_be_cut_is_noticed() -> None:
    """Nothing is cut for nobody."""
    network = Slow()
    with desk(echo := Echo(), limits=LIMITS) as place, receiving(place, network) as reception:
        first = take(reception, large(1))
        assert network.has_begun.wait(SECONDS)
        gone = take(reception, large(2))
        gone.waits = False
        network.is_open.set()

        assert "gone" == gone.result()
        assert first.result().startswith("large1")
    assert 1 == len(echo.asked)


def test_closing_refuses_what_has_not_been_cut() -> None:
    """And nobody waits for ever."""
    network = Slow()
    with desk(Echo(), limits=LIMITS) as place, receiving(place, network) as reception:
        running = take(reception, large(1))
        assert network.has_begun.wait(SECONDS)
        waiting = take(reception, large(2))
        closing = threading.Thread(target=reception.close, args=[SECONDS])
        closing.start()
        place.scheduler.close(SECONDS)
        network.is_open.set()
        closing.join(SECONDS)

        assert waiting.result() in ("full", CANCELLED)
        assert "full" == running.result()
