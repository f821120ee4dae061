"""Models that are converted already are taken over as they are."""

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.tools.indictrans2.checkpoints import TAGS, change_json, write_tiny
from tests.tools.indictrans2.running import attempt, convert, install
from tools.indictrans2.vocabulary import SPECIAL

KEPT = ("model.bin", "config.json", "model.SRC", "model.TGT")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A converted model, as this tool makes it."""
    folder = tmp_path_factory.mktemp("made")
    return convert(write_tiny(folder / "checkpoint"), folder / "en-indic", "--quantization=int8")


@pytest.fixture
def given(made: Path, tmp_path: Path) -> Path:
    """The same as AI4Bharat lays it out: vocabularies as text, pieces in a sub-folder, no card."""
    folder = tmp_path / "en-indic-preprint" / "ct2_int8_model"
    (folder / "vocab").mkdir(parents=True)
    for name in ("model.bin", "config.json"):
        shutil.copyfile(made / name, folder / name)
    for name in ("model.SRC", "model.TGT"):
        shutil.copyfile(made / name, folder / "vocab" / name)
    for side in ("source", "target"):
        pieces = json.loads((made / f"{side}_vocabulary.json").read_text())
        (folder / f"{side}_vocabulary.txt").write_text("".join(f"{piece}\n" for piece in pieces), "utf-8")
    return folder


def test_a_given_model_is_taken_over(given: Path, tmp_path: Path, made: Path) -> None:
    """Its files are the same, and its card is ours; the direction is in the upper folder's name."""
    done = install(given, "--models-dir", tmp_path / "models", "--name=preprint")

    folder = tmp_path / "models/indictrans2/preprint"
    assert 0 == done.returncode, done.stderr
    assert all((made / name).read_bytes() == (folder / name).read_bytes() for name in KEPT)
    card, own = (json.loads((each / "sutradhar.json").read_text()) for each in (folder, made))
    same = ("directions", "source_tags", "target_tags", "quantization", "shape")
    assert [own[key] for key in same] == [card[key] for key in same]
    assert "source_vocabulary.txt" in card["made_from"]


def test_an_installed_model_of_elsewhere_is_taken_over(made: Path, tmp_path: Path) -> None:
    """Its card tells the direction, where neither its name nor what its pieces are written in does."""
    folder = tmp_path / "some"
    shutil.copytree(made, folder)
    blur(folder)
    untold = refused(folder, tmp_path / "untold")
    shutil.copyfile(made / "sutradhar.json", folder / "sutradhar.json")

    again = convert(folder, tmp_path / "again")

    assert "neither its name nor its vocabularies tell the direction" in untold
    assert ["en-indic"] == json.loads((again / "sutradhar.json").read_text())["directions"]
    assert (made / "model.bin").read_bytes() == (again / "model.bin").read_bytes()


def blur(folder: Path) -> None:
    """Take the card away, and put the other script into a fifth of the source's words: just as many as pass."""
    (folder / "sutradhar.json").unlink()
    path = folder / "source_vocabulary.json"
    pieces = json.loads(path.read_text("utf-8"))
    special = len(SPECIAL) + len(TAGS)
    words = [
        number for number, piece in enumerate(pieces) if number >= special and re.search("[a-zA-Z]", piece)
    ]
    for number in words[: len(words) // 5 + 1]:
        pieces[number] = f"क{number}"
    path.write_text(json.dumps(pieces), "utf-8")


def refused(folder: Path, tmp_path: Path, *options: str) -> str:
    """The sentence that says why."""
    (tmp_path / "output").mkdir(parents=True)
    done = attempt(folder, tmp_path / "output", *options)
    assert 1 == done.returncode
    return done.stderr


def test_a_model_that_is_cut_short_is_refused(given: Path, tmp_path: Path) -> None:
    """Before CTranslate2 sees it."""
    path = given / "model.bin"
    path.write_bytes(path.read_bytes()[:-5000])

    assert "model.bin: this is no whole CTranslate2 translation model" in refused(given, tmp_path)


@pytest.mark.parametrize("name", ["config.json", "source_vocabulary.txt", "vocab/model.SRC"])
def test_a_missing_file_is_named(given: Path, tmp_path: Path, name: str) -> None:
    """Whichever it is."""
    (given / name).unlink()

    assert f"{name.rpartition('/')[2].replace('txt', 'json')}: the file is missing" in refused(
        given, tmp_path
    )


def test_a_vocabulary_of_another_size_is_refused(given: Path, tmp_path: Path) -> None:
    """Pieces would be taken for others."""
    path = given / "target_vocabulary.txt"
    path.write_text(path.read_text("utf-8") + "more\n", "utf-8")

    message = "target_vocabulary.txt: it has 701 pieces, and the embedding in model.bin has 700 rows"
    assert message in refused(given, tmp_path)


@pytest.mark.parametrize(
    ("key", "value", "wanted"),
    [
        ("add_source_eos", False, "true"),
        ("add_source_bos", True, "false"),
        ("decoder_start_token", "<s>", "</s>"),
        ("decoder_start_token", None, "</s>"),
    ],
)
def test_a_model_with_another_frame_is_refused(
    given: Path, tmp_path: Path, key: str, value: object, wanted: str
) -> None:
    """Sources and answers that start or end in another way: it would answer, and badly."""
    change_json(given / "config.json", **{key: value})

    assert f"config.json: {key} is not {wanted}, so " in refused(given, tmp_path)


def test_pieces_may_lie_beside_the_folder(given: Path, tmp_path: Path) -> None:
    """As where several converted models share them."""
    (given / "vocab").rename(given.parent / "vocab")

    output = convert(given, tmp_path / "output")

    assert (given.parent / "vocab/model.SRC").read_bytes() == (output / "model.SRC").read_bytes()


def test_another_quantisation_cannot_be_had(given: Path, tmp_path: Path) -> None:
    """The numbers that were rounded away are gone; another name of the same is the same."""
    assert "it is converted already, to int8" in refused(given, tmp_path, "--quantization=float32")
    assert [] == list((tmp_path / "output").iterdir())  # refused before anything is copied
    convert(given, tmp_path / "same", "--quantization=int8_float32")


def test_a_wrong_direction_is_refused(given: Path, tmp_path: Path) -> None:
    """As with a checkpoint."""
    assert "--direction says indic-en, but its vocabularies" in refused(
        given, tmp_path, "--direction=indic-en"
    )
