"""gateway/budget.py: bytes, and large requests among them."""

import pytest

from gateway.budget import LARGE_BYTES, ByteBudget
from meshkit.errors import Overloaded


def test_bytes_are_bounded() -> None:
    """What would not fit is refused and not counted; what is given back fits again."""
    budget = ByteBudget(total=100, large=1)
    budget.take(60, 0)
    with pytest.raises(Overloaded):
        budget.take(41, 0)
    budget.take(40, 60)
    budget.give_back(100)

    assert (0, 0) == (budget.held, budget.large)


def test_large_requests_are_bounded() -> None:
    """One counts as large from the byte on that makes it so, once, until it gives everything back."""
    budget = ByteBudget(total=10 * LARGE_BYTES, large=1)
    budget.take(LARGE_BYTES, 0)
    small = budget.large
    budget.take(1, LARGE_BYTES)
    budget.take(5, LARGE_BYTES + 1)
    with pytest.raises(Overloaded) as refusal:
        budget.take(LARGE_BYTES + 1, 0)
    budget.take(LARGE_BYTES, 0)
    budget.give_back(LARGE_BYTES + 6)
    budget.take(1, LARGE_BYTES)

    assert (0, 1, 5) == (small, budget.large, refusal.value.retry_after)
