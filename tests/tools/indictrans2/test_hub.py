"""A name on the hub becomes an installed model, by way of the hub's own client."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.hub import COMMIT, TAG, Hub, Model
from tests.tools.indictrans2.checkpoints import ROOT, write_tiny
from tests.tools.indictrans2.running import install
from tools.indictrans2.hub import HubName

NAME = "ai4bharat/indictrans2-en-indic-dist-200M"
LAST = "indictrans2-en-indic-dist-200M"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NAME, HubName(NAME, LAST, None)),
        (f"{NAME}@{TAG}", HubName(NAME, LAST, TAG)),
        (f"{NAME}@refs/pr/7", HubName(NAME, LAST, "refs/pr/7")),
        ("indictrans2", None),
        ("../some/folder", None),
        ("./folder", None),
        ("owner/model/more", None),
        (f"{NAME}@", None),
        ("--owner/model", None),
    ],
)
def test_names(text: str, expected: HubName | None) -> None:
    """An owner and a model, and a revision where one is wanted; a path is none."""
    assert expected == HubName.parse(text)


@pytest.mark.parametrize("revision", ["", f"@{TAG}"])
def test_a_name_on_the_hub_is_fetched_and_converted(tmp_path: Path, hub: Hub, revision: str) -> None:
    """The answer says of which commit; on standard error it says how much there is to wait for."""
    hub.models[NAME] = Model(write_tiny(tmp_path / "en-indic"))

    done = install(NAME + revision, "--models-dir", tmp_path / "models", "--quantization=int8")

    folder = tmp_path / "models/indictrans2" / LAST
    assert 0 == done.returncode, done.stderr
    assert f"{folder}: en-indic, 1 to 12 languages, int8; from {NAME}, commit {COMMIT}\n" == done.stdout
    assert f"{NAME}, commit {COMMIT}: fetching 6 of 6 files, " in done.stderr
    assert LAST == json.loads((folder / "sutradhar.json").read_text())["name"]


def test_a_folder_of_that_name_comes_first(tmp_path: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked for what is there."""
    write_tiny(tmp_path / NAME)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    command = [sys.executable, "-m", "tools.indictrans2", NAME, "--models-dir", str(tmp_path / "models")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)

    assert (0, []) == (done.returncode, hub.asked), done.stderr


def test_a_refusal_is_a_sentence_with_the_way_by_hand(tmp_path: Path, hub: Hub) -> None:
    """For whoever has no account there, or another way to the files."""
    hub.models[NAME] = Model(write_tiny(tmp_path / "en-indic"), gated=True)

    done = install(NAME, "--models-dir", tmp_path / "models")

    assert (1, "") == (done.returncode, done.stdout)
    assert "Traceback" not in done.stderr
    sentence = done.stderr.splitlines()[-1]
    assert sentence.startswith(
        f"not converted: {NAME}: it is given only to those who accepted its conditions"
    )
    assert sentence.endswith(
        "By hand: download config.json, model.SRC, model.TGT, dict.SRC.json, dict.TGT.json, model.safetensors "
        f"from https://huggingface.co/{NAME}/tree/main into a folder {LAST} and give that folder as MODEL"
    )
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 1)])
def test_a_fetch_that_is_ended_leaves_no_half_files(
    tmp_path: Path, hub: Hub, number: signal.Signals, code: int
) -> None:
    """Whoever asks for it to end: the client would not go on with them, and they are large."""
    hub.models[NAME] = Model(write_tiny(tmp_path / "en-indic"))
    hub.held = "model.safetensors"
    command = [sys.executable, "-m", "tools.indictrans2", NAME, "--models-dir", str(tmp_path / "models")]

    with subprocess.Popen(
        command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as fetching:
        assert hub.reached.wait(30)
        # A terminal sends an interrupt to all processes, others ask the one that they know.
        (os.killpg if number == signal.SIGINT else os.kill)(fetching.pid, number)
        _, words = fetching.communicate(timeout=30)

    assert code == fetching.returncode
    assert "Traceback" not in words
    assert [] == list((tmp_path / "hf").rglob("*.incomplete"))
