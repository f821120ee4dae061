"""Carries out one entry of the queue: one attempt at one job."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from meshkit.errors import MeshError
from meshkit.log import get_logger
from services.video import metrics
from services.video.jobs import Job, JobError
from services.video.pipeline import Pipeline, StageFailed
from services.video.queue import WebhookQueue
from services.video.redis_client import asking_redis
from services.video.store import JobStore, RunOver

log = get_logger(__name__)

NOTE_SECONDS = 1.0


@dataclass(frozen=True)
class RunLimits:
    """Bounds of an attempt: its seconds, the attempts at a job, and the seconds between looks at the record."""

    job_seconds: float
    max_attempts: int
    pulse_seconds: float


class JobRunner:
    """Runs jobs; an attempt ends early when its job was ended, taken over, or the worker stops."""

    def __init__(
        self, store: JobStore, pipeline: Pipeline, webhooks: WebhookQueue, limits: RunLimits
    ) -> None:
        self._store = store
        self._pipeline = pipeline
        self._webhooks = webhooks
        self._limits = limits

    async def run(self, job_id: str, beat: Callable[[], Awaitable[object]]) -> None:
        """Begin an attempt and see it through, calling `beat` all the while to show life.

        Cancelled, it stops the work, leaves the job open for the next attempt and goes on being cancelled. Raises
        BackendUnavailable when the store of jobs is away; the job then stays open too.
        """
        job = await self._store.take(job_id)
        if job is None:
            return
        if job.attempt > 1:
            metrics.RESUMED.inc()
        with metrics.ACTIVE_RENDERS.track_inprogress():
            await self._beside(job, beat)

    async def _beside(self, job: Job, beat: Callable[[], Awaitable[object]]) -> None:
        work = asyncio.create_task(self._work(job), name=f"job {job.job_id}")
        watch = asyncio.create_task(self._watch(job, beat), name=f"watch {job.job_id}")
        try:
            await asyncio.wait({work, watch}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            await _stop(work, watch)
            await self._note(job, "The worker stops; the job goes back to the queue.")
            raise
        await _stop(watch) if work.done() else await _stop(work, watch)
        if not work.cancelled():
            work.result()

    async def _work(self, job: Job) -> None:
        try:
            ended = await self._attempt(job)
        except RunOver:
            log.info("the job was ended elsewhere", job_id=job.job_id)
            return
        metrics.ENDED.labels(ended.state).inc()
        if ended.error is None:
            metrics.JOB_SECONDS.observe(ended.ended - ended.created)
        else:
            metrics.FAILURES.labels(ended.error.stage or "", ended.error.reason).inc()
        log.info(
            "job ended", job_id=job.job_id, state=ended.state, seconds=round(ended.ended - ended.created, 3)
        )
        await self._webhooks.announce(ended)

    async def _attempt(self, job: Job) -> Job:
        if job.attempt > self._limits.max_attempts:
            message = f"The work was interrupted {job.attempt - 1} times and is given up."
            return await self._store.fail(job, JobError("INTERRUPTED", message, job.stage))
        try:
            async with asyncio.timeout(self._limits.job_seconds) as limit:
                return await self._pipeline.run(job)
        except StageFailed as failed:
            return await self._store.fail(job, failed.error)
        except TimeoutError:
            if not limit.expired():
                raise
            return await self._store.fail(job, await self._too_slow(job))

    async def _too_slow(self, job: Job) -> JobError:
        now = await self._store.find(job.job_id)
        message = f"The work took longer than {self._limits.job_seconds:g} s."
        return JobError("TIME_LIMIT", message, now.stage if now else job.stage)

    async def _watch(self, job: Job, beat: Callable[[], Awaitable[object]]) -> None:
        """Return when the job has ended or belongs to a later attempt."""
        while True:
            await asyncio.sleep(self._limits.pulse_seconds)
            try:
                async with asking_redis():
                    await beat()
                now = await self._store.find(job.job_id)
            except Exception as error:  # noqa: BLE001 - a look that fails is made up for by the next one
                log.warning("no look at the job", job_id=job.job_id, error=repr(error))
                continue
            if now is None or now.state.final or now.attempt != job.attempt:
                return

    async def _note(self, job: Job, message: str) -> None:
        with suppress(MeshError, TimeoutError):
            async with asyncio.timeout(NOTE_SECONDS):
                await self._store.note(job.job_id, message)


async def _stop(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
