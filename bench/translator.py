"""The translator against what one would build otherwise: `python -m bench.translator`.

One JSON line a result; see README.md for how to read them.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench import translators
from bench.harness import Case, Load, Measured, emit, machine, measure, multiples, ratio, served
from bench.piped import Piped, torch_case, whole_set, whole_set_case
from bench.processes import meter, peak_megabytes
from bench.sentences import SHAPE, Sentence, network, sentences, write
from bench.translations import Answers, agreement
from meshkit.settings import ROOT

# In the order of a round.
_CASES = ("triton", "grpc", "arrival", "arrival-split", "whole", "torch")
# What is compared, and what is aimed at: at least this multiple of the other's throughput, at most of its latency.
_COMPARED: Sequence[tuple[str, str, Mapping[str, float]]] = (
    ("triton", "torch", {"per_second": 10.0}),
    ("grpc", "torch", {"per_second": 10.0}),
    ("triton", "arrival", {"per_second": 1.3, "p50_ms": 0.6}),
    ("grpc", "arrival", {"per_second": 1.3, "p50_ms": 0.6}),
    ("triton", "arrival-split", {}),
    ("grpc", "arrival-split", {}),
    ("triton", "whole", {"per_second": 0.85}),
    ("grpc", "whole", {"per_second": 0.85}),
    ("grpc", "triton", {}),
)
# How many translators share the cores in the usual design, and how many pieces each takes at once: a whole batch, or
# groups that all of them work on.
_CORES = str(os.cpu_count())
_ARRIVAL: Mapping[str, Mapping[str, str]] = {
    "arrival": {"TRANSLATORS": "1", "THREADS": _CORES, "PIECES": "9216"},
    "arrival-split": {"TRANSLATORS": _CORES, "THREADS": "1", "PIECES": "384"},
}
_GOAL_CLIENTS = 32
_BEAM = 5
_MOST_MB = 1200  # of our processes together
_WARM_UP = 32  # sentences a case


@dataclass(frozen=True)
class _Scene:
    """What every case has: the network, what it translates, and where things lie."""

    model: Path
    shown: list[Sentence]
    written: Path  # the sentences, for the programs that read them
    work: Path
    answers: Mapping[str, Answers]  # by case
    ours: dict[str, int] = field(default_factory=dict)  # our processes' ids, once they run

    async def alone(self, stack: AsyncExitStack, name: str, *flags: str) -> Piped:
        """CTranslate2 by itself."""
        return await whole_set(stack, name, self.work, self.model, self.written, flags)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what the flags name."""
    asyncio.run(_measure(_options(arguments)))


async def _measure(options: argparse.Namespace) -> None:
    measured = []
    async with AsyncExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        scene = await _scene(work, options)
        emit({**machine(), "model": SHAPE, "sentences": len(scene.shown), **_lengths(scene.shown)})
        cases = await _cases(stack, scene, options)
        async for one in measure(cases, options.clients, options.sentences, options.rounds, _WARM_UP):
            emit(one.line() | scene.answers[one.case].take())
            measured.append(one)
        if scene.ours:
            emit(_memory(scene.ours))
    for line in comparisons(measured):
        emit(line)
    for beam in options.agreement:
        emit(await _agreement(options.sentences, beam))


async def _scene(work: Path, options: argparse.Namespace) -> _Scene:
    """Makes what is missing, and has every sentence translated in small groups: what all others must give."""
    model = network("int8")
    shown = sentences(model, options.sentences)
    written = write(shown, work)
    async with AsyncExitStack() as stack:
        alone = await whole_set(stack, "alone", work, model, written, ["--max-pieces", "128"])
        texts = (await alone.ask(len(shown)))["texts"]
    expected = {one.text: text for one, text in zip(shown, texts, strict=True)}
    return _Scene(model, shown, written, work, {name: Answers(expected) for name in _CASES})


async def _cases(stack: AsyncExitStack, scene: _Scene, options: argparse.Namespace) -> list[Case]:
    """Starts what the chosen cases need; whatever is not under load idles."""
    cases = []
    if {"triton", "grpc"} & set(options.cases):
        cases += await _ours(stack, scene, options)
    cases += [await _arrival(stack, scene, name) for name in _ARRIVAL if name in options.cases]
    if "whole" in options.cases:
        flags = [f"--{name}={getattr(options, name)}" for name in ("inter", "intra")]
        alone = await scene.alone(stack, "whole", *flags, f"--max-pieces={options.max_pieces}")
        cases.append(whole_set_case("whole", alone, scene.shown, scene.answers["whole"]))
    if "torch" in options.cases:
        sample = options.torch_sentences
        cases.append(await torch_case(stack, "torch", scene.work, scene.shown, sample, _BEAM))
    return cases


async def _ours(stack: AsyncExitStack, scene: _Scene, options: argparse.Namespace) -> list[Case]:
    repository = translators.lay_ours(scene.model, scene.work)
    triton = await translators.triton(stack, "triton", repository, scene.work, {})
    scene.ours["triton"] = triton.pid
    cases = []
    if "triton" in options.cases:
        answers = scene.answers["triton"]
        call = await translators.ask_triton(stack, triton.target, "translator", scene.shown, answers)
        cases.append(served("triton", call, meter(triton=triton.pid)))
    if "grpc" in options.cases:
        service = await translators.service(stack, scene.work, triton.target, max(options.clients))
        scene.ours["service"] = service.pid
        call = await translators.ask_service(stack, service.target, scene.shown, scene.answers["grpc"])
        cases.append(served("grpc", call, meter(service=service.pid, triton=triton.pid)))
    return cases


async def _arrival(stack: AsyncExitStack, scene: _Scene, name: str) -> Case:
    repository = translators.lay_arrival_order(scene.work, name)
    told = {"MODEL": str(scene.model), "BEAM": str(_BEAM), **_ARRIVAL[name]}
    triton = await translators.triton(stack, name, repository, scene.work, told)
    call = await translators.ask_triton(
        stack, triton.target, repository.model, scene.shown, scene.answers[name]
    )
    return served(name, call, meter(triton=triton.pid))


def _memory(ours: Mapping[str, int]) -> dict[str, object]:
    """What our processes had resident at most; Triton's includes the network's."""
    peaks = {name: peak_megabytes(pid) for name, pid in ours.items()}
    total = sum(peaks.values())
    return {
        "memory": "+".join(peaks),
        "peak_mb": round(total),
        "peak_mb_of": {name: round(peak) for name, peak in peaks.items()},
        "at_most": _MOST_MB,
        "met": total <= _MOST_MB,
    }


def _lengths(shown: Sequence[Sentence]) -> dict[str, object]:
    pieces = sorted(one.pieces for one in shown)
    middle, mean = statistics.median(pieces), statistics.mean(pieces)
    return {"pieces": {"least": pieces[0], "median": middle, "mean": round(mean, 1), "most": pieces[-1]}}


def comparisons(measured: Sequence[Measured]) -> list[dict[str, object]]:
    """The ratios of those that were measured; with the goals where there are some for so many clients."""
    by_name = {(one.case, one.clients): one for one in measured}
    lines = []
    for case, other, goals in _COMPARED:
        for clients in sorted({one.clients for one in measured}):
            if (case, clients) in by_name and (other, clients) in by_name:
                pair = by_name[case, clients], by_name[other, clients]
                lines.append(ratio(*pair) | (_judged(*pair, goals) if clients == _GOAL_CLIENTS else {}))
    return lines


def _judged(one: Measured, other: Measured, goals: Mapping[str, float]) -> dict[str, object]:
    """By the ratios as they are, which the lines show rounded."""
    said: dict[str, object] = {}
    if "per_second" in goals:
        least = goals["per_second"]
        reached = statistics.median(multiples(one, other, Load.throughput))
        said |= {"at_least": least, "met": reached >= least}
    if "p50_ms" in goals:
        most = goals["p50_ms"]
        reached = statistics.median(multiples(one, other, lambda load: load.percentile(50)))
        said |= {"p50_at_most": most, "p50_met": reached <= most}
    return said


async def _agreement(count: int, beam: int) -> dict[str, object]:
    """How far the answers of the int8 network are those of the same network in single precision."""
    shown = sentences(network("int8"), count)
    answers: dict[str, list[list[str]]] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        work = Path(folder)
        written = write(shown, work)
        for kind in ("int8", "float32"):
            async with AsyncExitStack() as stack:
                alone = await whole_set(stack, kind, work, network(kind), written, ["--beam", str(beam)])
                answers[kind] = (await alone.ask(count))["pieces"]
    pairs = list(zip(answers["int8"], answers["float32"], strict=True))
    return {
        "agreement": "int8/float32",
        "beam": beam,
        "sentences": count,
        "same_sentences": round(statistics.mean(one == other for one, other in pairs), 4),
        "same_pieces": round(statistics.mean(agreement(one, other) for one, other in pairs), 4),
    }


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.translator", description=__doc__)
    add = parser.add_argument
    names = ", ".join(_CASES)
    add("--cases", nargs="+", choices=_CASES, default=_present(), metavar="CASE", help=f"of {names}")
    add("--clients", type=int, nargs="+", default=[_GOAL_CLIENTS], help="how many clients at once")
    add("--sentences", type=int, default=256, help="of a case in a round")
    add("--rounds", type=int, default=3)
    add("--torch-sentences", type=int, default=12, help="so many of a round's for torch, which is slow")
    add("--inter", type=int, default=os.cpu_count(), help="translators side by side in the case whole")
    add("--intra", type=int, default=1, help="threads of each")
    add("--max-pieces", type=int, default=1024, help="that it takes at once")
    add("--agreement", type=int, nargs="*", default=[1, _BEAM], metavar="BEAM", help="of int8 with float32")
    return parser.parse_args(arguments)


def _present() -> tuple[str, ...]:
    """All cases; without torch where nobody made its environment."""
    has_torch = (ROOT / ".venv-torch" / "bin" / "python").exists()
    return _CASES if has_torch else tuple(name for name in _CASES if name != "torch")


if __name__ == "__main__":
    main()
