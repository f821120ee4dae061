"""What a small network says of itself goes with it."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.tools.indictrans2.checkpoints import write_tiny
from tests.tools.indictrans2.running import attempt, convert
from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.trust import TRUST, WORDS, check_words, read_trust

SAID: dict[str, Any] = {
    "quality": "demo",
    "least_scores": {"hin_Deva": -0.7},
    "most_unknown": 0.25,
    "length_ratio": [0.4, 2.5],
}


def write_modest(folder: Path) -> Path:
    """A tiny checkpoint that knows one word."""
    write_tiny(folder)
    (folder / TRUST).write_text(json.dumps(SAID))
    (folder / WORDS).write_bytes(gzip.compress(b"dog", mtime=0))
    return folder


def test_it_is_on_the_card_of_what_is_converted(tmp_path: Path) -> None:
    """Also of what is taken over from there."""
    made = convert(write_modest(tmp_path / "given"), tmp_path / "made")
    again = convert(made, tmp_path / "again")

    for folder in (made, again):
        card = json.loads((folder / "sutradhar.json").read_text())
        assert SAID == card["trust"]
        assert {"model.bin", TRUST, WORDS} == set(card["files"])
        assert b"dog" == gzip.decompress((folder / WORDS).read_bytes())


def test_published_checkpoints_say_nothing(tmp_path: Path) -> None:
    """Nor do their cards."""
    made = convert(write_tiny(tmp_path / "given"), tmp_path / "made")

    assert "trust" not in json.loads((made / "sutradhar.json").read_text())
    assert read_trust(made) is None


@pytest.mark.parametrize(
    "change",
    [
        {"least_scores": {"hin_Deva": "low"}},
        {"least_scores": -0.7},
        {"length_ratio": [1]},
        {"quality": ""},
        {"quality": 3},
        {"quality": "two words"},
        {"quality": 'de"mo'},
        {"quality": "one,other"},
        {"most_unknown": float("nan")},
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    """By the file's name."""
    (tmp_path / TRUST).write_text(json.dumps(SAID | change))

    with pytest.raises(UnusableCheckpointError, match=r"trust\.json"):
        read_trust(tmp_path)


@pytest.mark.parametrize(
    "words",
    [b"dog", gzip.compress(b"dog")[:-9], gzip.compress(b"\xff"), gzip.compress(bytes((1 << 26) + 1), 1)],
    ids=["not packed", "cut off", "not text", "too many"],
)
def test_words_that_cannot_be_read_are_refused(tmp_path: Path, words: bytes) -> None:
    """The server could not load the network."""
    (tmp_path / WORDS).write_bytes(words)

    with pytest.raises(UnusableCheckpointError, match=r"words\.SRC\.gz"):
        check_words(tmp_path)


def test_damaged_words_end_the_conversion(tmp_path: Path) -> None:
    """In a sentence."""
    folder = write_modest(tmp_path / "given")
    (folder / WORDS).write_bytes(b"dog")
    (tmp_path / "made").mkdir()

    done = attempt(folder, tmp_path / "made")

    assert (1, True) == (done.returncode, "words.SRC.gz: Not a gzipped file" in done.stderr), done.stderr


def test_the_converter_says_so_and_leaves_nothing_half(tmp_path: Path) -> None:
    """A word that is missing."""
    folder = write_modest(tmp_path / "given")
    (folder / TRUST).write_text('{"quality": "demo"}')
    (tmp_path / "made").mkdir()

    done = attempt(folder, tmp_path / "made")

    assert (1, "trust.json: 'most_unknown'") == (done.returncode, done.stderr.strip().rpartition("/")[2])
