"""What makes a model another one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tools.install_translator.digest import digest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model's folder with a little in it."""
    (tmp_path / "indictext").mkdir()
    (tmp_path / "model.py").write_text("one")
    (tmp_path / "indictext" / "words.py").write_text("two")
    return tmp_path


CHANGES: dict[str, Callable[[Path], object]] = {
    "content": lambda folder: (folder / "indictext" / "words.py").write_text("twp"),
    "name": lambda folder: (folder / "model.py").rename(folder / "nodel.py"),
    "place": lambda folder: (folder / "model.py").rename(folder / "indictext" / "model.py"),
    "more": lambda folder: (folder / "empty").touch(),
    "less": lambda folder: (folder / "model.py").unlink(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_change_counts(folder: Path, change: Callable[[Path], object]) -> None:
    """Of a file's content, name or place; another file, or one less."""
    before = digest(folder)
    change(folder)

    assert before != digest(folder)


def test_what_python_compiled_does_not_count(folder: Path) -> None:
    """The same code is the same model."""
    before = digest(folder)
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "model.pyc").write_text("x")

    assert before == digest(folder)
