"""The worker: `python -m services.video.worker` makes the videos and sends the webhooks."""

import asyncio
import logging
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import saq
import uvloop

from meshkit import lifecycle
from meshkit.client import connect
from meshkit.errors import MeshError
from meshkit.log import get_logger, setup_logging
from meshkit.metrics import serve_metrics
from meshkit.redis_client import connect_redis
from meshkit.safehttp import FetchLimits, SafeFetcher
from meshkit.settings import load
from services.video.catalog import Catalog
from services.video.engine import StudioEngine
from services.video.neighbours import Detector, Speaker, Translator
from services.video.parts import open_artifacts, secret_text, video_queue, webhook_queue
from services.video.pipeline import Pipeline
from services.video.queue import DELIVER, RENDER, VIDEOS, WEBHOOKS, WorkQueue
from services.video.redis_client import WithoutOutages
from services.video.retry import RetryPolicy
from services.video.runner import JobRunner, RunLimits
from services.video.scratch import Scratch
from services.video.settings import WorkerSettings
from services.video.stages import Stages
from services.video.store import JobStore
from services.video.studio import Studio
from services.video.upkeep import Upkeep, every
from services.video.webhook import Webhooks

log = get_logger(__name__)

# How long a queue is listened to at a time: a stopping worker waits no longer than this.
DEQUEUE_SECONDS = 1.0
PRESENCE_SECONDS = 3.0
# How long cancelled work may take to kill its ffmpeg and go back to the queue.
LET_GO_SECONDS = 4.0


class QueueWorker(saq.Worker[Any]):
    """saq's worker without its signal handlers: the process has its own."""

    SIGNALS = []  # noqa: RUF012 - saq's own declaration


async def main() -> None:
    """Build everything and work until told to stop."""
    settings = load(WorkerSettings)
    setup_logging("video-worker", settings.log_level, settings.log_format)
    logging.getLogger("saq").setLevel(logging.WARNING)
    logging.getLogger("saq").addFilter(WithoutOutages())
    scratch = Scratch(settings.work_dir)
    redis, raw = connect_redis(settings.redis_url), connect_redis(settings.redis_url, text=False)
    channels = [connect(target) for target in _targets(settings)]
    artifacts = open_artifacts(settings)
    store, catalog = JobStore(redis, settings.redis_job_ttl_seconds), Catalog(redis)
    renders, posts = WorkQueue(raw, VIDEOS), WorkQueue(raw, WEBHOOKS)
    studio = Studio(settings.models_dir / "fonts", scratch.path)
    detector, translator, speaker = Detector(channels[0]), Translator(channels[1]), Speaker(channels[2])
    engine = StudioEngine(studio)
    stages = Stages(detector, translator, speaker, {engine.name: engine})
    pipeline = Pipeline(store, artifacts, stages, _policy(settings), scratch.path)
    deliveries = webhook_queue(posts, settings)
    runner = JobRunner(store, pipeline, deliveries, _limits(settings))
    poster = SafeFetcher(
        allow_private=settings.allow_private_urls,
        limits=FetchLimits(total_timeout=settings.webhook_timeout_seconds),
    )
    webhooks = Webhooks(
        store,
        artifacts,
        deliveries,
        poster,
        secret_text(settings.revid_webhook_secret),
        settings.webhook_delays,
    )
    upkeep = Upkeep(store, catalog, video_queue(renders, settings), deliveries, webhooks.attempts, artifacts)
    workers = [_video_worker(renders, runner, settings), _webhook_worker(posts, webhooks, settings)]
    serve_metrics(settings.host, settings.metrics_port)
    try:
        await _work(workers, upkeep, catalog, settings)
    finally:
        closers = [
            poster.close,
            engine.close,
            *(channel.close for channel in channels),
            redis.aclose,
            raw.aclose,
        ]
        await lifecycle.close_all(*closers, scratch.close)


async def _work(
    workers: Sequence[QueueWorker], upkeep: Upkeep, catalog: Catalog, settings: WorkerSettings
) -> None:
    """Work until a signal comes; end the process with an error when a part of it ends by itself."""
    name = f"{socket.gethostname()}:{os.getpid()}"
    stopped = asyncio.create_task(lifecycle.stop_signal())
    working = [asyncio.create_task(worker.start()) for worker in workers]
    helping = [
        asyncio.create_task(every(settings.upkeep_seconds, upkeep.once)),
        asyncio.create_task(every(PRESENCE_SECONDS, partial(catalog.worker_seen, name))),
    ]
    log.info("working", concurrency=settings.concurrency, metrics_port=settings.metrics_port)
    await asyncio.wait([stopped, *working], return_when=asyncio.FIRST_COMPLETED)
    failed = not stopped.done()
    log.info("stopping")
    for worker in workers:
        worker.event.set()
    for task in [stopped, *helping]:
        task.cancel()
    await asyncio.gather(*working, *helping, stopped, return_exceptions=True)
    with suppress(MeshError):
        await catalog.worker_gone(name)
    log.info("stopped")
    if failed:
        sys.exit("a queue worker ended by itself")


def _video_worker(queue: WorkQueue, runner: JobRunner, settings: WorkerSettings) -> QueueWorker:
    async def render(context: dict[str, Any], *, job_id: str) -> None:
        await runner.run(job_id, context["job"].update)

    return _queue_worker(queue, RENDER, render, settings.concurrency, settings)


def _webhook_worker(queue: WorkQueue, webhooks: Webhooks, settings: WorkerSettings) -> QueueWorker:
    async def deliver(_: dict[str, Any], *, job_id: str, attempt: int) -> None:
        await webhooks.attempt(job_id, attempt)

    return _queue_worker(queue, DELIVER, deliver, settings.webhook_concurrency, settings)


def _queue_worker(
    queue: WorkQueue, name: str, function: Any, concurrency: int, settings: WorkerSettings
) -> QueueWorker:
    return QueueWorker(
        queue,
        [(name, function)],
        concurrency=concurrency,
        timers={"schedule": 1, "worker_info": 2, "sweep": settings.sweep_seconds, "abort": 1},
        dequeue_timeout=DEQUEUE_SECONDS,
        shutdown_grace_period_s=settings.drain_seconds,
        cancellation_hard_deadline_s=LET_GO_SECONDS,
    )


def _targets(settings: WorkerSettings) -> tuple[str, str, str]:
    return settings.detector_target, settings.translator_target, settings.speech_target


def _policy(settings: WorkerSettings) -> RetryPolicy:
    return RetryPolicy(settings.max_retries, settings.retry_backoff_factor, settings.retry_base_seconds)


def _limits(settings: WorkerSettings) -> RunLimits:
    return RunLimits(settings.job_seconds, settings.max_attempts, settings.pulse_seconds)


if __name__ == "__main__":
    uvloop.run(main())
