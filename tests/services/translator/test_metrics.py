"""services/translator/metrics.py"""

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
