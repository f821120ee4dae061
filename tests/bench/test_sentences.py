"""bench/sentences.py"""

from contextlib import suppress
from pathlib import Path
from statistics import mean

from bench.sentences import Sentence, make_once, sentences, spread


def test_sentences_are_always_the_same(tiny: Path) -> None:
    """So that two measurements can be compared; and no two of one are the same."""
    shown = sentences(tiny, 40)

    assert sentences(tiny, 40) == shown
    assert len(shown) == len({one.text for one in shown})
    assert all(6 <= one.pieces <= 80 for one in shown)


def test_a_network_is_made_anew_by_other_code(tmp_path: Path) -> None:
    """And when its folder is gone, or its making failed; else it is kept."""
    folder, stamp, code = tmp_path / "network", tmp_path / "stamp", [tmp_path / "one.py", tmp_path / "two.py"]
    made: list[str] = []

    def make() -> None:
        made.append(code[1].read_text())
        if made[-1] == "broken":
            raise ValueError
        folder.mkdir(exist_ok=True)

    code[0].write_text("same")
    for text in ("first", "first", "second", "broken", "second"):
        code[1].write_text(text)
        with suppress(ValueError):
            make_once(folder, stamp, code, make)
    folder.rmdir()
    make_once(folder, stamp, code, make)

    assert ["first", "second", "broken", "second", "second"] == made


def test_a_sample_is_as_long_as_the_whole() -> None:
    """On average, in every turn; and each turn takes others."""
    shown = [Sentence(f"sentence {pieces}", pieces) for pieces in range(1, 257)]
    turns = [spread(shown, 12, turn) for turn in range(3)]

    assert all(abs(mean(one.pieces for one in turn) - 128.5) < 11 for turn in turns)
    assert 36 == len({one.text for turn in turns for one in turn})
