"""The detector against what one would build otherwise: `python -m bench.detector`.

One JSON line a result; see README.md for how to read them.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import get_args

from bench import calls
from bench.harness import Case, Load, Measured, emit, machine, measure, ratio, served
from bench.loop import loop_case
from bench.mesh import Mesh, mesh_of
from bench.photos import Format, Photo, photos
from bench.rivals import fastapi_case, mlserver_case
from bench.settings import BenchSettings
from meshkit.settings import load

# What runs, and with what: in the order of a round.
_OURS = ("triton", "grpc", "rest")
_RIVALS: Mapping[str, Callable[..., Awaitable[Case]]] = {
    "loop": loop_case,
    "loop-service-decoding": partial(loop_case, service_decoding=True),
    "fastapi": partial(fastapi_case, workers=1, threads=0),
    "fastapi-2": partial(fastapi_case, workers=2, threads=1),
    "mlserver": partial(mlserver_case, workers=1, threads=0),
    "mlserver-2": partial(mlserver_case, workers=2, threads=1),
}
# Which cases are compared, and the multiple of the other's throughput that is aimed at (0: none).
_COMPARED = (
    ("grpc", "triton", 0.0),
    ("rest", "triton", 0.0),
    ("grpc", "loop", 0.85),
    ("grpc", "loop-service-decoding", 0.0),
    ("rest", "fastapi", 1.0),
    ("rest", "fastapi-2", 1.0),
    ("grpc", "mlserver", 3.0),
    ("grpc", "mlserver-2", 3.0),
)
_GOAL_CLIENTS = 16
_TAIL = 3.0  # p99 ÷ p50 of ours at most
_WARM_UP = 48  # requests a case: each photo by each of the clients, more or less


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what the flags name."""
    asyncio.run(_measure(_options(arguments)))


async def _measure(options: argparse.Namespace) -> None:
    shown = photos(options.format)
    size = sum(len(photo.data) for photo in shown) // len(shown)
    emit({**machine(), "format": options.format, "photos": len(shown), "bytes_each": size})
    measured = []
    async with AsyncExitStack() as stack:
        cases = await _cases(stack, shown, options)
        async for one in measure(cases, options.clients, options.requests, options.rounds, _WARM_UP):
            emit(one.line() | _tail(one))
            measured.append(one)
    for line in comparisons(measured):
        emit(line)


async def _cases(stack: AsyncExitStack, shown: Sequence[Photo], options: argparse.Namespace) -> list[Case]:
    """Starts what the chosen cases need; whatever is not under load idles."""
    work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
    ours = [name for name in _OURS if name in options.cases]
    cases = []
    if ours:
        mesh = await stack.enter_async_context(mesh_of(options.mesh))
        cases += [await _our_case(stack, name, shown, mesh, options.headers) for name in ours]
    for name, make in _RIVALS.items():
        if name in options.cases:
            cases.append(await make(stack, name, shown, work))
    return cases


async def _our_case(
    stack: AsyncExitStack, name: str, shown: Sequence[Photo], mesh: Mesh, headers: dict[str, str]
) -> Case:
    if name == "triton":
        return served(name, await calls.triton(stack, shown, mesh.triton), mesh.meter("triton"))
    if name == "grpc":
        call = await calls.service(stack, shown, mesh.detector)
        return served(name, call, mesh.meter("detector", "triton"))
    call = await calls.gateway(stack, shown, mesh.gateway, headers)
    return served(name, call, mesh.meter("gateway", "detector", "triton"))


def _tail(one: Measured) -> dict[str, object]:
    """Whether our slowest answers come soon enough under load."""
    if one.case not in ("grpc", "rest") or one.clients != _GOAL_CLIENTS:
        return {}
    return {"p99_over_p50_at_most": _TAIL, "met": one.median(Load.tail) <= _TAIL}


def comparisons(measured: Sequence[Measured]) -> list[dict[str, object]]:
    """The ratios of those that were measured; with the goal where there is one for so many clients."""
    by_name = {(one.case, one.clients): one for one in measured}
    lines = []
    for case, other, goal in _COMPARED:
        for clients in sorted({one.clients for one in measured}):
            if (case, clients) in by_name and (other, clients) in by_name:
                line = ratio(by_name[case, clients], by_name[other, clients])
                if goal and clients == _GOAL_CLIENTS:
                    line |= {"at_least": goal, "met": float(str(line["per_second"])) >= goal}
                lines.append(line)
    return lines


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    defaults = load(BenchSettings)
    names = (*_OURS, *_RIVALS)
    parser = argparse.ArgumentParser(prog="python -m bench.detector", description=__doc__)
    add = parser.add_argument
    add("--mesh", type=Path, default=defaults.mesh, help="folder of a running mesh, such as var (BENCH_MESH)")
    add("--cases", nargs="+", choices=names, default=names, metavar="CASE", help=f"of {', '.join(names)}")
    add("--format", choices=get_args(Format), default="jpeg", help="what the photos are sent as")
    add("--clients", type=int, nargs="+", default=[1, _GOAL_CLIENTS], help="how many clients at once")
    add("--requests", type=int, default=240, help="requests of a case in a round")
    add("--rounds", type=int, default=3)
    parser.set_defaults(headers=defaults.headers)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
