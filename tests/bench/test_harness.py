"""bench/harness.py"""

import asyncio
import json

import pytest

from bench import harness
from bench.harness import Case, Load


@pytest.mark.parametrize(("percent", "expected"), [(1, 1), (50, 50), (95, 95), (99, 99), (100, 100)])
def test_percentiles(percent: float, expected: float) -> None:
    """Nearest rank over a hundred latencies, in milliseconds whatever their order."""
    load = Load([n / 1000 for n in range(100, 0, -1)], 2.0)

    assert pytest.approx(expected) == load.percentile(percent)
    assert 50 == load.throughput


async def test_a_load_is_bounded_and_closed() -> None:
    """Exactly the requests asked for, never more at once than there are clients."""
    running, most, total = 0, 0, 0

    async def call() -> None:
        nonlocal running, most, total
        running, total = running + 1, total + 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    load = await harness.run_load(call, clients=4, requests=50)

    assert (50, 50) == (total, len(load.latencies))
    assert 4 == most


async def test_a_wrong_answer_ends_the_load() -> None:
    """A failing request is no measurement."""

    async def call() -> None:
        raise ValueError("wrong answer")

    with pytest.raises(ExceptionGroup):
        await harness.run_load(call, clients=2, requests=10)


async def test_rounds_are_interleaved() -> None:
    """After the warm-up every case has its turn in every round."""
    turns: list[str] = []

    def case(name: str) -> Case:
        async def call() -> None:
            turns.append(name)

        return Case(name, call)

    cases = [case("a"), case("b")]
    results = [one async for one in harness.measure(cases, [1], requests=1, rounds=3, warm_up=1)]

    assert ["a", "b"] + ["a", "b"] * 3 == turns
    assert [("a", 1), ("b", 1)] == [(one["case"], one["clients"]) for one in results]
    assert [3, 3] == [one["rounds"] for one in results]


def test_ratios() -> None:
    """Each case over the base, for the same number of clients."""
    results = [
        {"case": "triton", "clients": 1, "p50_ms": 10.0, "per_second": 100.0},
        {"case": "service", "clients": 1, "p50_ms": 20.0, "per_second": 50.0},
    ]
    expected = {"ratio": "service/triton", "clients": 1, "p50_ms": 2.0, "per_second": 0.5}

    assert [expected] == harness.ratios(results, base="triton")


def test_emit(capsys: pytest.CaptureFixture[str]) -> None:
    """One JSON object on one line."""
    harness.emit({"case": "a", **harness.machine()})
    (line,) = capsys.readouterr().out.splitlines()

    assert "a" == json.loads(line)["case"] and json.loads(line)["cores"] >= 1
