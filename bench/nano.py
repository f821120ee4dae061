"""The small networks that come with the mesh, through all of it: `python -m bench.nano`.

One JSON line a result; see README.md for how to read them.
"""

import argparse
import asyncio
import itertools
import os
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import numpy as np

from bench.harness import Call, Case, Measured, emit, machine, measure, ratio, served
from bench.mesh import Mesh, mesh_of
from bench.processes import peak_megabytes
from bench.settings import BenchSettings
from bench.translations import Answers
from meshkit.client import connect
from meshkit.settings import load
from meshkit.triton import TritonClient
from sutradhar.translator.v1 import translator_pb2 as pb
from sutradhar.translator.v1 import translator_pb2_grpc as pb_grpc
from tools.nano.pairs import TAGS, Pair, written
from tools.nano.sentences import HOME

_INDIC = tuple(name for name in TAGS if name != "en")
_CASES = ("gateway", "grpc", "triton")
_PROCESSES = {
    "gateway": ("gateway", "translator", "triton"),
    "grpc": ("translator", "triton"),
    "triton": ("triton",),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what the flags name."""
    asyncio.run(_measure(_options(arguments)))


async def _measure(options: argparse.Namespace) -> None:
    # What was translated once is not to come out of Redis.
    os.environ["TRANSLATOR_CACHE"] = "false"
    pairs = _pairs(options.direction)
    emit({**machine(), "direction": options.direction, "sentences": len(pairs)})
    measured: list[Measured] = []
    async with mesh_of(options.mesh) as mesh, AsyncExitStack() as stack:
        cases = await _cases(stack, mesh, pairs, options)
        async for one in measure(cases, options.clients, options.requests, options.rounds, 2 * len(_INDIC)):
            emit(one.line())
            measured.append(one)
        emit(_memory(mesh))
    for one, base in itertools.combinations(measured, 2):
        if one.clients == base.clients and base.case == "triton":
            emit(ratio(one, base))


def _pairs(direction: str) -> list[Pair]:
    """The sentences that judge the networks, one of each language in turn."""
    by_language = [written(HOME, [language], "test") for language in _INDIC]
    in_turn = [pair for row in zip(*by_language, strict=True) for pair in row]
    return in_turn if direction == "en-indic" else [_turned(pair) for pair in in_turn]


def _turned(pair: Pair) -> Pair:
    """What is asked stands in `english`, whichever language it is in."""
    return Pair(pair.domain, pair.text, pair.language, pair.english)


async def _cases(
    stack: AsyncExitStack, mesh: Mesh, pairs: Sequence[Pair], options: argparse.Namespace
) -> list[Case]:
    to_indic = options.direction == "en-indic"
    asked = [
        (pair.english, *(("en", pair.language) if to_indic else (pair.language, "en"))) for pair in pairs
    ]
    calls = {
        "gateway": await _gateway(stack, mesh, asked, options.headers),
        "grpc": await _service(stack, mesh, asked),
        "triton": await _triton(stack, mesh, asked),
    }
    return [
        served(name, calls[name], mesh.meter(*_PROCESSES[name])) for name in _CASES if name in options.cases
    ]


_Asked = Sequence[tuple[str, str, str]]


async def _gateway(stack: AsyncExitStack, mesh: Mesh, asked: _Asked, headers: dict[str, str]) -> Call:
    """POST /api/translate-text."""
    session = await stack.enter_async_context(aiohttp.ClientSession(mesh.gateway, headers=headers))
    same = Answers({})

    async def call(number: int) -> None:
        text, source, target = asked[number % len(asked)]
        body = {"text": text, "source_language": source, "target_language": target}
        async with session.post("/api/translate-text", json=body) as response:
            response.raise_for_status()
            _check(same, (await response.json())["translated_text"], text + target)

    return call


async def _service(stack: AsyncExitStack, mesh: Mesh, asked: _Asked) -> Call:
    """Translate over gRPC."""
    channel = connect(mesh.translator)
    stack.push_async_callback(channel.close)
    stub = pb_grpc.TranslatorServiceStub(channel)
    same = Answers({})

    async def call(number: int) -> None:
        text, source, target = asked[number % len(asked)]
        request = pb.TranslateRequest(texts=[text], source_language=source, target_language=target)
        answer = await stub.Translate(request)
        _check(same, answer.results[0].translation.text, text + target)

    return call


async def _triton(stack: AsyncExitStack, mesh: Mesh, asked: _Asked) -> Call:
    """One text a request, with the tensors of the translator's contract."""
    client = TritonClient(mesh.triton)
    stack.push_async_callback(client.close)
    same = Answers({})

    async def call(number: int) -> None:
        text, source, target = asked[number % len(asked)]
        given = {"INPUT_TEXT": text, "INPUT_LANGUAGE_ID": TAGS[source], "OUTPUT_LANGUAGE_ID": TAGS[target]}
        tensors = {name: np.array([[value.encode()]], np.object_) for name, value in given.items()}
        answer = await client.infer("translator", tensors, ["OUTPUT_TEXT"])
        _check(same, answer["OUTPUT_TEXT"].flat[0].decode(), text + target)

    return call


def _check(same: Answers, answer: str, asked: str) -> None:
    """A text is translated as it was the first time, or nearly; none is answered with nothing."""
    if not answer:
        raise SystemExit(f"{asked!r} became nothing.")
    same.expected = {**same.expected, asked: answer} if asked not in same.expected else same.expected
    same.check(asked, answer)


def _memory(mesh: Mesh) -> dict[str, object]:
    """What the processes on the way had resident at most; Triton's has the detector's model, too."""
    peaks = {name: peak_megabytes(mesh.pids[name]) for name in _PROCESSES["gateway"] if name in mesh.pids}
    return {
        "memory": "+".join(peaks),
        "peak_mb": round(sum(peaks.values())),
        "peak_mb_of": {name: round(peak) for name, peak in peaks.items()},
    }


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    defaults = load(BenchSettings)
    parser = argparse.ArgumentParser(prog="python -m bench.nano", description=__doc__)
    add = parser.add_argument
    add("--mesh", type=Path, default=defaults.mesh, help="folder of a running mesh, such as var (BENCH_MESH)")
    add("--cases", nargs="+", choices=_CASES, default=_CASES)
    add("--direction", choices=("en-indic", "indic-en"), default="en-indic")
    add("--clients", type=int, nargs="+", default=[1, 16], help="how many clients at once")
    add("--requests", type=int, default=480, help="of a case in a round")
    add("--rounds", type=int, default=3)
    parser.set_defaults(headers=defaults.headers)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
