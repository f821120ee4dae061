"""A video service with its real Redis, a folder for artifacts and tiny neighbours."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
from redis.asyncio import Redis

from meshkit.artifacts import ArtifactStore, LinkSigner
from meshkit.client import connect
from meshkit.limits import ConcurrencyLimiter
from meshkit.redis_client import connect_redis
from meshkit.safehttp import SafeFetcher
from meshkit.server import Binding
from meshkit.settings import ROOT
from meshkit.testing import running, serving
from services.video.admission import Admission
from services.video.catalog import Catalog
from services.video.events import EventHub, EventLog
from services.video.jobs import Job
from services.video.neighbours import Detector, Translator
from services.video.queue import VIDEOS, WEBHOOKS, VideoQueue, WebhookQueue, WorkQueue
from services.video.servicer import VideoServicer
from services.video.store import JobStore
from services.video.video import Videos
from sutradhar.video.v1 import video_pb2, video_pb2_grpc
from tests.services.video.neighbours import Script, TinyDetector, TinyTranslator, bindings, tiny_neighbours
from tests.services.video.worker_process import WorkerProcess

SIGNING_SECRET = "links-are-signed-with-this-secret"
WEBHOOK_SECRET = "webhooks-are-signed-with-this"
BASE_URL = "http://gateway.test"
CAPACITY = 5
TTL_SECONDS = 600
PHOTOS = ROOT / "tests" / "testdata" / "photos"


@dataclass
class World:
    """Everything of one test; `stub` speaks to the service over gRPC."""

    redis_url: str
    redis: Redis
    raw: Redis
    folder: Path
    artifacts: ArtifactStore
    store: JobStore
    catalog: Catalog
    video_queue: VideoQueue
    webhook_queue: WebhookQueue
    script: Script
    detector: TinyDetector
    translator: TinyTranslator
    neighbours: str
    channel: grpc.aio.Channel
    videos: Videos
    stub: "video_pb2_grpc.VideoServiceAsyncStub"

    def files(self) -> list[str]:
        """Return the paths of all artifacts."""
        root = self.folder / "artifacts"
        return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())

    def environment(self, **more: object) -> dict[str, str]:
        """Return the settings of a worker of this world."""
        return {
            "REDIS_URL": self.redis_url,
            "REDIS_JOB_TTL_SECONDS": str(TTL_SECONDS),
            "ARTIFACTS_URL": f"file://{self.folder}/artifacts",
            "ARTIFACT_SIGNING_SECRET": SIGNING_SECRET,
            "PUBLIC_BASE_URL": BASE_URL,
            "REVID_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "ALLOW_PRIVATE_URLS": "true",
            "DETECTOR_TARGET": self.neighbours,
            "TRANSLATOR_TARGET": self.neighbours,
            "SPEECH_TARGET": self.neighbours,
            "VIDEO_WORKER_METRICS_PORT": "0",
            "GRPC_ENABLE_FORK_SUPPORT": "0",
            "VIDEO_WORK_DIR": str(self.folder / "work"),
            "VIDEO_HEARTBEAT_SECONDS": "2",
            "VIDEO_SWEEP_SECONDS": "1",
            "VIDEO_PULSE_SECONDS": "0.3",
            "VIDEO_UPKEEP_SECONDS": "1",
            "VIDEO_RETRY_BASE_SECONDS": "0.05",
            **{name: str(value) for name, value in more.items()},
        }

    async def events(self, job_id: str, after: str = "") -> list[video_pb2.JobEvent]:
        """Follow a job's log to its end."""
        request = video_pb2.WatchVideoRequest(job_id=job_id, after_event_id=after)
        return [answer.event async for answer in self.stub.WatchVideo(request, timeout=60)]

    async def until(self, job_id: str, holds: Callable[[Job], bool]) -> Job:
        """Follow a job's log until its record satisfies `holds`; return the record."""
        job = await self.store.get(job_id)
        request = video_pb2.WatchVideoRequest(job_id=job_id)
        async for _ in self.stub.WatchVideo(request, timeout=60):
            job = await self.store.get(job_id)
            if holds(job):
                return job
        job = await self.store.get(job_id)
        assert holds(job), f"the job ended otherwise: {job}"
        return job


@pytest.fixture
def script() -> Script:
    """What the neighbours were asked, and what they shall answer."""
    return Script()


@pytest.fixture
async def world(redis_url: str, tmp_path: Path, script: Script) -> AsyncIterator[World]:
    """A video service, its Redis, its artifacts and its neighbours; no worker."""
    async with AsyncExitStack() as stack:
        detector, translator, speech = tiny_neighbours(script)
        target = await stack.enter_async_context(running(*bindings(detector, translator, speech)))
        redis, raw = connect_redis(redis_url), connect_redis(redis_url, text=False)
        channel = connect(target)
        fetcher = SafeFetcher(allow_private=True)
        for close in (redis.aclose, raw.aclose, channel.close, fetcher.close):
            stack.push_async_callback(close)
        store, catalog, hub = JobStore(redis, TTL_SECONDS), Catalog(redis), EventHub(redis)
        artifacts = ArtifactStore.from_url(
            f"file://{tmp_path}/artifacts", LinkSigner(SIGNING_SECRET, BASE_URL)
        )
        queue = VideoQueue(WorkQueue(raw, VIDEOS), heartbeat=2, timeout=120)
        webhooks = WebhookQueue(WorkQueue(raw, WEBHOOKS), timeout=60)
        clips = ConcurrencyLimiter(2, "search for pets in clips", retry_after=5.0)
        admission = Admission(Detector(channel), Translator(channel), fetcher, clips, webhooks=True)
        videos = Videos(store, catalog, queue, webhooks, artifacts, admission, CAPACITY)
        hub.start()
        stack.push_async_callback(hub.close)
        servicer = VideoServicer(videos, EventLog(store, hub, max_watchers=3), artifacts)
        binding = Binding(
            "sutradhar.video.v1.VideoService", video_pb2_grpc.add_VideoServiceServicer_to_server, servicer
        )
        own = await stack.enter_async_context(serving(binding, probe=videos.probe))
        stub = video_pb2_grpc.VideoServiceStub(own)
        yield World(
            redis_url, redis, raw, tmp_path, artifacts, store, catalog, queue, webhooks,
            script, detector, translator, target, channel, videos, stub,
        )  # fmt: skip


@pytest.fixture
async def start_worker(world: World) -> AsyncIterator[Callable[..., Awaitable[WorkerProcess]]]:
    """Starts real worker processes in the test's world; they are killed at its end."""
    started: list[WorkerProcess] = []

    async def start(**settings: object) -> WorkerProcess:
        worker = WorkerProcess(world.folder, world.environment(**settings))
        started.append(worker)
        await worker.start()
        return worker

    yield start
    for worker in started:
        await worker.kill()


@pytest.fixture(scope="session")
def photo() -> bytes:
    """A photo of a dog."""
    return (PHOTOS / "dog.webp").read_bytes()


@pytest.fixture
def request_for(photo: bytes) -> Callable[..., video_pb2.CreateVideoRequest]:
    """Builds requests for a video; named options replace the usual ones."""

    def build(text: str = "What a lazy dog", **options: Any) -> video_pb2.CreateVideoRequest:
        own = {name: options.pop(name) for name in ("webhook_url", "request_id", "labels") if name in options}
        request = video_pb2.CreateVideoRequest(options=video_pb2.VideoOptions(text=text, **options), **own)
        request.image.data = photo
        return request

    return build
