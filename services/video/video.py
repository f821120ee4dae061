"""Videos as jobs: creating, asking, stopping, listing."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from meshkit.artifacts import ArtifactStore
from meshkit.errors import InvalidInput, MeshError
from meshkit.log import get_logger
from services.video import metrics
from services.video.admission import Admission, Admitted, NewVideo
from services.video.catalog import Catalog, Page
from services.video.engine import Filter, list_filters
from services.video.jobs import (
    PROGRESS,
    Asset,
    Job,
    JobError,
    JobState,
    Stage,
    VideoResult,
    asset_key,
    new_job_id,
)
from services.video.queue import VideoQueue, WebhookQueue
from services.video.store import JobStore, job_ended, queue_full

log = get_logger(__name__)

DEFAULT_PAGE = 20


@dataclass(frozen=True)
class QueueStatus:
    """How much work there is; `workers` counts the worker processes that live."""

    waiting: int
    active: int
    capacity: int
    workers: int
    counts: Mapping[JobState, int]


class Videos:
    """The jobs of the video service. Every method raises BackendUnavailable when something behind it is away."""

    def __init__(
        self,
        store: JobStore,
        catalog: Catalog,
        queue: VideoQueue,
        webhooks: WebhookQueue,
        artifacts: ArtifactStore,
        admission: Admission,
        capacity: int,
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._queue = queue
        self._webhooks = webhooks
        self._artifacts = artifacts
        self._admission = admission
        self._capacity = capacity
        self._recording: set[asyncio.Task[Job]] = set()

    async def create(self, new: NewVideo) -> Job:
        """Admit, record and queue a video; return the job, or the first one of this request id.

        Raises Overloaded when too many wait, and what Admission.admit raises. A refusal leaves nothing behind.
        """
        first = await self._repeated(new.request_id)
        if first is not None:
            return first
        if await self._catalog.waiting() >= self._capacity:
            raise queue_full(self._capacity)
        admitted = await self._admission.admit(new)
        # A caller who hangs up now must not leave half a job behind.
        recording = asyncio.create_task(self._record(_new_job(new, admitted), new.request_id, admitted))
        self._recording.add(recording)
        recording.add_done_callback(self._recording.discard)
        return await asyncio.shield(recording)

    async def get(self, job_id: str) -> Job:
        """Return a job; raises NotFound."""
        return await self._store.get(job_id)

    async def page(self, size: int, token: str, state: JobState | None) -> Page:
        """Return a page of jobs, the newest first; raises InvalidInput for a foreign token."""
        return await self._catalog.page(size or DEFAULT_PAGE, token, state)

    async def cancel(self, job_id: str) -> Job:
        """Stop a job; raises NotFound, or Conflict (JOB_ENDED) when it has ended. Its worker notices in a second."""
        job, ended_now = await self._store.end(job_id, JobState.CANCELLED, "The job was cancelled.")
        if not ended_now:
            raise job_ended(job)
        await self._announce(job)
        return job

    async def set_webhook(self, job_id: str, url: str) -> Job:
        """Set or, with an empty url, remove the webhook of an open job.

        Raises NotFound, Conflict (JOB_ENDED) and what Admission.check_webhook raises.
        """
        self._admission.check_webhook(url)
        message = "The webhook was set." if url else "The webhook was removed."
        job, was_open = await self._store.update_open(job_id, message, webhook_url=url)
        if not was_open:
            raise job_ended(job)
        return job

    async def report(self, job_id: str, state: JobState, video_uri: str, message: str) -> Job:
        """Take an outside engine's word on a job; one that has ended stays as it is. Raises NotFound, InvalidInput."""
        if state is JobState.PROCESSING:
            return (await self._store.update_open(job_id, message or "The engine is at work."))[0]
        if state is JobState.FAILED:
            text = message or "The engine reported a failure."
            job, ended_now = await self._store.end(
                job_id, state, text, error=JobError("PROVIDER_FAILED", text, Stage.RENDER)
            )
        elif state is JobState.COMPLETED:
            self._admission.check_result(video_uri)
            job, ended_now = await self._store.end(
                job_id,
                state,
                message or "The video is ready.",
                progress=100,
                result=VideoResult(external_uri=video_uri),
            )
        else:
            raise InvalidInput("state: a report says processing, completed or failed.", field="state")
        if ended_now:
            await self._announce(job)
        return job

    async def queue(self) -> QueueStatus:
        """Return how much work there is."""
        counts = await self._catalog.counts()
        waiting, active = counts[JobState.QUEUED], counts[JobState.PROCESSING]
        return QueueStatus(waiting, active, self._capacity, await self._catalog.workers(), counts)

    def filters(self) -> tuple[Filter, ...]:
        """Return the overlays that a video may have."""
        return list_filters()

    async def probe(self) -> None:
        """Raise when Redis doesn't write and read."""
        await self._catalog.check()

    async def _announce(self, job: Job) -> None:
        metrics.ENDED.labels(job.state).inc()
        await self._webhooks.announce(job)

    async def _repeated(self, request_id: str) -> Job | None:
        if not request_id:
            return None
        first = await self._catalog.job_of_request(request_id)
        return await self._store.find(first) if first else None

    async def _record(self, job: Job, request_id: str, admitted: Admitted) -> Job:
        """Keep the photo, write the record, queue the job; what fails takes back what was done before it."""
        try:
            await self._artifacts.put(asset_key(job.job_id, job.photo), admitted.photo, admitted.content_type)
            made = await self._store.create(
                job, request_id=request_id, capacity=self._capacity, message=job.detail
            )
            if made.job_id == job.job_id:
                await self._queue.put(job.job_id)
        except MeshError:
            await self._take_back(job.job_id, request_id)
            raise
        if made.job_id == job.job_id:
            metrics.CREATED.inc()
        else:
            await self._take_back(job.job_id, "")
        return made

    async def _take_back(self, job_id: str, request_id: str) -> None:
        """Undo what was begun. Where that fails too, a worker's upkeep queues the job, or deletes its files, later."""
        try:
            if await self._store.forget(job_id, request_id=request_id):
                await self._artifacts.delete_prefix(f"jobs/{job_id}")
        except MeshError:
            log.warning("a job that could not be queued is left for upkeep", job_id=job_id)


def _new_job(new: NewVideo, admitted: Admitted) -> Job:
    photo = f"input/photo.{admitted.extension}"
    return Job(
        job_id=new_job_id(),
        options=new.options,
        stage=Stage.DETECT,
        progress=PROGRESS[Stage.DETECT].start,
        detail=f"{admitted.detail} The video waits for its turn.",
        source_language=admitted.source_language,
        narration_language=admitted.narration_language,
        pets=admitted.pets,
        assets=(Asset(photo, admitted.content_type, len(admitted.photo)),),
        done=(Stage.DETECT,),
        photo=photo,
        webhook_url=new.webhook_url,
        labels=dict(new.labels),
    )
