"""Running the converter and what it made, each in its environment."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.tools.indictrans2.checkpoints import FIXTURES, ROOT
from tools.indictrans2.install import TRITON_PYTHON

HERE = Path(__file__).parent


def convert(folder: Path, output: Path, *options: str) -> Path:
    """A model folder, made without the installer around the converter. Raises AssertionError with its message."""
    output.mkdir(parents=True)
    done = attempt(folder, output, *options)
    assert done.returncode == 0, done.stderr
    return output


def attempt(folder: Path, output: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """What the converter answers."""
    command: list[str | Path] = [
        TRITON_PYTHON,
        "-m",
        "tools.indictrans2.convert",
        folder,
        output,
        "--name=tiny",
        *options,
    ]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


def install(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """What `python -m tools.indictrans2` answers."""
    command: list[str | Path] = [sys.executable, "-m", "tools.indictrans2", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


def numbers(kind: str, *folders: Path) -> list[dict[str, Any]]:
    """The answers of converted models to the sources of a fixture."""
    script = [TRITON_PYTHON, HERE / "numbers.py", FIXTURES / kind / "expected.json", *folders]
    done = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers
