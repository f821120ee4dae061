"""Writes to job records: every change is one guarded transaction that also appends its event."""

import json
from collections.abc import Collection, Mapping
from dataclasses import fields as fields_of
from typing import Any, NamedTuple, cast

from redis.asyncio import Redis

from meshkit.errors import Conflict, NotFound, Overloaded
from services.video import scripts
from services.video.jobs import OPEN_STATES, PROGRESS, Job, JobError, JobState, Stage, VideoResult
from services.video.records import from_fields, to_fields
from services.video.redis_client import asking_redis

DEFAULT_PREFIX = "sutradhar:video:"
REQUEST_SECONDS = 24 * 3600
MAX_EVENTS = 512
# Set by the scripts alone, or fixed when the job is made.
_OWNED_BY_SCRIPTS = frozenset({"state", "created", "started", "updated", "ended"})


class RunOver(Exception):
    """The worker's run has lost its job: it has ended, or a later attempt has taken it over."""


class Outcome(NamedTuple):
    """What a script answered, with the job as it stands after it."""

    word: str
    job: Job | None


class JobStore:
    """Creates and changes jobs in Redis.

    Every method raises BackendUnavailable when Redis doesn't answer. Jobs are kept `ttl_seconds` after their end.
    """

    def __init__(self, redis: Redis, ttl_seconds: int, prefix: str = DEFAULT_PREFIX) -> None:
        self.redis = redis
        self.prefix = prefix
        self._ttl = ttl_seconds
        self._create = redis.register_script(scripts.CREATE)
        self._change = redis.register_script(scripts.CHANGE)
        self._note = redis.register_script(scripts.NOTE)
        self._forget = redis.register_script(scripts.FORGET)

    async def create(self, job: Job, *, request_id: str = "", capacity: int, message: str) -> Job:
        """Write a new queued job, or return the first job of this request.

        Raises Overloaded when `capacity` jobs wait already.
        """
        values = {each.name: getattr(job, each.name) for each in fields_of(job)}
        argument = {
            "request": request_id,
            "request_seconds": REQUEST_SECONDS,
            "capacity": capacity,
            "set": to_fields(values),
        }
        answer = await self._run(self._create, job.job_id, message, argument)
        if answer[0] == "full":
            raise queue_full(capacity)
        if answer[0] == "exists":
            return await self.get(answer[1])
        return _job(answer[1])

    async def find(self, job_id: str) -> Job | None:
        """Return the job, or None when there is none of this name."""
        async with asking_redis():
            fields = cast(dict[str, str], await self.redis.hgetall(f"{self.prefix}job:{job_id}"))
        return from_fields(fields) if fields else None

    async def get(self, job_id: str) -> Job:
        """Return the job; raises NotFound."""
        job = await self.find(job_id)
        if job is None:
            raise job_not_found()
        return job

    async def take(self, job_id: str) -> Job | None:
        """Begin an attempt at an open job; None when it is gone or has ended.

        The attempt's number fences the writes of earlier attempts off.
        """
        job = await self.find(job_id)
        if job is None:
            return None
        message = "The work begins." if job.attempt == 0 else "The work goes on after an interruption."
        changed = await self._apply(job_id, message, {"detail": message}, to=JobState.PROCESSING, take=True)
        return changed.job if changed.word == "ok" else None

    async def advance(
        self,
        job: Job,
        message: str,
        *,
        stage: Stage,
        part: float,
        changes: Mapping[str, object] | None = None,
    ) -> Job:
        """Record that `stage` is done to `part` (0 to 1), with other fields of Job in `changes`; raises RunOver."""
        values = {"stage": stage, "progress": PROGRESS[stage].at(part), "detail": message, **(changes or {})}
        return await self._as_worker(job, message, values)

    async def checkpoint(self, job: Job, stage: Stage, message: str, changes: Mapping[str, object]) -> Job:
        """Record that `stage` is finished and what it gave; it won't be done again. Raises RunOver."""
        done = (*(each for each in job.done if each != stage), stage)
        return await self.advance(job, message, stage=stage, part=1.0, changes={**changes, "done": done})

    async def complete(self, job: Job, result: VideoResult, message: str) -> Job:
        """End the worker's job well; raises RunOver."""
        values = {"result": result, "progress": 100, "detail": message}
        return await self._as_worker(job, message, values, to=JobState.COMPLETED)

    async def fail(self, job: Job, error: JobError) -> Job:
        """End the worker's job as failed; raises RunOver."""
        return await self._as_worker(
            job, error.message, {"error": error, "detail": error.message}, to=JobState.FAILED
        )

    async def end(self, job_id: str, to: JobState, message: str, **values: object) -> tuple[Job, bool]:
        """End a job from outside its worker; return it, and whether this call ended it. Raises NotFound."""
        changed = await self._apply(job_id, message, {"detail": message, **values}, to=to)
        return _present(changed), changed.word == "ok"

    async def update_open(self, job_id: str, message: str, **values: object) -> tuple[Job, bool]:
        """Change fields of an open job; return it, and whether it was open. Raises NotFound."""
        changed = await self._apply(job_id, message, values)
        return _present(changed), changed.word == "ok"

    async def note(self, job_id: str, message: str) -> None:
        """Add a line to the job's log, whatever its state; a job that is gone is no error."""
        await self._run(self._note, job_id, message, {})

    async def forget(self, job_id: str, *, request_id: str = "", force: bool = False) -> bool:
        """Take a job away; without `force` only one that no worker has begun. Return whether it is gone."""
        argument = {"request": request_id, "force": force, "states": [str(state) for state in JobState]}
        return bool((await self._run(self._forget, job_id, "", argument))[0] == "ok")

    async def webhook_settled(self, job_id: str) -> None:
        """Strike the job off the list of webhooks that wait for delivery."""
        async with asking_redis():
            await self.redis.zrem(f"{self.prefix}webhooks", job_id)

    async def _as_worker(
        self, job: Job, message: str, values: Mapping[str, object], to: JobState | None = None
    ) -> Job:
        changed = await self._apply(
            job.job_id, message, values, to=to, states={JobState.PROCESSING}, fence=str(job.attempt)
        )
        if changed.word == "ok" and changed.job is not None:
            return changed.job
        if _is_repetition(changed, job, to):
            return _present(changed)
        raise RunOver(changed.word)

    async def _apply(
        self,
        job_id: str,
        message: str,
        values: Mapping[str, object],
        *,
        to: JobState | None = None,
        states: Collection[JobState] = OPEN_STATES,
        fence: str = "",
        take: bool = False,
    ) -> Outcome:
        argument = {
            "set": to_fields(
                {name: value for name, value in values.items() if name not in _OWNED_BY_SCRIPTS}
            ),
            "states": [str(state) for state in states],
            "to": to or "",
            "ttl": self._ttl if to is not None and to.final else 0,
            "fence": fence,
            "take": take,
        }
        answer = await self._run(self._change, job_id, message, argument)
        return Outcome(answer[0], _job(answer[1]) if len(answer) > 1 else None)

    async def _run(self, script: Any, job_id: str, message: str, argument: Mapping[str, object]) -> Any:
        common = {"prefix": self.prefix, "id": job_id, "message": message, "max_events": MAX_EVENTS}
        async with asking_redis():
            return await script(args=[json.dumps({**common, **argument}, ensure_ascii=False)])


def queue_full(capacity: int) -> Overloaded:
    """The error of a full queue."""
    return Overloaded(
        f"{capacity} videos wait already: try again later.", reason="QUEUE_FULL", retry_after=10.0
    )


def job_not_found() -> NotFound:
    """The error of an unknown job."""
    return NotFound("There is no such job.", field="job_id", reason="JOB_NOT_FOUND")


def job_ended(job: Job) -> Conflict:
    """The error of a change to a job that has ended."""
    return Conflict(f"The job has ended: it is {job.state}.", field="job_id", reason="JOB_ENDED")


def _job(flat: list[str]) -> Job:
    return from_fields(dict(zip(flat[::2], flat[1::2], strict=True)))


def _present(outcome: Outcome) -> Job:
    if outcome.job is None:
        raise job_not_found()
    return outcome.job


def _is_repetition(outcome: Outcome, job: Job, to: JobState | None) -> bool:
    """True when our own change had been made before its answer was lost and the client asked again."""
    return (
        outcome.job is not None
        and to is not None
        and outcome.job.state == to
        and outcome.job.attempt == job.attempt
    )
