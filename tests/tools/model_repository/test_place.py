"""Putting a model into the repository: whole or not at all."""

import os
from pathlib import Path, PosixPath
from typing import Self

import pytest

from tools.model_repository.place import placed


class Trouble(Exception):
    """What a test raises itself."""


class Interrupted(PosixPath):
    """A folder after whose renaming a signal arrives."""

    def rename(self, target: str | os.PathLike[str]) -> Self:
        """As Path's, and then trouble."""
        super().rename(target)
        raise Trouble


def lay(folder: Path) -> None:
    """A model of one file."""
    folder.mkdir()
    (folder / "config.pbtxt").write_text("new")


def lay_half(folder: Path) -> None:
    """A model whose writing fails midway."""
    lay(folder)
    raise Trouble


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where the model goes; the repository is not there yet."""
    return tmp_path / "models" / "triton" / "yolo"


def files(target: Path) -> dict[str, str]:
    """Every file below the models folder."""
    models = target.parent.parent
    return {str(path.relative_to(models)): path.read_text() for path in models.rglob("*") if path.is_file()}


def test_a_model_is_in_its_place_within_the_block_and_after(target: Path) -> None:
    """And nothing else is left."""
    with placed(target, lay):
        within = (target / "config.pbtxt").read_text()

    assert "new" == within
    assert {"triton/yolo/config.pbtxt": "new"} == files(target)
    assert ["triton"] == [path.name for path in target.parent.parent.iterdir()]


def test_the_former_model_is_replaced_as_a_whole(target: Path) -> None:
    """No file of it stays."""
    target.mkdir(parents=True)
    (target / "labels.txt").write_text("old")
    with placed(target, lay):
        pass

    assert {"triton/yolo/config.pbtxt": "new"} == files(target)


@pytest.mark.parametrize("former", [True, False])
def test_trouble_in_the_block_brings_the_former_back(target: Path, former: bool) -> None:
    """Or leaves nothing where nothing was."""
    if former:
        target.mkdir(parents=True)
        (target / "labels.txt").write_text("old")
    with pytest.raises(Trouble), placed(target, lay):
        raise Trouble

    assert ({"triton/yolo/labels.txt": "old"} if former else {}) == files(target)
    assert ["triton"] == [path.name for path in target.parent.parent.iterdir()]


def test_half_a_model_is_never_seen(target: Path) -> None:
    """What fails while it is written does not touch the former."""
    target.mkdir(parents=True)
    (target / "labels.txt").write_text("old")
    with pytest.raises(Trouble), placed(target, lay_half):
        pass

    assert {"triton/yolo/labels.txt": "old"} == files(target)


def test_a_signal_between_out_and_in_brings_the_former_back(target: Path) -> None:
    """When the former was already taken out and the new one is not yet in its place."""
    target.mkdir(parents=True)
    (target / "labels.txt").write_text("old")
    with pytest.raises(Trouble), placed(Interrupted(target), lay):
        pass

    assert {"triton/yolo/labels.txt": "old"} == files(target)
