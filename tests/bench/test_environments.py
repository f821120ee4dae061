"""bench/environments.py"""

import os
from pathlib import Path

import pytest

from bench.environments import program, variables
from meshkit.settings import ROOT


@pytest.mark.parametrize(
    ("environment", "command"),
    [
        (".venv-bench", "sh tools/setup.sh bench"),
        (".venv-mlserver", "sh tools/setup.sh bench"),
        (".venv-torch", "sh tools/setup.sh torch"),
        (".venv-triton", "make setup"),
    ],
)
def test_an_environment_that_was_not_made(environment: str, command: str) -> None:
    """The message tells what makes it."""
    with pytest.raises(SystemExit, match=rf"\{environment} is missing: {command} makes it"):
        program(environment, "no-such-program")


def test_modules_come_after_ours(tmp_path: Path) -> None:
    """And before those of the interpreter."""
    assert [ROOT, ROOT / "gen", tmp_path] == list(
        map(Path, variables(tmp_path)["PYTHONPATH"].split(os.pathsep))
    )
