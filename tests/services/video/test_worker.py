"""services/video/worker.py: the real worker process on a real Redis, with the real studio and its ffmpeg."""

import io
import os
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

import imageio_ffmpeg
import psutil
import pytest
from PIL import Image

from meshkit.settings import ROOT
from services.video.jobs import JobState, Stage
from sutradhar.video.v1 import video_pb2
from tests.services.video.conftest import World
from tests.services.video.neighbours import frame
from tests.services.video.waiting import eventually
from tests.services.video.worker_process import WorkerProcess

StartWorker = Callable[..., Awaitable[WorkerProcess]]
RequestFor = Callable[..., video_pb2.CreateVideoRequest]

SHORT = "What a lazy dog"
LONG = " ".join(["What a lazy dog he is and how he sleeps the whole day"] * 4)

pytestmark = pytest.mark.skipif(
    not (ROOT / "models" / "fonts").is_dir(), reason="the fonts are not fetched: run `make models`"
)


async def create(world: World, request: video_pb2.CreateVideoRequest) -> str:
    """Create a video; return its job's id."""
    return (await world.stub.CreateVideo(request)).job.job_id


async def get(world: World, job_id: str) -> video_pb2.Job:
    """Return a job as its caller sees it."""
    return (await world.stub.GetVideo(video_pb2.GetVideoRequest(job_id=job_id))).job


async def rendering(world: World, job_id: str) -> None:
    """Wait until the studio has drawn a few frames."""
    await world.until(job_id, lambda job: job.stage is Stage.RENDER and job.progress >= 45)


def left_in(folder: Path) -> list[str]:
    """What lies in the scratch space of workers, but for their own empty folders.

    By os.walk: a worker may be removing a folder while it is looked into, which pathlib fails at.
    """
    found = ((root, name) for root, folders, files in os.walk(folder) for name in (*folders, *files))
    return [str(Path(root, name)) for root, name in found if not name.startswith("worker-")]


async def gone(pids: list[int]) -> None:
    """Wait until processes have ended; five seconds at most."""

    async def ended() -> bool:
        return not any(psutil.pid_exists(pid) for pid in pids)

    await eventually(ended, 5)


async def test_a_job_ends_with_a_video_that_plays(
    world: World, start_worker: StartWorker, request_for: RequestFor
) -> None:
    """All stages, several steps each; the file is an MP4 with sound and picture."""
    worker = await start_worker()
    job_id = await create(world, request_for(SHORT, filter_id="pet-maharaja"))
    events = await world.events(job_id)
    job = await get(world, job_id)
    video = world.folder / "artifacts" / "jobs" / job_id / "video.mp4"
    probe = subprocess.run(  # noqa: ASYNC221 - ours; milliseconds
        [imageio_ffmpeg.get_ffmpeg_exe(), "-i", str(video)], capture_output=True, text=True, check=False
    ).stderr

    assert video_pb2.JOB_STATE_COMPLETED == job.state
    assert {1, 2, 3, 4, 5} == {event.stage for event in events}
    assert (1080, 1920) == (job.result.width, job.result.height)
    assert "h264" in probe and "aac" in probe
    assert job.result.size_bytes == video.stat().st_size
    assert abs(job.result.duration.ToMilliseconds() - 1200) <= 200
    assert 0 == await worker.stop()
    assert [] == left_in(world.folder / "work")


def of_a_clip(world: World, request: video_pb2.CreateVideoRequest) -> video_pb2.CreateVideoRequest:
    """The request with a clip in place of its photo; the detector shows a dog in it."""
    world.detector.frames = [frame(0), frame(1, 0.9, 200)]
    request.ClearField("image")
    request.clip = b"\0\0\0\x18ftypisom" + bytes(100)
    return request


@pytest.mark.parametrize(("clip", "asked"), [(False, "Detect"), (True, "DetectVideo")])
async def test_a_killed_workers_job_goes_on_where_it_was(
    world: World, start_worker: StartWorker, request_for: RequestFor, clip: bool, asked: str
) -> None:
    """After kill -9 in the middle of the rendering another worker completes the job; nothing is done twice."""
    first = await start_worker()
    request = request_for(LONG, target_language="hi", source_language="en")
    job_id = await create(world, of_a_clip(world, request) if clip else request)
    await rendering(world, job_id)
    children = [child.pid for child in psutil.Process(first.pid).children(recursive=True)]
    await first.kill()
    second = await start_worker()
    await world.until(job_id, lambda job: job.attempt == 2)
    await world.until(job_id, lambda job: job.state is JobState.COMPLETED)
    job = await get(world, job_id)
    await gone(children)
    await second.stop()

    assert 2 == job.attempt
    assert {asked: 1, "Translate": 1, "Synthesize": 1} == {
        name: count
        for name in ("Detect", "DetectVideo", "Translate", "Synthesize")
        if (count := world.script.calls[name])
    }
    assert [] == left_in(world.folder / "work")


async def test_a_cancelled_job_leaves_no_ffmpeg_and_no_files(
    world: World, start_worker: StartWorker, request_for: RequestFor
) -> None:
    """The work is stopped, and the worker goes on with the next job."""
    worker = await start_worker()
    job_id = await create(world, request_for(LONG))
    await rendering(world, job_id)
    during = worker.children()
    await world.stub.CancelVideo(video_pb2.CancelVideoRequest(job_id=job_id))

    async def stopped() -> bool:
        return not worker.children() and not left_in(world.folder / "work")

    await eventually(stopped)
    following = await create(world, request_for(SHORT))
    await world.until(following, lambda job: job.state is JobState.COMPLETED)

    assert any("ffmpeg" in name for name in during)
    assert video_pb2.JOB_STATE_CANCELLED == (await get(world, job_id)).state


async def test_a_stopping_worker_hands_its_job_on(
    world: World, start_worker: StartWorker, request_for: RequestFor
) -> None:
    """SIGTERM ends it; the job isn't lost and goes on in the next worker."""
    first = await start_worker(VIDEO_DRAIN_SECONDS=1)
    job_id = await create(world, request_for(LONG))
    await rendering(world, job_id)
    status = await first.stop()
    left = left_in(world.folder / "work")
    await start_worker()
    job = await world.until(job_id, lambda job: job.state is JobState.COMPLETED)

    assert 0 == status
    assert [] == left
    assert (2, 1) == (job.attempt, world.script.calls["Synthesize"])


async def test_a_photo_that_cannot_be_drawn_fails_its_job(
    world: World, start_worker: StartWorker, request_for: RequestFor
) -> None:
    """What the detector let through and the studio can't read ends in a clear failure."""
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "grey").save(file, "JPEG")
    request = request_for(SHORT)
    request.image.data = file.getvalue()[:-300]
    await start_worker()
    job_id = await create(world, request)
    await world.events(job_id)
    job = await get(world, job_id)

    assert video_pb2.JOB_STATE_FAILED == job.state, job
    assert job.error.message
    assert "Traceback" not in job.error.message


async def test_the_worker_is_seen(world: World, start_worker: StartWorker) -> None:
    """It counts while it lives, and no longer."""
    worker = await start_worker()

    async def seen() -> bool:
        return await world.catalog.workers() > 0

    await eventually(seen, 15)
    await worker.stop()

    assert 0 == await world.catalog.workers()
