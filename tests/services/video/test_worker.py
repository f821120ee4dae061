"""services/video/worker.py: the real worker process on a real Redis, with the real studio."""

from collections.abc import Awaitable, Callable

from sutradhar.video.v1 import video_pb2

from tests.services.video.conftest import World
from tests.services.video.worker_process import WorkerProcess

StartWorker = Callable[..., Awaitable[WorkerProcess]]
RequestFor = Callable[..., video_pb2.CreateVideoRequest]


async def test_a_job_ends_completed_with_a_video(
    world: World, start_worker: StartWorker, request_for: RequestFor
) -> None:
    """A queued job goes through all stages and leaves an MP4 and its files."""
    await start_worker()
    created = (await world.stub.CreateVideo(request_for())).job

    events = await world.events(created.job_id)
    job = (await world.stub.GetVideo(video_pb2.GetVideoRequest(job_id=created.job_id))).job

    assert video_pb2.JOB_STATE_COMPLETED == job.state
    assert 100 == job.progress_percent
    assert events
