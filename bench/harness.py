"""What measurements share: bounded load from some clients at once, interleaved rounds, medians, JSON lines.

A load is closed: each client sends its next request when it has the answer to the last one, so that latency is
what a caller waits and never the length of a queue in front of a clock.
"""

import asyncio
import json
import math
import os
import platform
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

Call = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Case:
    """One thing to measure: its name, and one request of it, which raises when the answer is wrong."""

    name: str
    call: Call


@dataclass(frozen=True)
class Load:
    """What a case was put under, and what it took: a latency in seconds per request, and the seconds in all."""

    latencies: Sequence[float]
    seconds: float

    def percentile(self, percent: float) -> float:
        """The latency in milliseconds that this share of the requests stayed within (nearest rank)."""
        ranked = sorted(self.latencies)
        return 1000 * ranked[max(1, math.ceil(len(ranked) * percent / 100)) - 1]

    @property
    def throughput(self) -> float:
        """Requests a second."""
        return len(self.latencies) / self.seconds


async def run_load(call: Call, clients: int, requests: int) -> Load:
    """Send `requests` in all from `clients` at once; each waits for its answer before it sends the next."""
    left = iter(range(requests))
    latencies: list[float] = []

    async def client() -> None:
        for _ in left:
            began = time.perf_counter()
            await call()
            latencies.append(time.perf_counter() - began)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(clients):
            group.create_task(client())
    return Load(latencies, time.perf_counter() - began)


async def measure(
    cases: Sequence[Case], clients: Sequence[int], requests: int, rounds: int, warm_up: int = 5
) -> AsyncIterator[dict[str, object]]:
    """Results, one by one: for each number of clients the median over the rounds of each case.

    In a round every case has its turn, so that a machine that slows down slows all of them down.
    """
    for case in cases:
        await run_load(case.call, 1, warm_up)
    for number in clients:
        loads: Mapping[str, list[Load]] = {case.name: [] for case in cases}
        for _ in range(rounds):
            for case in cases:
                loads[case.name].append(await run_load(case.call, number, requests))
        for case in cases:
            yield {"case": case.name, "clients": number, "requests": requests, **_medians(loads[case.name])}


def ratios(results: Sequence[Mapping[str, object]], base: str) -> list[dict[str, object]]:
    """Each case's median latency and throughput as multiples of the base case's, at the same number of clients."""
    bases = {one["clients"]: one for one in results if one["case"] == base}
    return [
        {
            "ratio": f"{one['case']}/{base}",
            "clients": one["clients"],
            **{key: _ratio(one[key], bases[one["clients"]][key]) for key in ("p50_ms", "per_second")},
        }
        for one in results
        if one["case"] != base
    ]


def machine() -> dict[str, object]:
    """What the numbers were taken on."""
    return {
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
    }


def emit(result: Mapping[str, object]) -> None:
    """One JSON object on one line of standard output."""
    print(json.dumps(result), flush=True)


def _medians(loads: Sequence[Load]) -> dict[str, object]:
    measured = {f"p{percent}_ms": [load.percentile(percent) for load in loads] for percent in (50, 95, 99)}
    measured["per_second"] = [load.throughput for load in loads]
    # The rounds' extremes tell whether a difference between two cases means anything.
    spread = [round(min(measured["p50_ms"]), 2), round(max(measured["p50_ms"]), 2)]
    medians = {key: round(statistics.median(values), 2) for key, values in measured.items()}
    return {**medians, "rounds": len(loads), "p50_ms_of_rounds": spread}


def _ratio(one: object, base: object) -> float:
    return round(float(str(one)) / float(str(base)), 2)
