import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tools.setup import (
    ENVIRONMENTS,
    MAIN,
    ROOT,
    STAMP,
    TRITON,
    WORK,
    Assets,
    Environment,
    SetupError,
    Translator,
    read_stamp,
    run,
)


def installed(folder: Path, locks: dict[str, str], **identity: str) -> Environment:
    """An environment that says it was installed from these locks."""
    environment = replace(MAIN["run"], folder=folder)
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").touch()
    stamp = {"identity": environment.identity() | identity, "locks": locks, "paths": environment.paths}
    (folder / STAMP).write_text(json.dumps(stamp))
    return environment


def test_an_environment_of_the_present_lock_is_ready(tmp_path: Path) -> None:
    """Nothing is done for it; that it holds more, for the tests, is no harm."""
    environment = installed(tmp_path, MAIN["test"].hashes())

    assert environment.ready()


def test_an_environment_of_an_older_lock_is_brought_up(tmp_path: Path) -> None:
    """It is not made anew: its stamp is good."""
    environment = installed(tmp_path, {"main.txt": "older"})

    assert not environment.ready()
    assert environment.stamp()


def test_an_environment_that_lacks_a_folder_of_ours_is_brought_up(tmp_path: Path) -> None:
    """A newer tree may have more folders to import from than the one that it was made for."""
    environment = installed(tmp_path, MAIN["run"].hashes())

    assert not replace(environment, paths=environment.paths + "../more\n").ready()


@pytest.mark.parametrize("changed", ["root", "python", "base"])
def test_an_environment_of_another_place_is_made_anew(tmp_path: Path, changed: str) -> None:
    """Its scripts carry the absolute path of another tree or another Python."""
    environment = installed(tmp_path, MAIN["run"].hashes(), **{changed: "other"})

    assert not environment.ready()
    assert {} == environment.stamp()


def test_an_interrupted_environment_is_made_anew(tmp_path: Path) -> None:
    """The stamp is written last; a torn one counts as none."""
    environment = installed(tmp_path, MAIN["run"].hashes())
    (tmp_path / STAMP).write_text('{"identity": ')

    assert {} == read_stamp(tmp_path / STAMP)
    assert not environment.ready()


def test_this_test_runs_in_an_environment_of_the_lock() -> None:
    """What `make test` made is what it would make now."""
    assert Path(sys.prefix) == MAIN["test"].folder
    assert TRITON.folder.joinpath("bin", "python").exists()


def test_only_measuring_and_fetching_make_more_environments() -> None:
    """What the mesh needs stays as small as it was; the tests need the hub's client, too."""
    names = {purpose: [one.folder.name for one in made] for purpose, made in ENVIRONMENTS.items()}

    assert [".venv", ".venv-triton"] == names["run"]
    assert [".venv", ".venv-triton", ".venv-hub"] == names["test"]
    assert [".venv", ".venv-hub"] == names["hub"]
    assert [".venv", ".venv-triton", ".venv-bench", ".venv-mlserver"] == names["bench"]
    assert [".venv", ".venv-torch"] == names["torch"]


def test_a_failed_step_shows_the_end_of_its_output() -> None:
    """The message holds what the command said last, and where all of it is."""
    WORK.mkdir(parents=True, exist_ok=True)

    with pytest.raises(SetupError, match=r"(?s)failed \(3\):\nno such package\n.*build/setup/failing\.log"):
        run("failing", sys.executable, "-c", "print('no such package'); raise SystemExit(3)")


def test_an_unknown_purpose_is_refused() -> None:
    """The message lists the known ones."""
    command = [sys.executable, str(ROOT / "tools" / "setup.py"), "fly"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (1, "setup: unknown purpose 'fly': run or test or hub or bench or torch\n") == (
        done.returncode,
        done.stderr,
    )


def test_what_is_installed_is_no_asset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that goes must not have everything fetched anew."""
    for name in ("fonts/a.ttf", "indictrans2/net/model.bin", "triton/translator/config.pbtxt"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(b"four")
    monkeypatch.setattr(Assets, "folder", tmp_path)

    assert {"fonts/a.ttf": 4} == Assets().sizes()


def test_the_translator_is_laid_out_again_when_the_repository_has_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other networks, other serving code, or nothing laid out so far."""
    network = tmp_path / "data" / "nano" / "model" / "net" / "model.bin"
    network.parent.mkdir(parents=True)
    network.write_bytes(b"one")
    monkeypatch.setattr("tools.setup.ROOT", tmp_path)
    monkeypatch.setattr(Translator, "stamp", tmp_path / "models" / STAMP)
    translator = Translator()
    before = translator.ready()
    (tmp_path / "models").mkdir()
    translator.stamp.write_text(json.dumps({"sources": translator.sources()}))
    laid_out = translator.ready()
    network.write_bytes(b"other")

    assert (False, True, False) == (before, laid_out, translator.ready())
