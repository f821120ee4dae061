"""services/translator/metrics.py"""

import honesty
import pytest
from prometheus_client import REGISTRY

from services.translator import metrics


def doubts(reason: str) -> float:
    """How often a reason was counted."""
    return REGISTRY.get_sample_value("sutradhar_translator_doubts_total", {"reason": reason}) or 0.0


def test_doubts_are_counted_by_reason() -> None:
    """Those that are not in the contract together, for anybody's model may give them."""
    before = doubts("LOW_SCORE"), doubts("OTHER")
    metrics.count_doubts(["LOW_SCORE", "MADE_UP", "MADE_UP_TOO"])

    assert (1.0, 2.0) == (doubts("LOW_SCORE") - before[0], doubts("OTHER") - before[1])
    assert REGISTRY.get_sample_value("sutradhar_translator_doubts_total", {"reason": "MADE_UP"}) is None


@pytest.mark.parametrize(
    "reason", sorted(each for each in vars(honesty).values() if isinstance(each, str) and each.isupper())
)
def test_every_reason_of_the_mesh_s_own_model_is_counted_by_its_name(reason: str) -> None:
    """The model's code and the service's have no module in common."""
    before = doubts(reason)
    metrics.count_doubts([reason])

    assert 1.0 == doubts(reason) - before
