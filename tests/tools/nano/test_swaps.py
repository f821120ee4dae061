"""tools/nano/swaps.py"""

import random
from itertools import islice
from pathlib import Path

import pytest

from tests.tools.nano.homes import write_home
from tools.nano.pairs import Pair
from tools.nano.swaps import Swaps, swapped


def found(home: Path, pair: Pair, *, same_gender: bool = False) -> set[tuple[str, str]]:
    """All that comes of a pair."""
    swaps, chance = Swaps(write_home(home), ["hi"], same_gender=same_gender), random.Random(1)
    some = (swaps.swapped(pair, chance) for _ in range(60))
    return {(each.english, each.text) for each in some}


def test_a_word_gives_way_to_one_of_its_class(tmp_path: Path) -> None:
    """In the same form on both sides; the dog is of the smallest class that it is in."""
    pair = Pair("pets", "Some food for my dogs!", "hi", "मेरे कुत्तों के लिए खाना!")

    assert {("Some food for my cats!", "मेरे बिल्लियों के लिए खाना!")} == found(tmp_path, pair)


def test_several_words_are_exchanged_at_once(tmp_path: Path) -> None:
    """Each for itself, with the article that English wants."""
    pair = Pair("pets", "I saw a lazy owl.", "hi", "मैंने आलसी उल्लू देखा।")

    assert {("I saw an old dog.", "मैंने बूढ़ा कुत्ता देखा।"), ("I saw an old cat.", "मैंने बूढ़ा बिल्ली देखा।")} == found(
        tmp_path, pair
    )


def test_gender_is_kept_where_the_language_is_written(tmp_path: Path) -> None:
    """A cat would need another verb."""
    pair = Pair("pets", "The owl ran.", "hi", "उल्लू दौड़ा।")

    assert {("The dog ran.", "कुत्ता दौड़ा।")} == found(tmp_path, pair, same_gender=True)


def test_people_keep_their_sex(tmp_path: Path) -> None:
    """English has `she` somewhere."""
    pair = Pair("pets", "Mother is here.", "hi", "माँ यहाँ है।")

    assert {(pair.english, pair.text)} == found(tmp_path, pair)


@pytest.mark.parametrize(
    ("english", "text"),
    [
        ("Is he here?", "क्या वह यहाँ है?"),
        ("The dog saw the dog.", "कुत्ता कुत्ते से मिला।"),
        ("The dogs slept.", "कुत्ता सोया।"),
        ("The dog slept.", "वह सोया।"),
        ("Two dogfights.", "कुत्तागिरी।"),
    ],
)
def test_what_is_not_clear_stays(tmp_path: Path, english: str, text: str) -> None:
    """No word of the lexicon, one that is there twice, other numbers, one side only, part of a word."""
    assert {(english, text)} == found(tmp_path, Pair("pets", english, "hi", text))


def test_a_share_of_the_pairs_is_changed(tmp_path: Path) -> None:
    """Always the same for a seed."""
    swaps = Swaps(write_home(tmp_path), ["hi"], same_gender=False)
    pair = Pair("pets", "The dogs slept.", "hi", "कुत्ते सोए।")
    first, second = (
        list(islice(swapped(iter([pair] * 400), swaps, 0.3, random.Random(3)), 400)) for _ in range(2)
    )

    assert first == second
    assert 80 < sum(each != pair for each in first) < 160
