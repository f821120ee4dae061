"""services/video/stills.py: which frame of a clip is the best."""

import pytest

from services.video.jobs import Pet
from services.video.stills import Still, better


def still(*pets: tuple[float, float], seconds: float = 0.0) -> Still:
    """A frame of 100x100 with pets of a confidence in a square of a side."""
    found = tuple(Pet("dog", confidence, 0, 0, side, side) for confidence, side in pets)
    return Still(b"", 100, 100, found, seconds)


@pytest.mark.parametrize(
    ("less", "more"),
    [
        (still(), still((0.5, 1))),
        (still((0.5, 50)), still((0.9, 50))),
        (still((0.9, 10)), still((0.9, 60))),
        (still((0.9, 10)), still((0.6, 60))),
        (still((0.5, 60)), still((0.9, 50))),
        (still((0.5, 50), (0.5, 40)), still((0.5, 10), (0.8, 60))),
    ],
)
def test_sure_and_large_counts(less: Still, more: Still) -> None:
    """The best pet of a frame stands for it; certainty counts once, size by its side."""
    assert more is better(less, more)
    assert more is better(more, less)


def test_the_first_of_equals_stays() -> None:
    """Nothing is gained by a later one."""
    first, second = still((0.7, 40), seconds=1), still((0.7, 40), seconds=2)

    assert first is better(first, second)
    assert first is better(None, first)


def test_worth_is_a_share() -> None:
    """A certain pet that fills its frame is worth 1; a frame without size nothing."""
    assert pytest.approx(1) == still((1.0, 100)).worth
    assert 0 == Still(b"", 0, 0, (), 0).worth
