"""bench/environments.py"""

import os
from pathlib import Path

import pytest

from bench.environments import program, variables
from meshkit.settings import ROOT


def test_an_environment_that_was_not_made() -> None:
    """The message tells what makes it."""
    with pytest.raises(SystemExit, match=r"\.venv-none is missing: sh tools/setup.sh bench makes it"):
        program(".venv-none", "python")


def test_modules_come_after_ours(tmp_path: Path) -> None:
    """And before those of the interpreter."""
    assert [ROOT, ROOT / "gen", tmp_path] == list(
        map(Path, variables(tmp_path)["PYTHONPATH"].split(os.pathsep))
    )
