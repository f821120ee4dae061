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
from dataclasses import dataclass, field, replace

import psutil

QUIET = 0.25
"""Up to so many cores may anything else take in a round that counts; when it never was so quiet, all rounds count."""

Call = Callable[[int], Awaitable[None]]
"""One request, of that number within its round. It raises when the answer is wrong."""

Meter = Callable[[], Mapping[str, float]]
"""The processor seconds that processes have taken so far, by name."""


@dataclass(frozen=True)
class Load:
    """What a load took: seconds a request, seconds in all, and processor seconds in all by process.

    `others`: how many cores whatever else runs on this machine took meanwhile.
    """

    latencies: Sequence[float]
    seconds: float
    cpu: Mapping[str, float] = field(default_factory=dict)
    others: float = 0.0

    def percentile(self, percent: float) -> float:
        """The latency in milliseconds that this share of the requests stayed within (nearest rank)."""
        ranked = sorted(self.latencies)
        return 1000 * ranked[max(1, math.ceil(len(ranked) * percent / 100)) - 1]

    @property
    def quiet(self) -> bool:
        """Whether the machine had hardly anything else to do."""
        return self.others <= QUIET

    def throughput(self) -> float:
        """Requests a second."""
        return len(self.latencies) / self.seconds

    def cpu_ms(self) -> float:
        """Milliseconds of a processor for one request, of all processes together."""
        return 1000 * sum(self.cpu.values()) / len(self.latencies)

    def tail(self) -> float:
        """How many times the median latency the 99th percentile is."""
        return self.percentile(99) / self.percentile(50)


@dataclass(frozen=True)
class Case:
    """One thing to measure: its name, and what puts a load of (clients, requests) on it."""

    name: str
    run: Callable[[int, int], Awaitable[Load]]


@dataclass(frozen=True)
class Measured:
    """One case under one number of clients: a load for each round."""

    case: str
    clients: int
    loads: Sequence[Load]

    def line(self) -> dict[str, object]:
        """The medians over the rounds that count, and their extremes, which tell what a difference means."""
        percentiles = {f"p{percent}_ms": self.median(_percentile(percent)) for percent in (50, 95, 99)}
        processes = sorted({name for load in self.loads for name in load.cpu})
        return {
            "case": self.case,
            "clients": self.clients,
            "requests": len(self.loads[0].latencies),
            "rounds": len(self.loads),
            "quiet_rounds": sum(load.quiet for load in self.loads),
            "per_second": self.median(Load.throughput),
            "per_second_of_rounds": extremes([load.throughput() for load in self.counted]),
            **percentiles,
            "p99_over_p50": self.median(Load.tail),
            "cpu_ms": self.median(Load.cpu_ms),
            "cpu_ms_of": {name: self.median(_cpu_ms_of(name)) for name in processes},
            "others": extremes([load.others for load in self.loads]),
        }

    def median(self, value: Callable[[Load], float]) -> float:
        """Of the values of the rounds that count."""
        return round(statistics.median(map(value, self.counted)), 2)

    @property
    def counted(self) -> Sequence[Load]:
        """The quiet rounds, or all where there is none."""
        return [load for load in self.loads if load.quiet] or self.loads


def ratio(one: Measured, base: Measured) -> dict[str, object]:
    """Multiples of the base's throughput, median latency and processor time: medians of those of each round.

    The rounds that were quiet for both count, or all where there is none.
    """
    throughput = multiples(one, base, Load.throughput)
    return {
        "ratio": f"{one.case}/{base.case}",
        "clients": one.clients,
        "quiet_rounds": len(_quiet(one, base)),
        "per_second": round(statistics.median(throughput), 2),
        "per_second_of_rounds": extremes(throughput),
        "p50_ms": round(statistics.median(multiples(one, base, _percentile(50))), 2),
        "cpu_ms": round(statistics.median(multiples(one, base, Load.cpu_ms)), 2),
    }


def multiples(one: Measured, base: Measured, value: Callable[[Load], float]) -> list[float]:
    """How many times the base's this value was, in each round that counts."""
    counted = _quiet(one, base) or zip(one.loads, base.loads, strict=True)
    return [value(load) / value(other) for load, other in counted]


def _quiet(one: Measured, base: Measured) -> list[tuple[Load, Load]]:
    rounds = zip(one.loads, base.loads, strict=True)
    return [(load, other) for load, other in rounds if load.quiet and other.quiet]


def extremes(values: Sequence[float]) -> list[float]:
    """The lowest and the highest."""
    return [round(min(values), 2), round(max(values), 2)]


async def run_load(call: Call, clients: int, requests: int, meter: Meter = dict) -> Load:
    """Send `requests` in all from `clients` at once; each waits for its answer before it sends the next."""
    left = iter(range(requests))
    latencies: list[float] = []

    async def client() -> None:
        for number in left:
            began = time.perf_counter()
            await call(number)
            latencies.append(time.perf_counter() - began)

    before, own = meter(), time.process_time()
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(clients):
            group.create_task(client())
    seconds = time.perf_counter() - began
    cpu = {"client": time.process_time() - own}
    return Load(latencies, seconds, cpu | {name: total - before[name] for name, total in meter().items()})


def served(name: str, call: Call, meter: Meter = dict) -> Case:
    """A case whose requests this process sends."""
    return Case(name, lambda clients, requests: run_load(call, clients, requests, meter))


async def measure(
    cases: Sequence[Case], clients: Sequence[int], requests: int, rounds: int, warm_up: int = 5
) -> AsyncIterator[Measured]:
    """For each number of clients what each case took, after a warm-up of so many requests.

    In a round every case has its turn, so that a machine that slows down slows all of them down.
    """
    for case in cases:
        await case.run(max(clients), warm_up)
    for number in clients:
        loads: Mapping[str, list[Load]] = {case.name: [] for case in cases}
        for _ in range(rounds):
            for case in cases:
                loads[case.name].append(await _watched(case, number, requests))
        for case in cases:
            yield Measured(case.name, number, loads[case.name])


async def _watched(case: Case, clients: int, requests: int) -> Load:
    """Run a case with an eye on what else runs."""
    before = busy()
    load = await case.run(clients, requests)
    foreign = busy() - before - sum(load.cpu.values())
    return replace(load, others=max(0.0, foreign / load.seconds))


def busy() -> float:
    """The processor seconds that the machine has spent on anything."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system + times.irq + times.softirq)


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


def _percentile(percent: float) -> Callable[[Load], float]:
    return lambda load: load.percentile(percent)


def _cpu_ms_of(name: str) -> Callable[[Load], float]:
    return lambda load: 1000 * load.cpu[name] / len(load.latencies)
