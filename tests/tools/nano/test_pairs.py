"""tools/nano/pairs.py"""

import random
import re
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from indictext import finish, prepare

from tests.tools.nano.homes import write, write_home
from tools.nano.generate import Generator
from tools.nano.pairs import (
    TAGS,
    Pair,
    by_others,
    dictionary,
    english_only,
    filled,
    key_of,
    network_text,
    network_texts,
    translated_back,
    words_of,
    written,
)
from tools.nano.sentences import DOMAINS, HOME, lines


def test_the_three_parts_share_no_sentence() -> None:
    """And together they are all; the test has at least a hundred."""
    parts = {
        part: {key_of(pair.english) for pair in written(HOME, ["hi"], part)}
        for part in ("train", "stop", "test")
    }

    assert 100 <= len(parts["test"])
    assert not parts["test"] & parts["train"]
    assert not parts["stop"] & parts["train"]
    assert not parts["stop"] & parts["test"]


def test_the_same_sentences_are_held_back_in_every_language() -> None:
    """What a language learned would help another's test."""
    first, second = ([pair.english for pair in written(HOME, [name], "test")] for name in ("hi", "ta"))

    assert first == second


def test_sentences_by_others_only_judge(tmp_path: Path) -> None:
    """They are in no other part, in every language or in none; what only English has is not among them."""
    others = {key_of(pair.english) for pair in by_others(HOME, ["hi"])}
    learned = {key_of(pair.english) for part in ("train", "stop") for pair in written(HOME, ["hi"], part)}
    home = write_home(tmp_path)
    none = by_others(home, ["hi"])
    write(home / "independent/en.txt", ["The owl left."])
    write(home / "independent/hi.txt", ["उल्लू चला गया।"])
    write(home / "monolingual/en.txt", ["the owl left", "An owl left."])

    assert 90 <= len(others)
    assert not others & (learned | {key_of(text) for text in english_only(HOME)})
    assert [] == none
    assert [Pair("independent", "The owl left.", "hi", "उल्लू चला गया।")] == by_others(home, ["hi"])
    assert ["An owl left."] == english_only(home)
    with pytest.raises(ValueError, match="zip"):
        by_others(home, ["hi", "ta"])


def test_what_only_english_has_does_not_judge(tmp_path: Path) -> None:
    """Nor does it stop; there may be none."""
    home = write_home(tmp_path)
    write(home / "sentences/en/pets.txt", [f"Dog {number} sleeps." for number in range(50)])
    write(home / "sentences/hi/pets.txt", [f"कुत्ता {number} सोता है।" for number in range(50)])
    held = [pair.english for part in ("stop", "test") for pair in written(home, ["hi"], part)]
    none = english_only(home)
    write(home / "monolingual/en.txt", ["A dog ran.", *(text.upper() for text in held)])

    assert [] == none
    assert 4 == len(held)
    assert ["A dog ran."] == english_only(home)


def test_what_was_translated_back_is_read_again(tmp_path: Path) -> None:
    """A line a pair, as back.py writes it."""
    (tmp_path / "back.jsonl").write_text(
        '{"english": "A dog ran.", "language": "hi", "text": "कुत्ता दौड़ा।"}\n'
    )

    assert [Pair("monolingual", "A dog ran.", "hi", "कुत्ता दौड़ा।")] == translated_back(tmp_path / "back.jsonl")


def test_the_dictionary_pairs_every_word(tmp_path: Path) -> None:
    """Those of the slots, and those of no slot."""
    found = dictionary(write_home(tmp_path), ["hi"])

    assert Pair("dictionary", "owl", "hi", "उल्लू") in found
    assert Pair("dictionary", "water", "hi", "पानी") in found


def test_templates_never_end(tmp_path: Path) -> None:
    """The same seed gives the same sentences."""
    generator = Generator(write_home(tmp_path), ["hi"])
    first, second = (list(islice(filled(generator, ["hi"], random.Random(3)), 20)) for _ in range(2))

    assert 20 == len(first)
    assert first == second


def test_networks_read_one_script() -> None:
    """The text pipeline's form, in Devanagari for every Indian language but Urdu."""
    assert "Don 't bark , Moti !" == network_text("Don't bark, Moti!", "en")
    assert "நாய்" != network_text("நாய்", "ta")
    assert network_text("कुत्ता", "hi") == network_text("কুত্তা", "bn")


def test_words_are_those_that_a_served_network_is_asked_for() -> None:
    """Of what is read: small letters, one script, no marks and no placeholders."""
    pair = Pair("pets", "Don't bark at 10:30:15, Moti!", "ta", "நாய் 5 மணிக்கு!")

    assert ["don", "'t", "bark", "at", "moti"] == words_of(pair, to_indic=True)
    assert ["नाय्", "मणिक्कु"] == words_of(pair, to_indic=False)


def test_numbers_are_placeholders_with_what_is_written_on_them() -> None:
    """As they are served; what is read has a space there."""
    pair = Pair("pets", "He has 14 mangoes and 250 cats, 7 new.", "bn", "তার 250টা বিড়াল আর 14টা আম, 7টা নতুন।")
    english, written = network_texts(pair, to_indic=True)
    answer, read = network_texts(pair, to_indic=False)

    assert "He has < ID1 > mangoes and < ID2 > cats , 7 new ." == english
    assert ("< ID2 >टा", "< ID1 >टा") == tuple(re.findall(r"< ID. >टा", written))
    assert "He has < ID2 > mangoes and < ID1 > cats , 7 new ." == answer
    assert ("< ID1 > टा", "< ID2 > टा") == tuple(re.findall(r"< ID. > टा", read))


@pytest.mark.parametrize("language", [name for name in TAGS if name not in ("en", "ur")])
def test_what_a_network_learns_to_write_is_what_people_wrote(language: str) -> None:
    """Through the pipeline and back: apostrophes, colons, non-joiners and all; Urdu's loses its vowel marks."""
    numbers = prepare("", TAGS["en"], TAGS[language], is_known=lambda _: True)
    texts = [text for domain in DOMAINS for text in lines(HOME, language, domain)[::20]]

    for text in texts:
        pair = Pair("pets", text, language, text)
        entities = prepare(text, TAGS[language], TAGS["en"], is_small=True).entities
        _, written = network_texts(pair, to_indic=True)

        assert text == finish(written, replace(numbers, entities=entities))
