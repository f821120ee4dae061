"""A registry of one's own."""

import os
from pathlib import Path

import pytest

from tests.tools.assets.packages import put_npm


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder whose archives `npm` serves during this test."""
    folder, programs = tmp_path / "shelf", tmp_path / "programs"
    folder.mkdir()
    programs.mkdir()
    put_npm(programs, folder)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    return folder
