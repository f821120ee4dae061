"""One attempt at a job: what its stages share."""

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path

from meshkit.artifacts import ArtifactStore
from meshkit.errors import BackendUnavailable
from services.video.jobs import Asset, Job, Stage, asset_key, with_asset
from services.video.media import CONTENT_TYPES
from services.video.store import JobStore

# Progress closer together than this is not written down.
PROGRESS_SECONDS = 0.5


class Run:
    """The job as it stands, a scratch folder, and the job's files.

    Methods that write to the record raise RunOver when the job has ended or belongs to a later attempt.
    """

    def __init__(self, job: Job, folder: Path, store: JobStore, artifacts: ArtifactStore) -> None:
        self.job = job
        self.folder = folder
        self._store = store
        self._artifacts = artifacts
        self._written = 0.0

    async def advance(self, stage: Stage, part: float, message: str, **changes: object) -> None:
        """Record progress within a stage: `part` of it, 0 to 1, is done."""
        self.job = await self._store.advance(self.job, message, stage=stage, part=part, changes=changes)

    async def tick(self, stage: Stage, part: float, message: str) -> None:
        """Like advance, for what comes often: most are skipped, and a store that is away is no error."""
        now = time.monotonic()
        if now - self._written < PROGRESS_SECONDS:
            return
        self._written = now
        try:
            await self.advance(stage, part, message)
        except BackendUnavailable:
            return

    async def checkpoint(self, stage: Stage, message: str, changes: Mapping[str, object]) -> None:
        """Record that a stage is finished, and what it gave."""
        self.job = await self._store.checkpoint(self.job, stage, message, changes)

    async def read(self, name: str, max_bytes: int) -> bytes:
        """Return a file of the job, from the scratch folder when this attempt made it."""
        local = self.folder / name
        if await asyncio.to_thread(local.is_file):
            return await asyncio.to_thread(local.read_bytes)
        return await self._artifacts.get(asset_key(self.job.job_id, name), max_bytes)

    async def keep(self, name: str, data: bytes | Path) -> Asset:
        """Store a file of the job; return what to add to its assets."""
        kind = CONTENT_TYPES[name]
        if isinstance(data, bytes):
            await asyncio.to_thread((self.folder / name).write_bytes, data)
        await self._artifacts.put(asset_key(self.job.job_id, name), data, kind)
        size = len(data) if isinstance(data, bytes) else (await asyncio.to_thread(data.stat)).st_size
        return Asset(name, kind, size)

    async def stored_size(self, name: str) -> int:
        """Return the size of a stored file of the job; raises NotFound."""
        return await self._artifacts.size(asset_key(self.job.job_id, name))

    def assets_with(self, *added: Asset) -> tuple[Asset, ...]:
        """Return the job's assets with others added."""
        assets = self.job.assets
        for asset in added:
            assets = with_asset(assets, asset)
        return assets
