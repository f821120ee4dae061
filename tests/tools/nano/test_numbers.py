"""tools/nano/numbers.py"""

import random
import re
from itertools import islice, repeat

import pytest

from tools.nano.numbers import renumbered
from tools.nano.pairs import Pair


def found(english: str, text: str, share: float = 1.0) -> list[Pair]:
    """What becomes of a pair, a hundred times."""
    pair = Pair("pets", english, "bn", text)
    return list(islice(renumbered(repeat(pair), share, random.Random(1)), 100))


def test_numbers_become_others_of_all_lengths() -> None:
    """The same on both sides, wherever they stand there."""
    pairs = found("He has 14 mangoes and 7 cats.", "তার 7টা বিড়াল আর 14টা আম।")
    numbers = [re.findall(r"\d+", pair.english) for pair in pairs]

    assert numbers == [re.findall(r"\d+", pair.text)[::-1] for pair in pairs]
    assert {1, 2, 3, 4} == {len(number) for both in numbers for number in both}
    assert all(pair.english.startswith("He has ") and pair.text.startswith("তার ") for pair in pairs)


@pytest.mark.parametrize(
    ("english", "text"),
    [
        ("Come at 10:30 with 3.5 kilos of 1,000 on 5/6.", "10:30 3.5 1,000 5/6"),
        ("I have 1 cat.", "1টা"),
        ("5 dogs and 5 cats", "5টা 5টা"),
        ("5 dogs", "পাঁচটা"),
        ("On the 14th", "14 তারিখে"),
        ("An mp3", "mp3"),
        ("Come at 7 o'clock.", "7টায়"),
        ("No number", "না"),
    ],
)
def test_what_is_no_plain_number_or_not_clear_stays(english: str, text: str) -> None:
    """Times, amounts, parts of words, one, the same number twice, one side's alone."""
    assert [Pair("pets", english, "bn", text)] * 100 == found(english, text)


def test_only_a_share_is_changed() -> None:
    """The others keep theirs."""
    pairs = found("7 cats", "7টা", share=0.3)

    assert 10 < sum(pair.english != "7 cats" for pair in pairs) < 45
