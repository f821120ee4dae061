"""tools/nano/lexicon.py"""

from pathlib import Path

import pytest

from tests.tools.nano.homes import replace_line, write, write_home
from tools.nano.lexicon import LexiconError, check_ids, read_lexicon, read_slots, read_words


def test_a_word_fills_every_slot_of_its_classes(tmp_path: Path) -> None:
    """Nouns by their classes, adjectives and times with a prefix."""
    slots = read_slots(write_home(tmp_path)).ids

    assert ("n:dog", "n:cat") == slots["pet"]
    assert ("n:dog", "n:cat", "n:owl") == slots["animal"]
    assert ("a:lazy", "a:old") == slots["adj.being"]
    assert ("t:past-yesterday",) == slots["time.past"]


def test_forms_have_the_names_that_the_grammar_gives(tmp_path: Path) -> None:
    """Singular and plural; names have the sex that English says."""
    lexicon = read_lexicon(write_home(tmp_path), "hi")

    assert {"d": "कुत्ता", "o": "कुत्ते"} == lexicon.entries["n:dog"].singular
    assert {"d": "बिल्लियाँ", "o": "बिल्लियों"} == lexicon.entries["n:cat"].plural
    assert "f" == lexicon.entries["p:sita"].gender


def test_the_dictionary_is_by_id(tmp_path: Path) -> None:
    """In English without its parts of speech."""
    home = write_home(tmp_path)

    assert {"to-eat": "to eat", "water": "water"} == read_words(home, "en")
    assert {"to-eat": "खाना", "water": "पानी"} == read_words(home, "hi")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("dog\tx\tकुत्ता|कुत्ते\tकुत्ते|कुत्तों", "hi/nouns.tsv, line 1: the gender 'x' is none of m, f"),
        ("dog\tm\tकुत्ता\tकुत्ते|कुत्तों", "hi/nouns.tsv, line 1: 1 forms for d, o"),
        ("dog\tm\tकुत्ता|\tकुत्ते|कुत्तों", "hi/nouns.tsv, line 1: 2 forms for d, o"),
        ("dog\tm\tकुत्ता|कुत्ते", "hi/nouns.tsv, line 1: 3 fields"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    """With its file, its number, and what is wrong with it."""
    home = write_home(tmp_path)
    replace_line(home / "lexicon/hi/nouns.tsv", 0, line)

    with pytest.raises(LexiconError, match=f"^{said}"):
        read_lexicon(home, "hi")


def test_lines_that_shifted_are_found(tmp_path: Path) -> None:
    """Ids have the order of the English ones."""
    home = write_home(tmp_path)
    write(home / "lexicon/hi/words.tsv", ["water\tपानी", "to-eat\tखाना"])

    with pytest.raises(LexiconError, match=r"hi/words.tsv, line 1: water, and in English to-eat"):
        check_ids(home, "hi")


def test_lines_that_lack_are_found(tmp_path: Path) -> None:
    """A file may not end early."""
    home = write_home(tmp_path)
    write(home / "lexicon/hi/words.tsv", ["to-eat\tखाना"])

    with pytest.raises(LexiconError, match=r"hi/words.tsv: 1 lines, and in English 2"):
        check_ids(home, "hi")
