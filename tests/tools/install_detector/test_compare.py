"""When an installed model counts as the same as ultralytics."""

import pytest

from tools.install_detector.compare import agrees
from tools.install_detector.match import Match


def test_a_pair_within_the_tolerances_agrees() -> None:
    """Both are the last values that do."""
    assert agrees(Match(pairs=1, only_ours=0, only_theirs=0, min_iou=0.99, max_score_difference=1e-3))


@pytest.mark.parametrize(
    "whole",
    [
        Match(1, 1, 0, 1.0, 0.0),
        Match(1, 0, 1, 1.0, 0.0),
        Match(1, 0, 0, 0.989, 0.0),
        Match(1, 0, 0, 1.0, 0.0011),
        Match(0, 0, 0, 1.0, 0.0),
    ],
)
def test_what_does_not_agree(whole: Match) -> None:
    """Too many, missing, elsewhere, of another score; and nothing at all, which shows nothing."""
    assert not agrees(whole)
