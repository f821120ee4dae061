"""Dictionaries become lists of pieces in the order of their ids."""

import json
from pathlib import Path
from typing import Any

import pytest

from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.vocabulary import SPECIAL, Vocabulary, read_dictionary, read_list

SPECIAL_IDS = {piece: number for number, piece in enumerate(SPECIAL)}


def ids(count: int) -> dict[str, Any]:
    """A dictionary of so many pieces."""
    return SPECIAL_IDS | {f"▁p{number}": number for number in range(len(SPECIAL), count)}


def write(folder: Path, value: object) -> Path:
    """The dictionary's file."""
    (folder / "dict.SRC.json").write_text(json.dumps(value))
    return folder / "dict.SRC.json"


def test_pieces_are_in_the_order_of_their_ids(tmp_path: Path) -> None:
    """Not in that of the file."""
    shuffled = dict(reversed(ids(30).items()))

    assert list(ids(30)) == read_dictionary(write(tmp_path, shuffled), 30, 99).pieces


def test_holes_are_filled_and_said(tmp_path: Path) -> None:
    """In the middle and at the end; what fills them is a piece that is not there already."""
    known = ids(99) | {"<unused 99>": 50}
    del known["▁p7"], known["▁p50"]

    vocabulary = read_dictionary(write(tmp_path, known), 100, 10)

    assert [7, 99] == vocabulary.holes
    assert ["<unused 7>", "<<unused 99>>"] == [vocabulary.pieces[number] for number in vocabulary.holes]
    assert 100 == len(set(vocabulary.pieces))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], "this is no JSON object"),
        (ids(30) | {"x": "7"}, "the piece 'x' has the id '7', which is no number"),
        (ids(30) | {"x": 29}, "'▁p29' and 'x' share the id 29"),
        (ids(30) | {"</s>": 1, "<pad>": 2}, "<pad> must have the id 1, and has 2"),
        ({"a": 0}, "<s> must have the id 0, and has none"),
        (ids(31), "it has ids for 31 pieces, and the embedding has 30 rows$"),
        (ids(20), "it has ids for 20 pieces, and the embedding has 30 rows$"),
        (
            ids(50),
            "it has ids for 50 pieces, and the embedding has 30 rows; that fits the other side: .* mixed up",
        ),
    ],
)
def test_a_dictionary_of_another_model_is_refused(tmp_path: Path, value: object, words: str) -> None:
    """With the numbers that do not fit."""
    with pytest.raises(UnusableCheckpointError, match=rf"dict\.SRC\.json: {words}"):
        read_dictionary(write(tmp_path, value), 30, 50)


def test_tags_are_told_from_pieces() -> None:
    """A language and a script of India, or English."""
    pieces = [*SPECIAL, "eng_Latn", "hin_Deva", "▁hin_Deva", "abc_Defg", "deu_Latin"]

    assert ["eng_Latn", "hin_Deva"] == Vocabulary(Path("v"), pieces, []).tags()


@pytest.mark.parametrize(
    ("words", "script"),
    [
        (["▁the", "cat", "1", "é", "a", "b", "c", "d", "e"], "english"),
        (["▁कि", "ता", "ब", "▁the"], "indic"),
        (["▁کتاب", "ka"], "indic"),
        (["the", "cat", "कि"], None),
        (["1", "!"], None),
    ],
)
def test_a_script_is_told_by_most_words(words: list[str], script: str | None) -> None:
    """Numbers and marks count for none; tags neither."""
    vocabulary = Vocabulary(Path("v"), [*SPECIAL, "eng_Latn", "hin_Deva", *words], [])

    assert script == vocabulary.script()


@pytest.mark.parametrize("name", ["source_vocabulary.json", "source_vocabulary.txt"])
def test_lists_are_read(tmp_path: Path, name: str) -> None:
    """As JSON, and one piece a line."""
    text = json.dumps(["<s>", "▁a"]) if name.endswith("json") else "<s>\n▁a\n"
    (tmp_path / name).write_text(text, "utf-8")

    assert ["<s>", "▁a"] == read_list(tmp_path / name).pieces


@pytest.mark.parametrize("text", [b"{}", b"[1]", b"[", b"\xff"])
def test_another_list_is_refused(tmp_path: Path, text: bytes) -> None:
    """An object, numbers, half a file, another encoding."""
    (tmp_path / "source_vocabulary.json").write_bytes(text)

    with pytest.raises(UnusableCheckpointError, match=r"source_vocabulary\.json: this is no list of pieces"):
        read_list(tmp_path / "source_vocabulary.json")
