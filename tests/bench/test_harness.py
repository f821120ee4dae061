"""bench/harness.py"""

import asyncio
import json

import pytest

from bench import harness
from bench.harness import Case, Load, Measured, served


def measured(case: str, *seconds: float, cpu: float = 0.02) -> Measured:
    """A case with rounds of ten requests, one after the other, that took so long each."""
    return Measured(case, 1, [Load([one] * 10, 10 * one, {"server": 10 * cpu}) for one in seconds])


@pytest.mark.parametrize(("percent", "expected"), [(1, 1), (50, 50), (95, 95), (99, 99), (100, 100)])
def test_percentiles(percent: float, expected: float) -> None:
    """Nearest rank over a hundred latencies, in milliseconds whatever their order."""
    load = Load([n / 1000 for n in range(100, 0, -1)], 2.0)

    assert pytest.approx(expected) == load.percentile(percent)
    assert 50 == load.throughput()
    assert pytest.approx(99 / 50) == load.tail()


def test_processor_time_is_of_all_processes() -> None:
    """Milliseconds a request, together and of each."""
    load = Load([0.1] * 4, 0.4, {"client": 0.04, "server": 0.16})
    line = Measured("a", 1, [load]).line()

    assert pytest.approx(50) == load.cpu_ms()
    assert {"client": 10.0, "server": 40.0} == line["cpu_ms_of"]


async def test_a_load_is_bounded_and_closed() -> None:
    """Each request once, never more at once than there are clients."""
    running, most = 0, 0
    numbers: list[int] = []

    async def call(number: int) -> None:
        nonlocal running, most
        running += 1
        numbers.append(number)
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    load = await harness.run_load(call, clients=4, requests=50)

    assert (list(range(50)), 50) == (numbers, len(load.latencies))
    assert 4 == most


async def test_a_load_reads_the_processor_time_that_it_took() -> None:
    """The difference of the meter, and this process's own as the client's."""
    readings = iter([{"server": 1.0}, {"server": 1.5}])

    async def call(number: int) -> None:
        sum(range(100_000))

    load = await harness.run_load(call, clients=1, requests=10, meter=lambda: next(readings))

    assert 0.5 == load.cpu["server"]
    assert load.cpu["client"] > 0


async def test_a_wrong_answer_ends_the_load() -> None:
    """A failing request is no measurement."""

    async def call(number: int) -> None:
        raise ValueError("wrong answer")

    with pytest.raises(ExceptionGroup):
        await harness.run_load(call, clients=2, requests=10)


async def test_rounds_are_interleaved() -> None:
    """After the warm-up every case has its turn in every round."""
    turns: list[str] = []

    def case(name: str) -> Case:
        async def call(number: int) -> None:
            turns.append(name)

        return served(name, call)

    cases = [case("a"), case("b")]
    results = [one async for one in harness.measure(cases, [1], requests=1, rounds=3, warm_up=1)]

    assert ["a", "b"] + ["a", "b"] * 3 == turns
    assert [("a", 1, 3), ("b", 1, 3)] == [(one.case, one.clients, len(one.loads)) for one in results]


async def test_what_else_runs_is_seen() -> None:
    """The cores that the machine spent beyond the case's own processes."""

    async def run(clients: int, requests: int) -> Load:
        began = harness.busy()
        while harness.busy() - began < 0.1:
            sum(range(10_000))
        return Load([0.1], 0.1, {"server": 0.0})

    (result,) = [one async for one in harness.measure([Case("a", run)], [1], 1, rounds=1)]

    assert result.loads[0].others >= 0.9


def test_a_line_holds_the_medians_and_the_extremes() -> None:
    """Of three rounds the one in the middle counts."""
    line = measured("a", 0.01, 0.04, 0.02).line()

    assert (20.0, 50.0, [25.0, 100.0]) == (line["p50_ms"], line["per_second"], line["per_second_of_rounds"])
    assert (10, 3, 1.0) == (line["requests"], line["rounds"], line["p99_over_p50"])


def test_ratios_are_taken_within_a_round() -> None:
    """A machine that is half as fast in the second and third round changes no ratio, though it does the medians."""
    ours, theirs = measured("ours", 0.01, 0.02, 0.02, cpu=0.03), measured("theirs", 0.02, 0.04, 0.04)
    expected = {
        "ratio": "ours/theirs",
        "clients": 1,
        "quiet_rounds": 3,
        "per_second": 2.0,
        "per_second_of_rounds": [2.0, 2.0],
        "p50_ms": 0.5,
        "cpu_ms": 1.5,
    }

    assert expected == harness.ratio(ours, theirs)


def test_quiet_rounds_count() -> None:
    """A round in which others had the machine is left out, where there is a quieter one."""
    slow, fast = Load([0.04], 0.04, {"server": 0.02}, others=1.2), Load([0.01], 0.01, {"server": 0.01})
    line = Measured("a", 1, [slow, fast, slow]).line()
    compared = harness.ratio(Measured("a", 1, [slow, fast]), Measured("b", 1, [fast, fast]))

    assert (1, 100.0, [100.0, 100.0]) == (
        line["quiet_rounds"],
        line["per_second"],
        line["per_second_of_rounds"],
    )
    assert (1, 1.0) == (compared["quiet_rounds"], compared["per_second"])


def test_without_a_quiet_round_all_count() -> None:
    """A busy machine has numbers, too; the line tells that none was quiet."""
    loads = [Load([one], one, {"server": 0.02}, others=1.2) for one in (0.01, 0.02, 0.04)]
    line = Measured("a", 1, loads).line()

    assert (0, 50.0, [1.2, 1.2]) == (line["quiet_rounds"], line["per_second"], line["others"])


def test_emit(capsys: pytest.CaptureFixture[str]) -> None:
    """One JSON object on one line."""
    harness.emit({"case": "a", **harness.machine()})
    (line,) = capsys.readouterr().out.splitlines()

    assert "a" == json.loads(line)["case"] and json.loads(line)["cores"] >= 1
