"""Takes requests in: what is asked for is checked, bounded, cut into pieces and handed to the scheduler.

Triton has one thread that brings requests, so nothing in it may take long. Small requests are cut on the spot; large
ones one after the other in a thread of their own, while the small ones go on.
"""

import contextlib
import queue
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Protocol

from piece import MODEL_FAILED
from scheduler import FullError, Order, TooLargeError
from text import Answer, Desk, Text, Wish
from wishes import Item, RefusedError, Rules

_SMALL: Final = 4096  # characters: cutting so many takes 10 ms, at worst 30
_LARGE_WAITING: Final = 8  # requests
_TOKEN: Final = 8  # characters; few texts have tokens as long as this on the average

Wished = list[Wish | Answer]


class Caller(Protocol):
    """Whom the answers are for, such as request.Reply: it hears of each row, or one of the others here."""

    def is_wanted(self) -> bool:
        """False when it has gone."""

    def receiver(self, row: int) -> Callable[[Answer], None]:
        """Who takes the answer of a row."""

    def refuse_for_now(self) -> None:
        """There is no room now."""

    def refuse_for_good(self) -> None:
        """It is too much for one request."""

    def give_up(self) -> None:
        """It has gone."""

    def fail(self) -> None:
        """It could not be taken in."""


class Reception:
    """Where requests arrive. `close` ends its thread."""

    def __init__(self, desk: Desk, rules: Rules, most_characters: int) -> None:
        """A request has at most so many characters in all its texts."""
        self._desk = desk
        self._rules = rules
        self._most_characters = most_characters
        self._large: queue.Queue[tuple[Wished, int, Caller] | None] = queue.Queue(_LARGE_WAITING)
        self._is_closing = False
        self._thread = threading.Thread(target=self._work, name="reception", daemon=True)
        self._thread.start()

    def take(self, items: Sequence[Item], caller: Caller) -> None:
        """Take a request in, or refuse it as a whole."""
        if not caller.is_wanted():
            caller.give_up()
            return
        wished = [self._wish(item) for item in items]
        size = sum(len(each.text) for each in wished if isinstance(each, Wish))
        if size > self._most_characters:
            caller.refuse_for_good()
        elif size <= _SMALL:
            self._let_in(wished, caller)
        else:
            self._put(wished, size, caller)

    def close(self, patience: float) -> None:
        """Refuse what waits, and let what is being cut end within so many seconds."""
        self._is_closing = True
        with contextlib.suppress(queue.Full):
            self._large.put(None, timeout=patience)
        self._thread.join(patience)

    def _put(self, wished: Wished, size: int, caller: Caller) -> None:
        try:
            self._large.put_nowait((wished, size, caller))
        except queue.Full:
            caller.refuse_for_now()

    def _work(self) -> None:
        while (job := self._large.get()) is not None:
            wished, size, caller = job
            try:
                self._let_in_large(wished, size, caller)
            except Exception:  # noqa: BLE001 - the next request is another
                traceback.print_exc(file=sys.stderr)
                caller.fail()

    def _let_in_large(self, wished: Wished, size: int, caller: Caller) -> None:
        """Where there is no room, nothing of it is cut."""
        if self._is_closing or self._desk.scheduler.seems_full(size // _TOKEN):
            caller.refuse_for_now()
        else:
            self._let_in(wished, caller)

    def _let_in(self, wished: Wished, caller: Caller) -> None:
        orders: list[Order] = []
        answers: list[Callable[[], None]] = []  # what can be given without a network, once the rest is let in
        for row, wish in enumerate(wished):
            if not caller.is_wanted():
                caller.give_up()
                return
            own, answer = self._begin(wish, caller, caller.receiver(row))
            orders += own
            if answer is not None:
                answers.append(answer)
        try:
            self._desk.scheduler.submit(orders)
        except FullError:
            caller.refuse_for_now()
        except TooLargeError:
            caller.refuse_for_good()
        else:
            for answer in answers:
                answer()

    def _wish(self, item: Item) -> Wish | Answer:
        try:
            return self._rules.wish(item)
        except RefusedError as error:
            return Answer(error=str(error))

    def _begin(
        self, wish: Wish | Answer, caller: Caller, receive: Callable[[Answer], None]
    ) -> tuple[list[Order], Callable[[], None] | None]:
        """What a text has to have done; where that is nothing, what answers it."""
        if isinstance(wish, Answer):
            return [], partial(receive, wish)
        try:
            text = Text(self._desk, wish, caller.is_wanted, receive)
            orders = text.orders()
        except Exception:  # noqa: BLE001 - whatever it is, only this text fails
            traceback.print_exc(file=sys.stderr)
            return [], partial(receive, Answer(error=MODEL_FAILED))
        return orders, None if orders else text.finish
