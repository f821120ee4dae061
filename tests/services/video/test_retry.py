"""services/video/retry.py: what is tried again, and when."""

import pytest

from meshkit.errors import (
    BackendUnavailable,
    DeadlineExceeded,
    InvalidInput,
    MeshError,
    NotFound,
    Overloaded,
    ProviderError,
)
from services.video.retry import RetryPolicy, retrying

QUICK = RetryPolicy(retries=3, factor=1.5, base_seconds=0.001)


class Work:
    """Fails with the given errors, then succeeds."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.tries = 0
        self.told: list[int] = []

    async def __call__(self) -> str:
        self.tries += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"

    async def tell(self, number: int, _: MeshError) -> None:
        self.told.append(number)


@pytest.mark.parametrize("kind", [BackendUnavailable, DeadlineExceeded, Overloaded, ProviderError])
async def test_passing_failures_are_tried_again(kind: type[MeshError]) -> None:
    """Three retries are enough for three failures."""
    work = Work(*(kind("away") for _ in range(3)))

    assert "done" == await retrying(work, QUICK, work.tell)
    assert (4, [1, 2, 3]) == (work.tries, work.told)


async def test_the_retries_end() -> None:
    """The fourth failure is raised."""
    work = Work(*(BackendUnavailable("away") for _ in range(9)))

    with pytest.raises(BackendUnavailable):
        await retrying(work, QUICK, work.tell)

    assert 4 == work.tries


@pytest.mark.parametrize("error", [InvalidInput("bad"), NotFound("gone"), RuntimeError("bug")])
async def test_lasting_failures_are_raised_at_once(error: Exception) -> None:
    """What stays wrong isn't repeated."""
    work = Work(error)

    with pytest.raises(type(error)):
        await retrying(work, QUICK, work.tell)

    assert 1 == work.tries


def test_waits_grow_and_are_bounded() -> None:
    """1.5, 2.25 and 3.4 s, give or take a fifth; what the error asks for counts when it is more."""
    policy = RetryPolicy()
    waits = [policy.wait(number, BackendUnavailable("x")) for number in (1, 2, 3)]

    assert waits == [pytest.approx(1.5**number, rel=0.2) for number in (1, 2, 3)]
    assert 12.0 == policy.wait(1, Overloaded("x", retry_after=12.0))
    assert 30.0 == policy.wait(1, Overloaded("x", retry_after=900.0))
