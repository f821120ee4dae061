"""bench/aligned.py, with sentences of bench/sentences.py and CTranslate2 itself."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bench.sentences import Sentence, sentences
from bench.translations import Answers
from tests.bench.alone import asked


@pytest.fixture(scope="module")
def shown(tiny: Path) -> list[Sentence]:
    """A few of all lengths."""
    return sentences(tiny, 12)


@pytest.mark.parametrize("beam", [1, 5])
async def test_answers_are_as_long_as_their_sources(
    tiny: Path, shown: list[Sentence], tmp_path: Path, beam: int
) -> None:
    """They end by themselves, each in its place, although the network could go on to 256 pieces."""
    async with AsyncExitStack() as stack:
        answer = await asked(stack, tiny, shown, tmp_path, "--beam", str(beam))

    assert [one.pieces for one in shown] == [len(pieces) for pieces in answer["pieces"]]


async def test_answers_follow_from_their_sources(tiny: Path, shown: list[Sentence], tmp_path: Path) -> None:
    """No two sentences have the same, and who is with it in a batch makes hardly any difference: sums of floating-point
    numbers depend on their order, so one piece or other may differ.
    """
    async with AsyncExitStack() as stack:
        together = await asked(stack, tiny, shown, tmp_path)
        alone = await asked(stack, tiny, shown, tmp_path, "--max-pieces", "1")
    answers = Answers({one.text: text for one, text in zip(shown, alone["texts"], strict=True)})
    for one, text in zip(shown, together["texts"], strict=True):
        answers.check(one.text, text)

    assert len(shown) == len(set(together["texts"])) == answers.seen
