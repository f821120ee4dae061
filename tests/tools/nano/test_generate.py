"""tools/nano/generate.py"""

import random
from pathlib import Path

import pytest

from tests.tools.nano.homes import replace_line, write_home
from tools.nano.generate import Generator, base_forms, with_articles
from tools.nano.lexicon import LexiconError


def filled(home: Path, number: int, count: int) -> list[dict[str, str]]:
    """One template, filled so often."""
    generator, chance = Generator(home, ["hi"]), random.Random(1)
    return [dict(generator.fill(number, chance).texts) for _ in range(count)]


def test_all_languages_have_the_same_words(tmp_path: Path) -> None:
    """English starts with a capital and has its article right; Hindi agrees."""
    found = filled(write_home(tmp_path), 0, 60)

    assert {"An old dog", "A lazy dog", "An old cat", "A lazy cat"} == {
        " ".join(each["en"].split()[:3]) for each in found
    }
    assert all(("बूढ़ी बिल्ली" in each["hi"]) == ("old cat" in each["en"]) for each in found)
    assert all(each["en"].split()[4] == each["hi"].split()[4] for each in found)


def test_slots_of_one_sentence_are_filled_differently(tmp_path: Path) -> None:
    """A pet is an animal, too."""
    found = filled(write_home(tmp_path), 0, 60)

    assert not [each for each in found if "dog saw" in each["en"] and "dogs" in each["en"]]


def test_names_have_a_sex(tmp_path: Path) -> None:
    """In every language."""
    found = filled(write_home(tmp_path), 1, 30)

    assert {(True, True), (False, False)} == {("Sita" in one["en"], "she was" in one["en"]) for one in found}
    assert {(True, True), (False, False)} == {("Sita" in one["en"], "गई" in one["hi"]) for one in found}


def test_a_template_without_one_of_the_slots_is_refused(tmp_path: Path) -> None:
    """Otherwise a word would be lost."""
    home = write_home(tmp_path)
    replace_line(home / "templates/hi.txt", 2, "क्या वह यहाँ है?")

    with pytest.raises(LexiconError, match=r"hi.txt, line 3: only one of it and English has name"):
        Generator(home, ["hi"])


def test_every_word_has_a_base_form(tmp_path: Path) -> None:
    """A small dictionary comes with the slots."""
    generator = Generator(write_home(tmp_path), ["hi"])
    ours, theirs = (base_forms(generator.lexicons[name]) for name in ("en", "hi"))

    assert ours.keys() == theirs.keys()
    assert ("owl", "उल्लू") == (ours["n:owl"], theirs["n:owl"])


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("An dog saw a owl.", "A dog saw an owl."),
        ("a one-eyed cat", "A one-eyed cat"),
        ("An hour.", "An hour."),
        ("A Indian fox met an European one.", "An Indian fox met a European one."),
        ("A 8-year-old and an 10-year-old.", "An 8-year-old and a 10-year-old."),
        ("A 18th, a 1800 and a usual Urdu song.", "An 18th, a 1800 and a usual Urdu song."),
        ("Grade A I got for a Urdu song.", "Grade A I got for an Urdu song."),
    ],
)
def test_articles_fit_what_follows(wrong: str, right: str) -> None:
    """As it is said."""
    assert right == with_articles(wrong)
