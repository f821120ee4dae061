"""Programs of baselines/ that are told by lines what to translate, as cases: they have no clients."""

import os
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from bench.environments import program, variables
from bench.harness import Case, Load
from bench.processes import Process, asked, ready, running, says_ready
from bench.sentences import Sentence, spread
from bench.translations import Answers


@dataclass(frozen=True)
class Piped:
    """Such a program while it runs."""

    process: Process
    log: Path

    async def ask(self, line: object) -> dict[str, Any]:
        """Its answer to a line; ends the measurement when it has none."""
        return await asked(self.process, self.log, line)


async def piped(stack: AsyncExitStack, name: str, work: Path, command: Sequence[str]) -> Piped:
    """Starts it and waits until it is ready."""
    log = work / f"{name}.txt"
    process = await stack.enter_async_context(running(command, log, variables(), piped=True))
    await ready(process, log, lambda: says_ready(process))
    return Piped(process, log)


async def whole_set(
    stack: AsyncExitStack, name: str, work: Path, model: Path, written: Path, flags: Sequence[str]
) -> Piped:
    """CTranslate2 alone: `written` holds the sentences."""
    command = [program(".venv-triton", "python"), "-m", "bench.baselines.whole_set"]
    return await piped(stack, name, work, [*command, str(model), str(written), *flags])


def whole_set_case(name: str, alone: Piped, shown: Sequence[Sentence], answers: Answers) -> Case:
    """Everything in one call; so the latency of each is that of all."""

    async def run(clients: int, requests: int) -> Load:
        answer = await alone.ask(requests)
        for number, text in enumerate(answer["texts"]):
            answers.check(shown[number % len(shown)].text, text)
        return Load([answer["seconds"]] * requests, answer["seconds"], {name: answer["cpu"]})

    return Case(name, run)


async def torch_case(
    stack: AsyncExitStack,
    name: str,
    work: Path,
    shown: list[Sentence],
    sample: int,
    beam: int,
    flags: Sequence[str] = (),
) -> Case:
    """PyTorch's `generate`, one sentence at a time; of each round's sentences it takes a sample."""
    command = [program(".venv-torch", "python"), "-m", "bench.baselines.torch_generate"]
    alone = await piped(
        stack, name, work, [*command, f"--beam={beam}", f"--threads={os.cpu_count()}", *flags]
    )
    turns = count()

    async def run(clients: int, requests: int) -> Load:
        taken = spread(shown, min(sample, requests), next(turns))
        lengths = [one.pieces for one in taken]
        answer = await alone.ask(lengths)
        if answer["lengths"] != lengths:
            raise SystemExit(f"{name}: answers of {answer['lengths']} pieces, must be {lengths}.")
        return Load(answer["seconds"], sum(answer["seconds"]), {name: answer["cpu"]})

    return Case(name, run)
