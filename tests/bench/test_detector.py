"""bench/detector.py"""

from bench.detector import comparisons
from bench.harness import Load, Measured


def measured(case: str, clients: int, per_second: float) -> Measured:
    """One round of a hundred requests."""
    return Measured(case, clients, [Load([0.01] * 100, 100 / per_second, {"server": 1.0})])


def test_goals_count_at_sixteen_clients() -> None:
    """The bare loop has one; with a single client the ratio is only told."""
    alone, many = comparisons(
        [measured(case, clients, rate) for clients in (1, 16) for case, rate in (("grpc", 80), ("loop", 100))]
    )

    assert ("grpc/loop", 1, 0.8, False) == (
        alone["ratio"],
        alone["clients"],
        alone["per_second"],
        "met" in alone,
    )
    assert (16, 0.85, False) == (many["clients"], many["at_least"], many["met"])


def test_a_goal_that_is_reached() -> None:
    """At the least is reached."""
    (line,) = comparisons([measured("rest", 16, 100), measured("fastapi", 16, 100)])

    assert (1.0, True) == (line["at_least"], line["met"])


def test_only_what_was_measured_is_compared() -> None:
    """A choice of cases gives the ratios between them."""
    assert [] == comparisons([measured("grpc", 16, 100), measured("fastapi", 16, 100)])
