"""tools/nano/check.py, and what it says of the project's own corpus."""

from pathlib import Path

import pytest

from tests.tools.nano.homes import replace_line, write, write_home
from tools.nano.check import faults_of
from tools.nano.sentences import DOMAINS, HOME

COMPLETE = sorted(
    path.parent.name
    for path in HOME.glob("lexicon/*/words.tsv")
    if path.parent.name != "en" and (HOME / "templates" / f"{path.parent.name}.txt").exists()
)


@pytest.mark.parametrize("language", COMPLETE)
def test_the_corpus_is_whole(language: str) -> None:
    """Every file of a language that is there: lines, ids, forms, slots, script, digits, marks."""
    assert [] == list(faults_of(HOME, language))


def test_a_good_corpus_has_no_faults(tmp_path: Path) -> None:
    """The small one."""
    assert [] == list(faults_of(write_home(tmp_path), "hi"))


@pytest.mark.parametrize(
    ("number", "line", "said"),
    [
        (0, "मेरा dog कहाँ है?", "pets.txt, line 1: not in the language's script: मेरा dog कहाँ है?"),
        (0, "", "pets.txt, line 1: not in the language's script: "),
        (0, "मेरा कुत्ता कहाँ है।", "pets.txt, line 1: no ? at the end: मेरा कुत्ता कहाँ है।"),
        (1, "8 बजे आओ!", "pets.txt, line 2: other digits than in 'Come at 7!': 8 बजे आओ!"),
        (2, "वह  सोता है।", "pets.txt, line 3: white space that is not one space: 'वह  सोता है।'"),
    ],
)
def test_a_faulty_sentence_is_named(tmp_path: Path, number: int, line: str, said: str) -> None:
    """With its file and line."""
    home = write_home(tmp_path)
    replace_line(home / "sentences/hi/pets.txt", number, line)

    assert said in list(faults_of(home, "hi"))


def test_a_missing_line_is_told(tmp_path: Path) -> None:
    """Everything behind it would have shifted."""
    home = write_home(tmp_path)
    write(home / "sentences/hi/app.txt", ["मेरा कुत्ता कहाँ है?"])

    assert ["app.txt: 1 lines, and in English 3"] == list(faults_of(home, "hi"))


def test_independent_sentences_are_checked_too(tmp_path: Path) -> None:
    """Where English has any."""
    home = write_home(tmp_path)
    write(home / "independent/en.txt", ["He left.", "It is late."])
    write(home / "independent/hi.txt", ["He गया।"])

    assert [
        "independent/hi.txt: 1 lines, and in English 2",
        "independent/hi.txt, line 1: not in the language's script: He गया।",
    ] == list(faults_of(home, "hi"))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """Each domain by its name."""
    home = write_home(tmp_path)
    for domain in DOMAINS:
        (home / "sentences/hi" / f"{domain}.txt").unlink()

    assert [f"hi/{domain}.txt is missing" for domain in DOMAINS] == list(faults_of(home, "hi"))
