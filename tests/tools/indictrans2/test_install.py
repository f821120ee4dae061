"""`python -m tools.indictrans2`: a finished folder, or a sentence and nothing."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.tools.indictrans2.checkpoints import ROOT, TAGS, change_json, put_weights, tensors_of, write_tiny
from tests.tools.indictrans2.running import install

FILES = ["config.json", "model.SRC", "model.TGT", "model.bin"]
FILES += ["source_vocabulary.json", "sutradhar.json", "target_vocabulary.json"]
# In the converter's environment every program waits until somebody has opened the pipe for writing and closed it.
WAIT = "import sys\nif '.venv-triton' in sys.prefix:\n    open({pipe!r}).read()\n"


def names(models: Path) -> list[str]:
    """The models that are installed, and whatever else lies there but for the lock."""
    return sorted(path.name for path in (models / "indictrans2").iterdir() if path.name != ".lock")


def test_a_checkpoint_becomes_a_folder(tmp_path: Path) -> None:
    """With the files that CTranslate2 and SentencePiece read, and a card that says what it is."""
    checkpoint = write_tiny(tmp_path / "tiny-en-indic")

    done = install(checkpoint, "--models-dir", tmp_path / "models", "--quantization=int8")

    folder = tmp_path / "models/indictrans2/tiny-en-indic"
    assert (0, "") == (done.returncode, done.stderr)
    assert f"{folder}: en-indic, 1 to 12 languages, int8\n" == done.stdout
    assert FILES == sorted(path.name for path in folder.iterdir())
    card = json.loads((folder / "sutradhar.json").read_text())
    assert ("tiny-en-indic", ["en-indic"], "int8") == (card["name"], card["directions"], card["quantization"])
    assert (["eng_Latn"], sorted(TAGS[1:])) == (card["source_tags"], card["target_tags"])
    assert {"width": 64, "source_pieces": 500, "target_pieces": 700}.items() <= card["shape"].items()
    assert 256 == card["shape"]["max_source_positions"]
    weights = hashlib.sha256((checkpoint / "model.safetensors").read_bytes()).hexdigest()
    assert weights == card["made_from"]["model.safetensors"]
    assert ["dict.SRC.json", "dict.TGT.json"] == sorted(set(card["made_from"]) - set(FILES))[:2]
    made = hashlib.sha256((folder / "model.bin").read_bytes()).hexdigest()
    assert {"model.bin": made} == card["files"]
    assert (checkpoint / "config.json").stat().st_mtime_ns < card["made_at"] < time.time_ns()


def test_the_models_folder_may_be_named_from_where_one_is(tmp_path: Path) -> None:
    """The converter runs elsewhere."""
    write_tiny(tmp_path / "en-indic")
    command = [sys.executable, "-m", "tools.indictrans2", "en-indic", "--models-dir=out"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)

    assert (0, "") == (done.returncode, done.stderr)
    assert ["en-indic"] == names(tmp_path / "out")


@pytest.mark.parametrize(("device", "quantization"), [("cpu", "int8"), ("gpu", "float16")])
def test_the_device_decides_the_quantisation(tmp_path: Path, device: str, quantization: str) -> None:
    """Not the machine that it is converted on."""
    done = install(write_tiny(tmp_path / "en-indic"), "--models-dir", tmp_path, f"--device={device}")

    assert done.stdout.endswith(f", {quantization}\n"), done.stderr


def test_an_installed_model_is_replaced_and_another_is_kept(tmp_path: Path) -> None:
    """Each by its name."""
    checkpoint = write_tiny(tmp_path / "tiny-indic-indic", "tiny-untied", "indic-indic")
    options = ("--models-dir", tmp_path / "models", "--quantization=float32")
    assert 0 == install(checkpoint, *options, "--name=other").returncode

    first = install(checkpoint, *options)
    second = install(checkpoint, *options[:2], "--quantization=int8")

    assert (0, 0) == (first.returncode, second.returncode)
    assert ["other", "tiny-indic-indic"] == names(tmp_path / "models")
    cards = [tmp_path / "models/indictrans2" / name / "sutradhar.json" for name in names(tmp_path / "models")]
    assert ["float32", "int8"] == [json.loads(card.read_text())["quantization"] for card in cards]


def test_holes_are_said(tmp_path: Path) -> None:
    """They may mean that a file is of another release."""
    checkpoint = write_tiny(tmp_path / "en-indic")
    ids = json.loads((checkpoint / "dict.TGT.json").read_text())
    last = max(ids, key=ids.__getitem__)
    change_json(checkpoint / "dict.TGT.json", **{last: None})

    done = install(checkpoint, "--models-dir", tmp_path / "models")

    assert "; dict.TGT.json has no piece for 1 ids, such as 699: they are never used\n" in done.stdout


def swap_models(folder: Path) -> None:
    """Mix up the SentencePiece models of the two sides."""
    (folder / "model.SRC").rename(folder / "x")
    (folder / "model.TGT").rename(folder / "model.SRC")
    (folder / "x").rename(folder / "model.TGT")


def swap_dictionaries(folder: Path) -> None:
    """Mix up the dictionaries of the two sides."""
    (folder / "dict.SRC.json").rename(folder / "x")
    (folder / "dict.TGT.json").rename(folder / "dict.SRC.json")
    (folder / "x").rename(folder / "dict.TGT.json")


def cut_weights(folder: Path) -> None:
    """As a download that broke off."""
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-1000])


def spoil_weights(folder: Path) -> None:
    """As a training that ran away."""
    tensors = tensors_of("tiny-tied")
    name = "model.decoder.layers.1.fc1.weight"
    put_weights(folder, tensors | {name: np.full_like(tensors[name], np.nan)}, "safetensors")


def empty_model(folder: Path) -> None:
    """As a pointer of a large file storage in place of the file."""
    (folder / "model.TGT").write_text("version https://git-lfs.github.com/spec/v1\n")


@pytest.mark.parametrize(
    ("spoil", "options", "words"),
    [
        (swap_models, [], "model.SRC: only "),
        (swap_models, [], "but they are in dict.TGT.json: the files of the two sides are mixed up"),
        (
            swap_dictionaries,
            [],
            "dict.SRC.json: it has ids for 700 pieces, and the embedding has 500 rows; that fits",
        ),
        (cut_weights, [], "model.safetensors: the file is cut short, "),
        (
            spoil_weights,
            [],
            "model.safetensors: model.decoder.layers.1.fc1.weight has values that are not finite",
        ),
        (empty_model, [], "model.TGT: this is no SentencePiece model"),
        (lambda folder: (folder / "model.SRC").unlink(), [], "model.SRC: the file is missing"),
        (lambda folder: (folder / "dict.TGT.json").unlink(), [], "dict.TGT.json: the file is missing"),
        (
            lambda _: None,
            ["--direction=indic-en"],
            "--direction says indic-en, but its vocabularies are written as",
        ),
        (lambda _: None, ["--name=../x"], "'../x' is no name for a model"),
    ],
)
def test_wrong_files_are_named_and_nothing_is_left(
    tmp_path: Path, spoil: Callable[[Path], None], options: list[str], words: str
) -> None:
    """The message is a sentence, without a trace of the program."""
    checkpoint = write_tiny(tmp_path / "en-indic")
    (tmp_path / "models/indictrans2").mkdir(parents=True)
    spoil(checkpoint)

    done = install(checkpoint, "--models-dir", tmp_path / "models", *options)

    assert (1, "") == (done.returncode, done.stdout)
    assert done.stderr.startswith("not converted: ")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert [] == names(tmp_path / "models")


@pytest.mark.parametrize("model", ["nowhere", "/nowhere/at/all", "a/b/c"])
def test_a_folder_that_is_not_there_is_named(tmp_path: Path, model: str) -> None:
    """Nothing is looked for on the hub under such a name."""
    done = install(model, "--models-dir", tmp_path)

    assert (1, f"not converted: {model}: there is no such folder\n") == (done.returncode, done.stderr)


def test_an_installed_model_is_not_made_of_itself(tmp_path: Path) -> None:
    """It would be moved away while it is read."""
    folder = tmp_path / "indictrans2" / "some"
    folder.mkdir(parents=True)

    done = install(folder, "--models-dir", tmp_path)

    assert (1, f"not converted: {folder}: this is the installed model itself\n") == (
        done.returncode,
        done.stderr,
    )


class Paused:
    """A conversion that stands still as soon as its converter has started, until `go`."""

    def __init__(self, checkpoint: Path, models: Path, scratch: Path) -> None:
        scratch.mkdir()
        pipe = scratch / "pipe"
        os.mkfifo(pipe)
        (scratch / "sitecustomize.py").write_text(WAIT.format(pipe=str(pipe)))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tools.indictrans2", checkpoint, "--models-dir", models],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(scratch)},
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        self._pipe = pipe.open("w")  # returns when the converter has opened it too

    def end(self, number: signal.Signals) -> int:
        """Send a signal; answers the exit code."""
        self.process.send_signal(number)
        return self.process.wait(30)

    def go(self) -> None:
        """Let the converter run on, if it still lives."""
        self._pipe.close()


def test_a_conversion_that_is_ended_leaves_nothing(tmp_path: Path) -> None:
    """Whoever asks for it to end."""
    paused = Paused(write_tiny(tmp_path / "en-indic"), tmp_path / "models", tmp_path / "scratch")

    code = paused.end(signal.SIGTERM)

    paused.go()
    assert 143 == code
    assert [] == names(tmp_path / "models")


def test_a_killed_conversion_is_waited_for_and_cleared(tmp_path: Path) -> None:
    """Its converter may live on for a while, and holds the lock."""
    checkpoint, models = write_tiny(tmp_path / "en-indic"), tmp_path / "models"
    paused = Paused(checkpoint, models, tmp_path / "scratch")
    paused.end(signal.SIGKILL)
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "tools.indictrans2",
        checkpoint,
        "--models-dir",
        models,
    ]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as second:
        assert second.stderr
        waiting = second.stderr.readline()

        paused.go()

    assert ("waiting for another installation to end\n", 0) == (waiting, second.returncode)
    assert ["en-indic"] == names(models)


def test_a_checkpoint_may_lie_behind_links(tmp_path: Path) -> None:
    """As in the hub client's cache; what is installed are files."""
    checkpoint = write_tiny(tmp_path / "files")
    linked = tmp_path / "en-indic"
    linked.mkdir()
    for path in checkpoint.iterdir():
        (linked / path.name).symlink_to(path)

    done = install(linked, "--models-dir", tmp_path / "models")
    shutil.rmtree(checkpoint)

    assert 0 == done.returncode, done.stderr
    assert all((tmp_path / "models/indictrans2/en-indic" / name).is_file() for name in FILES)
