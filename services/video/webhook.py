"""Tells the outside that a job has ended: one signed POST, repeated until it is taken or given up."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from random import uniform

from meshkit import webhooks
from meshkit.artifacts import ArtifactStore
from meshkit.errors import InvalidInput, MeshError
from meshkit.log import get_logger
from meshkit.safehttp import SafeFetcher
from services.video import metrics
from services.video.jobs import Job, JobState
from services.video.media import video_link
from services.video.queue import WebhookQueue
from services.video.store import JobStore

log = get_logger(__name__)

GONE = 410
LONGEST_WAIT = 24 * 3600.0
JITTER = 0.1


@dataclass(frozen=True)
class Answer:
    """What the other side said; status 0 when it said nothing. `retry_after` is in seconds."""

    status: int
    retry_after: float = 0.0

    @property
    def taken(self) -> bool:
        """True for a 2xx status; a redirect is a failure, for a signed body must not be led elsewhere."""
        return 200 <= self.status < 300


class Webhooks:
    """Delivers the webhooks of ended jobs."""

    def __init__(
        self,
        store: JobStore,
        artifacts: ArtifactStore,
        queue: WebhookQueue,
        poster: SafeFetcher,
        secret: str,
        delays: Sequence[float],
    ) -> None:
        self._store = store
        self._artifacts = artifacts
        self._queue = queue
        self._poster = poster
        self._secret = secret
        self._delays = tuple(delays)

    @property
    def attempts(self) -> int:
        """How many attempts are made at most."""
        return len(self._delays) + 1

    async def attempt(self, job_id: str, number: int) -> None:
        """Make attempt `number` (from 1), and queue the next one when it fails."""
        job = await self._store.find(job_id)
        if job is None or not job.webhook_url or not job.state.final:
            await self._store.webhook_settled(job_id)
            return
        body = await self._body(job)
        headers = webhooks.sign(self._secret, f"msg_{job_id}", body)
        answer = await self._post(job.webhook_url, body, headers)
        await self._conclude(job, number, answer)

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Post and return the answer; an address that can't be reached, or mustn't be, is status 0."""
        try:
            posted = await self._poster.post(url, body, headers)
        except InvalidInput:
            return Answer(0)
        return Answer(posted.status, retry_after_seconds(posted.retry_after))

    async def _body(self, job: Job) -> bytes:
        status = "completed" if job.state is JobState.COMPLETED else "failed"
        body = {"job_id": job.job_id, "status": status}
        if status == "completed":
            body["video_url"] = await video_link(job, self._artifacts)
        return json.dumps(body).encode()

    async def _conclude(self, job: Job, number: int, answer: Answer) -> None:
        said = f"answered {answer.status}" if answer.status else "could not be reached"
        if answer.taken:
            await self._settle(job, "delivered", f"The webhook was delivered (try {number}, {said}).")
        elif answer.status == GONE:
            await self._settle(
                job, "gone", f"The webhook's address is gone ({said}); it is not called again."
            )
        elif number >= self.attempts:
            await self._settle(job, "given_up", f"The webhook was given up after {number} tries ({said}).")
        else:
            jitter = uniform(1, 1 + JITTER)  # noqa: S311 - spreads load, guards nothing
            delay = max(self._delays[number - 1] * jitter, answer.retry_after)
            await self._queue.put(job.job_id, number + 1, min(delay, LONGEST_WAIT))
            await self._tell(
                job, "failed", f"The webhook failed (try {number}, {said}); again in {delay:.0f} s."
            )

    async def _settle(self, job: Job, outcome: str, message: str) -> None:
        await self._tell(job, outcome, message)
        await self._store.webhook_settled(job.job_id)

    async def _tell(self, job: Job, outcome: str, message: str) -> None:
        metrics.WEBHOOKS.labels(outcome).inc()
        log.info("webhook", job_id=job.job_id, outcome=outcome)
        try:
            await self._store.note(job.job_id, message)
        except MeshError:
            log.warning("a webhook is not in the job's log", job_id=job.job_id)


def retry_after_seconds(value: str) -> float:
    """Return the seconds of a Retry-After header, a number or a date (RFC 9110, 10.2.3); 0 when it says nothing."""
    digits = value.strip()
    if digits.isascii() and digits.isdigit():
        return float(digits) if len(digits) < 10 else LONGEST_WAIT
    try:
        return max(parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
    except ValueError:
        return 0.0
