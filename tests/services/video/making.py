"""Builds what makes videos, in the test's own process, with an engine that obeys the test."""

import asyncio
from pathlib import Path

from services.video.engine import ProgressCallback, Rendered, Scene
from services.video.jobs import Job, Stage, VideoOptions, asset_key, new_job_id
from services.video.neighbours import Detector, Speaker, Translator
from services.video.pipeline import Pipeline
from services.video.retry import RetryPolicy
from services.video.runner import JobRunner, RunLimits
from services.video.stages import Stages
from tests.services.video.conftest import World

FILM = b"not really a film"
LIMITS = RunLimits(30, 3, 0.05)


class TinyEngine:
    """Writes a fixed file; a prepared error is raised first, and `gate`, when set, holds it half way."""

    name = "studio"

    def __init__(self) -> None:
        self.errors: list[BaseException] = []
        self.scenes: list[Scene] = []
        self.gate: asyncio.Event | None = None
        self.half_way = asyncio.Event()
        self.stopped = False

    async def render(self, scene: Scene, target: Path, progress: ProgressCallback) -> Rendered:
        """See VideoEngine."""
        self.scenes.append(scene)
        if self.errors:
            raise self.errors.pop(0)
        await progress(0.5)
        self.half_way.set()
        try:
            if self.gate is not None:
                await self.gate.wait()
        except asyncio.CancelledError:
            self.stopped = True
            raise
        await asyncio.to_thread(target.write_bytes, FILM)
        return Rendered(scene.timings.duration, 1080, 1920, len(FILM))


def make_pipeline(world: World, engine: TinyEngine, retries: int = 3) -> Pipeline:
    """A pipeline on the world's neighbours."""
    channel = world.channel
    stages = Stages(Detector(channel), Translator(channel), Speaker(channel), {engine.name: engine})
    work = world.folder / "work"
    work.mkdir(exist_ok=True)
    return Pipeline(world.store, world.artifacts, stages, RetryPolicy(retries, 1.5, 0.01), work)


def make_runner(world: World, engine: TinyEngine, limits: RunLimits = LIMITS) -> JobRunner:
    """A runner on the world's neighbours."""
    return JobRunner(world.store, make_pipeline(world, engine), world.webhook_queue, limits)


async def queued_job(world: World, photo: bytes, **changes: object) -> Job:
    """A job in the store with its photo, as admission leaves it but for `changes`."""
    values: dict[str, object] = {
        "source_language": "en",
        "narration_language": "en",
        "photo": "input/photo.webp",
        "done": (Stage.DETECT,),
        **changes,
    }
    job = Job(new_job_id(), VideoOptions("What a lazy dog"), progress=5, **values)  # type: ignore[arg-type]
    await world.artifacts.put(asset_key(job.job_id, job.photo), photo)
    return await world.store.create(job, capacity=100, message="queued")


async def taken_job(world: World, photo: bytes, **changes: object) -> Job:
    """A job that this test works on."""
    job = await world.store.take((await queued_job(world, photo, **changes)).job_id)
    assert job is not None
    return job


async def beat() -> None:
    """A heartbeat that nobody hears."""
