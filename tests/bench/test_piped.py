"""bench/piped.py with CTranslate2 itself."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bench.piped import whole_set, whole_set_case
from bench.sentences import sentences
from bench.translations import Answers
from tests.bench.alone import asked, write


async def test_the_whole_set_takes_one_time(tiny: Path, tmp_path: Path) -> None:
    """Every answer is there when the last is, and each was looked at."""
    shown = sentences(tiny, 5)
    async with AsyncExitStack() as stack:
        texts = (await asked(stack, tiny, shown, tmp_path))["texts"]
        answers = Answers({one.text: text for one, text in zip(shown, texts, strict=True)})
        alone = await whole_set(stack, "whole", tmp_path, tiny, write(shown, tmp_path), [])
        load = await whole_set_case("whole", alone, shown, answers).run(32, 8)

    assert [load.seconds] * 8 == load.latencies
    assert (8, 0) == (answers.seen, answers.differing)
    assert load.cpu["whole"] > 0


async def test_a_program_that_fails_ends_the_measurement(tiny: Path, tmp_path: Path) -> None:
    """With the end of what it said."""
    async with AsyncExitStack() as stack:
        with pytest.raises(SystemExit, match=r"(?s)whole did not come up.*invalid int value: 'many'"):
            await whole_set(stack, "whole", tmp_path, tiny, write([], tmp_path), ["--beam=many"])
