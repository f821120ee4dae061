"""Takes a job through its stages, from the first that is not finished."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from meshkit.artifacts import ArtifactStore
from meshkit.errors import Internal, MeshError
from meshkit.log import get_logger
from services.video import metrics
from services.video.jobs import Job, JobError, Stage
from services.video.redis_client import STORE_AWAY
from services.video.retry import RetryPolicy, retrying
from services.video.run import Run
from services.video.stages import StageFunction, StageResult, Stages
from services.video.store import JobStore, RunOver

log = get_logger(__name__)

_BEGINNINGS = {
    Stage.DETECT: "Looking for pets in the photo.",
    Stage.TRANSLATE: "Looking at the text's language.",
    Stage.SPEAK: "Speaking the narration.",
    Stage.RENDER: "Rendering the video.",
    Stage.PUBLISH: "Publishing the video.",
}


class StageFailed(Exception):
    """A stage failed for good."""

    def __init__(self, error: JobError) -> None:
        super().__init__(error.reason)
        self.error = error


class Pipeline:
    """Runs stages, with retries and checkpoints."""

    def __init__(
        self, store: JobStore, artifacts: ArtifactStore, stages: Stages, policy: RetryPolicy, work_dir: Path
    ) -> None:
        self._store = store
        self._artifacts = artifacts
        self._stages = stages
        self._policy = policy
        self._work_dir = work_dir

    async def run(self, job: Job) -> Job:
        """Work through what is left of an attempt and end the job as completed.

        Raises StageFailed, RunOver when the job has been ended or taken over meanwhile, and BackendUnavailable when
        the store of jobs is away: no fault of the job's, which stays open. The scratch folder is removed in any case.
        """
        async with self._folder(job.job_id) as folder:
            run = Run(job, folder, self._store, self._artifacts)
            for stage, work in self._stages.in_order:
                if stage not in run.job.done:
                    await self._stage(run, stage, work)
            result = run.job.result
            if result is None:
                raise StageFailed(JobError("ARTIFACT_LOST", "The rendered video is lost.", Stage.PUBLISH))
            return await self._store.complete(run.job, result, "The video is ready.")

    async def _stage(self, run: Run, stage: Stage, work: StageFunction) -> None:
        async def on_retry(number: int, error: MeshError) -> None:
            metrics.STAGE_RETRIES.labels(stage).inc()
            log.warning(
                "stage retried", job_id=run.job.job_id, stage=stage, retry=number, reason=error.reason
            )
            await run.advance(stage, 0.0, f"Try {number} failed and is repeated: {error.message}")

        async def attempt() -> StageResult:
            return await work(run)

        try:
            await run.advance(stage, 0.0, _BEGINNINGS[stage])
            with metrics.STAGE_SECONDS.labels(stage).time():
                result = await retrying(attempt, self._policy, on_retry)
            await run.checkpoint(stage, result.message, result.changes)
        except RunOver:
            raise
        except MeshError as error:
            if error.reason == STORE_AWAY:
                raise
            raise StageFailed(JobError(error.reason, error.message, stage)) from error
        except Exception as error:
            log.exception("stage failed", job_id=run.job.job_id, stage=stage)
            fault = Internal()
            raise StageFailed(JobError(fault.reason, fault.message, stage)) from error

    @asynccontextmanager
    async def _folder(self, job_id: str) -> AsyncIterator[Path]:
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix=f"{job_id}-", dir=self._work_dir))
        try:
            yield folder
        finally:
            # Not awaited in a thread: a cancelled run must not leave before its folder has gone.
            shutil.rmtree(folder, ignore_errors=True)
