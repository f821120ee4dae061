"""A model folder is put in its place whole, or not at all."""

import multiprocessing
import signal
from pathlib import Path

import pytest

from tools.indictrans2.place import locked, staged


def put(root: Path, text: str) -> None:
    """A model with one file."""
    with locked(root), staged(root, "model") as folder:
        (folder / "file").write_text(text)


def names(root: Path) -> list[str]:
    """What lies in a folder, but for the lock."""
    return sorted(path.name for path in root.iterdir() if path.name != ".lock")


def test_a_model_takes_the_place_of_the_former(tmp_path: Path) -> None:
    """And nothing else is left."""
    put(tmp_path / "root", "old")

    put(tmp_path / "root", "new")

    assert ["model"] == names(tmp_path / "root")
    assert "new" == (tmp_path / "root/model/file").read_text()


def test_a_failure_changes_nothing(tmp_path: Path) -> None:
    """The former model stays."""
    put(tmp_path, "old")

    with pytest.raises(ValueError, match="half way"):
        _fail(tmp_path)

    assert ["model"] == names(tmp_path)
    assert "old" == (tmp_path / "model/file").read_text()


def _fail(root: Path) -> None:
    with locked(root), staged(root, "model") as folder:
        (folder / "file").write_text("half")
        raise ValueError("half way")


def _be_killed(root: Path) -> None:
    with locked(root), staged(root, "model") as folder:
        (folder / "file").write_text("half")
        signal.raise_signal(signal.SIGKILL)


def test_what_a_killed_process_left_is_cleared(tmp_path: Path) -> None:
    """By the next conversion, of whatever model; the kernel gave the lock back."""
    process = multiprocessing.get_context("spawn").Process(target=_be_killed, args=(tmp_path,))
    process.start()
    process.join(30)
    assert 1 == len(names(tmp_path))

    with locked(tmp_path):
        assert [] == names(tmp_path)


def test_a_model_that_was_moved_away_comes_back(tmp_path: Path) -> None:
    """A process may be killed between the two renamings."""
    old = tmp_path / ".making-x" / "old" / "model"
    old.mkdir(parents=True)
    (old / "file").write_text("old")

    with locked(tmp_path):
        assert ["model"] == names(tmp_path)
        assert "old" == (tmp_path / "model/file").read_text()
