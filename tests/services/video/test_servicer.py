"""services/video/servicer.py: each method over real gRPC, and each of its refusals."""

from collections.abc import Callable
from typing import Any

import pytest

from meshkit.client import calling
from meshkit.errors import (
    Conflict,
    InvalidInput,
    NotFound,
)
from services.video.jobs import JobState
from sutradhar.video.v1 import video_pb2
from tests.services.video.conftest import CAPACITY, World

RequestFor = Callable[..., video_pb2.CreateVideoRequest]


async def create(world: World, request: video_pb2.CreateVideoRequest) -> video_pb2.Job:
    """Create a video; raises the mesh's errors."""
    with calling("video"):
        return (await world.stub.CreateVideo(request, timeout=20)).job


async def test_get_returns_the_job_with_links(world: World, request_for: RequestFor) -> None:
    """What was created is found again."""
    created = await create(world, request_for())
    job = (await world.stub.GetVideo(video_pb2.GetVideoRequest(job_id=created.job_id))).job

    assert created == job
    assert job.assets[0].uri.startswith(
        f"http://gateway.test/media/jobs/{job.job_id}/input/photo.webp?expires="
    )


async def test_list_pages_and_filters(world: World, request_for: RequestFor) -> None:
    """The newest first, with totals; a state keeps its own."""
    ids = [(await create(world, request_for())).job_id for _ in range(3)]
    await world.store.take(ids[0])
    first = await world.stub.ListVideos(video_pb2.ListVideosRequest(page_size=2))
    rest = await world.stub.ListVideos(
        video_pb2.ListVideosRequest(page_size=2, page_token=first.next_page_token)
    )
    queued = await world.stub.ListVideos(video_pb2.ListVideosRequest(state=video_pb2.JOB_STATE_QUEUED))

    assert sorted(ids, key=lambda each: each[:12], reverse=True)[0][:12] == first.jobs[0].job_id[:12]
    assert set(ids) == {job.job_id for job in [*first.jobs, *rest.jobs]}
    assert (3, "", 2) == (first.total_size, rest.next_page_token, queued.total_size)


async def test_cancel_ends_a_job_once(world: World, request_for: RequestFor) -> None:
    """A cancelled job stays cancelled; a second time is a conflict."""
    job = await create(world, request_for())
    request = video_pb2.CancelVideoRequest(job_id=job.job_id)
    cancelled = (await world.stub.CancelVideo(request)).job

    with pytest.raises(Conflict) as refusal, calling("video"):
        await world.stub.CancelVideo(request)

    assert video_pb2.JOB_STATE_CANCELLED == cancelled.state
    assert cancelled.HasField("end_time")
    assert "JOB_ENDED" == refusal.value.reason


async def test_the_webhook_can_be_set_until_the_end(world: World, request_for: RequestFor) -> None:
    """Set, removed, and refused once the job has ended."""
    job = await create(world, request_for())
    set_it = video_pb2.SetVideoWebhookRequest(job_id=job.job_id, webhook_url="https://example.org/x")
    after_set = (await world.stub.SetVideoWebhook(set_it)).job.webhook_url
    removed = (await world.stub.SetVideoWebhook(video_pb2.SetVideoWebhookRequest(job_id=job.job_id))).job
    await world.stub.CancelVideo(video_pb2.CancelVideoRequest(job_id=job.job_id))

    with pytest.raises(Conflict), calling("video"):
        await world.stub.SetVideoWebhook(set_it)

    assert ("https://example.org/x", "") == (after_set, removed.webhook_url)


async def report(world: World, job_id: str, state: int, **values: str) -> video_pb2.Job:
    """Report on a job; raises the mesh's errors."""
    request = video_pb2.ReportVideoRequest(job_id=job_id, state=state, **values)  # type: ignore[arg-type]
    with calling("video"):
        return (await world.stub.ReportVideo(request)).job


async def test_reports_end_an_open_job_and_leave_an_ended_one(world: World, request_for: RequestFor) -> None:
    """Processing is an event, completed an ending with the outside link; later words change nothing."""
    job = await create(world, request_for())
    during = await report(world, job.job_id, video_pb2.JOB_STATE_PROCESSING, message="half way")
    uri = "https://example.org/video.mp4"
    ended = await report(world, job.job_id, video_pb2.JOB_STATE_COMPLETED, video_uri=uri)
    later = await report(world, job.job_id, video_pb2.JOB_STATE_FAILED, message="no")
    messages = [event.message for event in await world.events(job.job_id)]

    assert video_pb2.JOB_STATE_QUEUED == during.state
    assert (video_pb2.JOB_STATE_COMPLETED, uri, 100) == (
        ended.state, ended.result.video_uri, ended.progress_percent,
    )  # fmt: skip
    assert (ended.state, ended.end_time) == (later.state, later.end_time)
    assert ["half way", "The video is ready."] == messages[1:]


async def test_a_reported_failure_fails_the_job(world: World, request_for: RequestFor) -> None:
    """The engine's words are the error's."""
    job = await create(world, request_for())
    failed = await report(world, job.job_id, video_pb2.JOB_STATE_FAILED, message="out of credit")

    assert (video_pb2.JOB_STATE_FAILED, "PROVIDER_FAILED", "out of credit") == (
        failed.state, failed.error.reason, failed.error.message,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "uri"), [(video_pb2.JOB_STATE_COMPLETED, ""), (3, "file:///etc/passwd"), (5, ""), (1, "")]
)
async def test_senseless_reports_are_refused(
    world: World, request_for: RequestFor, state: int, uri: str
) -> None:
    """A completion needs a link, and nobody reports a cancellation."""
    job = await create(world, request_for())

    with pytest.raises(InvalidInput):
        await report(world, job.job_id, state, video_uri=uri)

    assert JobState.QUEUED is (await world.store.get(job.job_id)).state


async def test_filters_and_queue(world: World, request_for: RequestFor) -> None:
    """The three overlays; what waits."""
    await create(world, request_for(filter_id="desi-fire"))
    filters = (await world.stub.ListFilters(video_pb2.ListFiltersRequest())).filters
    queue = await world.stub.GetQueue(video_pb2.GetQueueRequest())

    assert ["desi-fire", "pet-maharaja", "bollywood-burn"] == [each.filter_id for each in filters]
    assert (1, 0, CAPACITY) == (queue.waiting, queue.active, queue.capacity)
    assert {video_pb2.JOB_STATE_QUEUED: 1} == {each.state: each.count for each in queue.counts if each.count}


UNKNOWN: dict[str, Callable[[World, str], Any]] = {
    "GetVideo": lambda world, name: world.stub.GetVideo(video_pb2.GetVideoRequest(job_id=name)),
    "CancelVideo": lambda world, name: world.stub.CancelVideo(video_pb2.CancelVideoRequest(job_id=name)),
    "WatchVideo": lambda world, name: anext(
        aiter(world.stub.WatchVideo(video_pb2.WatchVideoRequest(job_id=name)))
    ),
    "SetVideoWebhook": lambda world, name: world.stub.SetVideoWebhook(
        video_pb2.SetVideoWebhookRequest(job_id=name)
    ),
    "ReportVideo": lambda world, name: world.stub.ReportVideo(
        video_pb2.ReportVideoRequest(job_id=name, state=video_pb2.JOB_STATE_FAILED)
    ),
}


@pytest.mark.parametrize("method", list(UNKNOWN))
@pytest.mark.parametrize("name", ["0" * 32, "../../etc", "*", "ü"])
async def test_unknown_jobs_are_not_found(world: World, method: str, name: str) -> None:
    """Every method that names a job says so, whatever the name looks like."""
    with pytest.raises(NotFound) as refusal, calling("video"):
        await UNKNOWN[method](world, name)

    assert ("job_id", "JOB_NOT_FOUND") == (refusal.value.field, refusal.value.reason)
