"""services/video/scratch.py: the worker's folder."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from services.video.scratch import Scratch


def test_what_dead_workers_left_is_removed(tmp_path: Path) -> None:
    """Folders of processes that live, and foreign ones, stay."""
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    for name in (f"worker-{dead.pid}", f"worker-{os.getppid()}", "mine"):
        (tmp_path / name / "deep").mkdir(parents=True)
    scratch = Scratch(tmp_path)
    during = sorted(path.name for path in tmp_path.iterdir())
    asyncio.run(scratch.close())

    assert sorted([f"worker-{os.getpid()}", f"worker-{os.getppid()}", "mine"]) == during
    assert not scratch.path.exists()
