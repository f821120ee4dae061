"""tools/nano/strangers.py"""

import random
from itertools import islice
from pathlib import Path

from tests.tools.nano.homes import write_home
from tools.nano.pairs import MARKS, TAGS, Pair, network_texts
from tools.nano.sentences import HOME
from tools.nano.strangers import Strangers, mixed

INDIC = [name for name in TAGS if name != "en"]


def marks(text: str) -> list[str]:
    """The marks in a text, in the order of their numbers."""
    return sorted(letter for letter in text if letter in MARKS)


def test_a_stranger_has_the_endings_of_a_word_of_its_class(tmp_path: Path) -> None:
    """The owl's, which are only added; `A {adj.being} {pet} saw {num} {animal+}.`"""
    strangers, chance = Strangers(write_home(tmp_path), ["hi"]), random.Random(1)
    found = {strangers.filled("hi", chance).text for _ in range(60)}

    assert all(marks(text) for text in found)
    assert any(text.startswith(f"क्या {MARKS[0]} यहाँ है?") for text in found)


def test_both_sides_have_the_same_strangers() -> None:
    """In every language, whatever the templates do with their words."""
    strangers, chance = Strangers(HOME, INDIC), random.Random(1)

    for language in INDIC:
        for _ in range(100):
            pair = strangers.filled(language, chance)
            assert marks(pair.english) == marks(pair.text) != []


def test_names_in_sentences_become_strangers(tmp_path: Path) -> None:
    """Half of the time, with what is written on them; a name that only one side has stays."""
    strangers, chance = Strangers(write_home(tmp_path), ["hi"]), random.Random(1)
    pair = Pair("pets", "Raju saw Raju's dog.", "hi", "राजू ने राजू का कुत्ता देखा।")
    found = {strangers.named(pair, chance).english for _ in range(40)}
    other = Pair("pets", "Raju sleeps.", "hi", "वह सोता है।")

    assert {"Raju saw Raju's dog.", f"{MARKS[0]} saw {MARKS[0]}'s dog."} == found
    assert other == strangers.named(other, chance)


def test_a_list_of_strangers_stays_as_it_is(tmp_path: Path) -> None:
    """With a mark of its language at its end, or none."""
    strangers, chance = Strangers(write_home(tmp_path), ["hi"]), random.Random(1)
    pairs = [strangers.listed("hi", chance) for _ in range(40)]

    assert all(pair.english.rstrip(".!?") == pair.text.rstrip("।!?") for pair in pairs)
    assert all(marks(pair.text) == list(MARKS[: len(marks(pair.text))]) for pair in pairs)
    assert {(".", "।"), ("!", "!"), ("?", "?")} < {(pair.english[-1], pair.text[-1]) for pair in pairs}


def test_they_come_between_the_others(tmp_path: Path) -> None:
    """About so many of them, always the same for a seed."""
    home = write_home(tmp_path)
    pair = Pair("pets", "He sleeps.", "hi", "वह सोता है।")
    first, second = (
        list(islice(mixed(iter([pair] * 400), Strangers(home, ["hi"]), ["hi"], 0.2, random.Random(3)), 400))
        for _ in range(2)
    )

    assert first == second
    assert 40 < sum(bool(marks(each.text)) for each in first) < 110


def test_placeholders_are_numbered_as_they_are_read() -> None:
    """On both sides, whichever is read."""
    pair = Pair(
        "strangers",
        f"{MARKS[0]} saw {MARKS[1]} at 10:30:15.",
        "hi",
        f"{MARKS[1]} को {MARKS[0]} ने 10:30:15 पर देखा।",
    )

    assert network_texts(pair, to_indic=True) == (
        "< ID1 > saw < ID2 > at < ID3 > .",
        "< ID2 > को < ID1 > ने < ID3 > पर देखा ।",
    )
    assert network_texts(pair, to_indic=False) == (
        "< ID2 > saw < ID1 > at < ID3 > .",
        "< ID1 > को < ID2 > ने < ID3 > पर देखा ।",
    )


def test_a_list_of_strangers_is_no_shouting() -> None:
    """English has its placeholders as they are served, however many they are."""
    pair = Pair("strangers", " ".join(MARKS[:3]), "hi", " ".join(MARKS[:3]))
    placeholders = "< ID1 > < ID2 > < ID3 >"

    assert (placeholders, placeholders) == network_texts(pair, to_indic=True)


def test_placeholders_of_several_kinds_keep_their_numbers() -> None:
    """They are counted as they stand in what is read, addresses and numbers alike."""
    pair = Pair("app", "At 10:30:15 mail a@b.co.", "hi", "a@b.co को 10:30:15 पर लिखो।")

    assert "At < ID2 > mail < ID1 > ." == network_texts(pair, to_indic=False)[0]
    assert "< ID2 > को < ID1 > पर लिखो ।" == network_texts(pair, to_indic=True)[1]


def test_endings_stay_on_their_placeholders() -> None:
    """So that the served network tells an ending from a word; tokenising alone puts a space between."""
    pair = Pair("strangers", f"{MARKS[0]} and {MARKS[1]}", "ta", f"{MARKS[1]}யும் {MARKS[0]}ை {MARKS[0]} வா")

    assert "< ID2 >युम् < ID1 >ै < ID1 > वा" == network_texts(pair, to_indic=True)[1]
