"""Deadlines that travel down: what is left of the caller's time bounds every call made for it.

grpc in Python does not propagate deadlines, so a context variable carries the
absolute time and the client interceptor spends it.
"""

import time
from contextvars import ContextVar

from meshkit.errors import DeadlineExceeded

# Kept back on every hop, so that this process can still answer when the next one runs out of time.
MARGIN_SECONDS = 0.02

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


def enter(seconds: float | None) -> None:
    """Sets the deadline of the work in hand, `seconds` from now; None means no limit.

    Raises:
        DeadlineExceeded: the time is over already.
    """
    if seconds is not None and seconds <= 0:
        raise DeadlineExceeded("The deadline was over before the work began.")
    _deadline.set(None if seconds is None else time.monotonic() + seconds)


def remaining() -> float | None:
    """Seconds left for the work in hand; None when nobody set a limit."""
    deadline = _deadline.get()
    return None if deadline is None else deadline - time.monotonic()


def budget(own: float | None) -> float | None:
    """Seconds that a downstream call may take: the smaller of its own limit and what is left, less a margin.

    Raises:
        DeadlineExceeded: nothing is left.
    """
    left = remaining()
    if left is None:
        return own
    left -= MARGIN_SECONDS
    if left <= 0:
        raise DeadlineExceeded("The deadline is over.")
    return left if own is None else min(own, left)
