"""bench/piped.py with CTranslate2 itself."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bench.piped import torch_case, whole_set, whole_set_case
from bench.sentences import Sentence, sentences, write
from bench.translations import Answers
from meshkit.settings import ROOT
from tests.bench.alone import asked


async def test_the_whole_set_takes_one_time(tiny: Path, tmp_path: Path) -> None:
    """Every answer is there when the last is, and each was looked at."""
    shown = sentences(tiny, 5)
    async with AsyncExitStack() as stack:
        texts = (await asked(stack, tiny, shown, tmp_path))["texts"]
        answers = Answers({one.text: text for one, text in zip(shown, texts, strict=True)})
        alone = await whole_set(stack, "whole", tmp_path, tiny, write(shown, tmp_path), [])
        load = await whole_set_case("whole", alone, shown, answers).run(32, 8)

    assert [load.seconds] * 8 == load.latencies
    assert 8 == answers.seen
    assert load.cpu["whole"] > 0


@pytest.mark.skipif(not (ROOT / ".venv-torch").exists(), reason="sh tools/setup.sh torch makes it")
async def test_torch_answers_a_sample_of_each_round(tmp_path: Path) -> None:
    """One sentence after the other, each answer as long as its sentence."""
    shown = [Sentence(f"sentence {pieces}", pieces) for pieces in (3, 4, 5, 6)]
    small = ["--layers=1", "--vocabulary=33000"]
    async with AsyncExitStack() as stack:
        case = await torch_case(stack, "torch", tmp_path, shown, 2, 1, small)
        load = await case.run(32, 4)

    assert 2 == len(load.latencies)
    assert pytest.approx(load.seconds) == sum(load.latencies)


async def test_a_program_that_fails_ends_the_measurement(tiny: Path, tmp_path: Path) -> None:
    """With the end of what it said."""
    async with AsyncExitStack() as stack:
        with pytest.raises(SystemExit, match=r"(?s)whole did not come up.*invalid int value: 'many'"):
            await whole_set(stack, "whole", tmp_path, tiny, write([], tmp_path), ["--beam=many"])
