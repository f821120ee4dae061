"""What keeps Triton from working is named before it starts."""

import dataclasses
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.triton import PYTHON, ROOT
from tools.triton.checks import Facts, diagnose

SOUND = Facts(python="3.11", wheel=True, stub=True, missing_libraries=(), numpy="1.26.4")


def test_nothing_is_wrong_with_a_sound_environment() -> None:
    """All facts as they should be: no message."""
    message = diagnose(SOUND)

    assert message is None


@pytest.mark.parametrize(
    ("fact", "value", "words"),
    [
        ("wheel", False, ["nvidia-pytriton is not installed", "requirements/triton.txt"]),
        ("stub", False, ["no python backend stub for Python 3.11"]),
        (
            "missing_libraries",
            ("libpython3.11.so.1.0",),
            ["libpython3.11.so.1.0", "apt-get install libpython3.11"],
        ),
        ("missing_libraries", ("libb64.so.0",), ["libb64.so.0"]),
        ("numpy", None, ["numpy is not installed"]),
        ("numpy", "2.1.0", ["numpy 2.1.0", "empty tensors", "1.26"]),
    ],
)
def test_each_trouble_has_its_message(fact: str, value: Any, words: list[str]) -> None:
    """The message names the trouble and the way out."""
    message = diagnose(dataclasses.replace(SOUND, **{fact: value}))

    assert message is not None
    assert [] == [word for word in words if word not in message]


def test_a_missing_libpython_ends_the_launcher_with_78(tmp_path: Path) -> None:
    """An `ldd` that reports it missing stands for a machine without it."""
    _write_script(tmp_path / "ldd", "echo '\tlibpython3.11.so.1.0 => not found'")
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    command: list[str | Path] = [PYTHON, "-m", "tools.triton.server", f"--home={tmp_path / 'home'}"]

    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert 78 == ended.returncode
    assert ["libpython3.11.so.1.0 is missing" in line for line in ended.stderr.splitlines()] == [True]
    assert not (tmp_path / "home").exists()


def test_an_environment_without_the_wheel_ends_the_launcher_with_78(tmp_path: Path) -> None:
    """The base interpreter has no wheel."""
    base = PYTHON.resolve()

    ended = subprocess.run(
        [base, "-m", "tools.triton.server"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert 78 == ended.returncode
    assert "nvidia-pytriton is not installed" in ended.stderr


def _write_script(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
