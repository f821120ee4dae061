"""A mesh of small processes: supervision is the same for them as for the real services."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.mesh.layout import Layout
from tools.mesh.programs import Program, Stage

SLEEPER = "import signal, time; print('up', flush=True); time.sleep(600)"


@pytest.fixture
def layout(tmp_path: Path) -> Iterator[Layout]:
    """A home of this test's own, with its folders; the control socket's may be elsewhere."""
    made = Layout(tmp_path / "var")
    made.make()
    yield made
    made.remove_far_socket()


def python(name: str, code: str, stage: Stage = Stage.SERVICES) -> Program:
    """A program that runs some Python code."""
    return Program(name, (sys.executable, "-S", "-E", "-c", code), stage, stop_seconds=2)
