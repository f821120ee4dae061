"""bench/translators.py with real Tritons."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bench.harness import run_load
from bench.sentences import sentences
from bench.translations import Answers
from bench.translators import (
    Repository,
    ask_service,
    ask_triton,
    lay_arrival_order,
    lay_ours,
    service,
    triton,
)
from tests.bench.alone import asked


def ours(model: Path, work: Path) -> Repository:
    """The translator."""
    return lay_ours(model, work)


def rival(model: Path, work: Path) -> Repository:
    """What it is compared with, which is told its model elsewhere."""
    return lay_arrival_order(work)


@pytest.mark.parametrize("lay", [ours, rival])
async def test_every_caller_gets_its_own_answer(
    tiny: Path, tmp_path: Path, lay: Callable[[Path, Path], Repository]
) -> None:
    """Through Triton, several at once: that of CTranslate2 alone."""
    shown = sentences(tiny, 12)
    async with AsyncExitStack() as stack:
        texts = (await asked(stack, tiny, shown, tmp_path))["texts"]
        answers = Answers({one.text: text for one, text in zip(shown, texts, strict=True)})
        repository = lay(tiny, tmp_path)
        told = {"MODEL": str(tiny), "BEAM": "5", "TRANSLATORS": "2", "THREADS": "1", "PIECES": "384"}
        server = await triton(stack, "triton", repository, tmp_path, told)
        call = await ask_triton(stack, server.target, repository.model, shown, answers)
        load = await run_load(call, 6, 24)

    assert 24 == len(load.latencies) == answers.seen


async def test_the_service_answers_in_front_of_triton(tiny: Path, tmp_path: Path) -> None:
    """It remembers nothing: every time the network is asked."""
    shown = sentences(tiny, 4)
    async with AsyncExitStack() as stack:
        texts = (await asked(stack, tiny, shown, tmp_path))["texts"]
        answers = Answers({one.text: text for one, text in zip(shown, texts, strict=True)})
        server = await triton(stack, "triton", lay_ours(tiny, tmp_path), tmp_path, {})
        front = await service(stack, tmp_path, server.target, 4)
        load = await run_load(await ask_service(stack, front.target, shown, answers), 4, 8)

    assert 8 == len(load.latencies) == answers.seen
