"""bench/sentences.py"""

from pathlib import Path
from statistics import mean

from bench.sentences import Sentence, sentences, spread


def test_sentences_are_always_the_same(tiny: Path) -> None:
    """So that two measurements can be compared; and no two of one are the same."""
    shown = sentences(tiny, 40)

    assert sentences(tiny, 40) == shown
    assert len(shown) == len({one.text for one in shown})
    assert all(6 <= one.pieces <= 80 for one in shown)


def test_a_sample_is_as_long_as_the_whole() -> None:
    """On average, in every turn; and each turn takes others."""
    shown = [Sentence(f"sentence {pieces}", pieces) for pieces in range(1, 257)]
    turns = [spread(shown, 12, turn) for turn in range(3)]

    assert all(abs(mean(one.pieces for one in turn) - 128.5) < 11 for turn in turns)
    assert 36 == len({one.text for turn in turns for one in turn})
