"""What the scheduler has counted, as Triton shows it."""

import triton_python_backend_utils as triton
from metrics import Metrics
from scheduler import Counts


def shown() -> dict[str, float]:
    """The lines of both metrics."""
    families = triton.MetricFamily.shown
    pieces = {line.labels["outcome"]: line.value for line in families["translator_pieces_total"]}
    (groups,) = families["translator_groups_total"]
    return pieces | {"groups": groups.value}


def test_all_that_is_counted_is_shown() -> None:
    """From nothing on; what has not changed stays, and what has been shown already is not shown again."""
    metrics = Metrics()
    nothing = shown()
    metrics.show(Counts(computed=8, shared=1, groups=1))
    first = shown()
    metrics.show(Counts(computed=10, shared=1, dropped=2, failed=1, groups=2))
    metrics.show(
        Counts(computed=9, shared=1, dropped=2, failed=1, groups=2)
    )  # from a thread that was held up

    assert dict.fromkeys(("computed", "shared", "dropped", "failed", "groups"), 0.0) == nothing
    assert {"computed": 8, "shared": 1, "dropped": 0, "failed": 0, "groups": 1} == first
    assert {"computed": 10, "shared": 1, "dropped": 2, "failed": 1, "groups": 2} == shown()
