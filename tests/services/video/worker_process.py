"""The real worker as a process of its own."""

import asyncio
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import psutil

from meshkit.settings import ROOT


class WorkerProcess:
    """`python -m services.video.worker`, its log in a file of `folder`."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self._environment = {**os.environ, **environment}
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """The process id."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start it; it is not waited for."""
        with tempfile.NamedTemporaryFile(
            dir=self.folder, prefix="worker-", suffix=".log", delete=False
        ) as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "services.video.worker",
                cwd=ROOT, env=self._environment, stdout=log, stderr=log,
            )  # fmt: skip

    async def kill(self) -> None:
        """Send SIGKILL and reap it."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def stop(self) -> int:
        """Send SIGTERM and return the exit status."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.terminate()
        return await self._process.wait()

    def children(self) -> list[str]:
        """Return the names of the processes that it has started."""
        try:
            return [child.name() for child in psutil.Process(self.pid).children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def log(self) -> str:
        """Return all that it has logged, over all its starts."""
        return "".join(path.read_text() for path in sorted(self.folder.glob("worker-*.log")))
