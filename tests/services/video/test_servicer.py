"""services/video/servicer.py: each method over real gRPC, and each of its refusals."""

import asyncio
from collections.abc import Callable
from typing import Any

import grpc
import pytest

from meshkit.client import calling
from meshkit.errors import (
    BackendUnavailable,
    Conflict,
    DeadlineExceeded,
    InvalidInput,
    MeshError,
    NotFound,
    Overloaded,
    UnsupportedMedia,
)
from services.video.admission import NO_PETS_MESSAGE
from services.video.jobs import JobState
from sutradhar.video.v1 import video_pb2
from tests.services.video.conftest import CAPACITY, World

RequestFor = Callable[..., video_pb2.CreateVideoRequest]


async def create(world: World, request: video_pb2.CreateVideoRequest) -> video_pb2.Job:
    """Create a video; raises the mesh's errors."""
    with calling("video"):
        return (await world.stub.CreateVideo(request, timeout=20)).job


async def nothing_left(world: World) -> bool:
    """True when neither a job nor a file is there."""
    names = [name for name in await world.redis.keys("*") if not str(name).endswith(":probe")]
    return (names, world.files()) == ([], [])


async def test_create_answers_at_once_with_a_queued_job(world: World, request_for: RequestFor) -> None:
    """The job, its photo, its languages and its pets are there; the work isn't done yet."""
    job = await create(world, request_for(labels={"owner": "me"}, webhook_url="http://example.org/hook"))

    assert (video_pb2.JOB_STATE_QUEUED, 5, 0) == (job.state, job.progress_percent, job.attempt)
    assert ("en", "en", "") == (job.source_language, job.narration_language, job.narration)
    assert [("dog", 200.0)] == [(pet.label, pet.box.x_max) for pet in job.pets]
    assert {"owner": "me"} == dict(job.labels)
    assert [f"jobs/{job.job_id}/input/photo.webp"] == world.files()
    assert await world.video_queue.holds(job.job_id)
    assert not job.HasField("result")


async def test_get_returns_the_job_with_links(world: World, request_for: RequestFor) -> None:
    """What was created is found again."""
    created = await create(world, request_for())
    job = (await world.stub.GetVideo(video_pb2.GetVideoRequest(job_id=created.job_id))).job

    assert created == job
    assert job.assets[0].uri.startswith(
        f"http://gateway.test/media/jobs/{job.job_id}/input/photo.webp?expires="
    )


async def test_a_photo_without_a_pet_leaves_nothing(world: World, request_for: RequestFor) -> None:
    """The refusal has its exact words, and neither a job nor a file exists."""
    world.detector.pet_found = False

    with pytest.raises(InvalidInput) as refusal:
        await create(world, request_for(request_id="request-0001"))

    assert NO_PETS_MESSAGE == refusal.value.message
    assert ("image", "NO_PETS_DETECTED") == (refusal.value.field, refusal.value.reason)
    assert await nothing_left(world)


def broken(request: video_pb2.CreateVideoRequest) -> None:
    """Make the photo no picture."""
    request.image.data = b"not a picture at all, but long enough to be looked at"


def elsewhere(request: video_pb2.CreateVideoRequest) -> None:
    """Give the photo by address."""
    request.image.uri = "http://example.org/dog.jpg"


def option(**values: Any) -> Callable[[video_pb2.CreateVideoRequest], None]:
    """Change options."""
    return lambda request: request.options.MergeFrom(video_pb2.VideoOptions(**values))


def hook(url: str) -> Callable[[video_pb2.CreateVideoRequest], None]:
    """Set the webhook."""

    def change(request: video_pb2.CreateVideoRequest) -> None:
        request.webhook_url = url

    return change


REFUSALS = [
    (broken, UnsupportedMedia, "image", "IMAGE_TYPE_UNSUPPORTED"),
    (elsewhere, InvalidInput, "image.uri", "INVALID_INPUT"),
    (option(filter_id="sepia"), InvalidInput, "options.filter_id", "UNKNOWN_FILTER"),
    (option(provider="veo"), InvalidInput, "options.provider", "UNKNOWN_PROVIDER"),
    (option(target_language="xx"), InvalidInput, "options.target_language", "UNKNOWN_LANGUAGE"),
    (option(source_language="klingon"), InvalidInput, "options.source_language", "UNKNOWN_LANGUAGE"),
    (option(target_language="ta"), BackendUnavailable, "", "MODEL_NOT_INSTALLED"),
    (hook("ftp://example.org/"), InvalidInput, "webhook_url", "URL_NOT_ALLOWED"),
    (hook("http://user:word@example.org/"), InvalidInput, "webhook_url", "URL_NOT_ALLOWED"),
    (hook("http://0x7f000001/"), InvalidInput, "webhook_url", "URL_NOT_ALLOWED"),
]


@pytest.mark.parametrize(("change", "kind", "field", "reason"), REFUSALS)
async def test_refusals_name_the_field_and_leave_nothing(
    world: World,
    request_for: RequestFor,
    change: Callable[[video_pb2.CreateVideoRequest], None],
    kind: type[MeshError],
    field: str,
    reason: str,
) -> None:
    """Each bad request gets its error; no job and no file is made."""
    request = request_for()
    change(request)

    with pytest.raises(kind) as refusal:
        await create(world, request)

    assert (field, reason) == (refusal.value.field, refusal.value.reason)
    assert await nothing_left(world)


async def test_a_missing_model_is_named_with_its_cure(world: World, request_for: RequestFor) -> None:
    """The translator's hint reaches the caller."""
    with pytest.raises(BackendUnavailable) as refusal:
        await create(world, request_for(target_language="ta"))

    assert world.translator.hint in refusal.value.message
    assert 0 == world.script.calls["Detect"]


@pytest.mark.parametrize("method", ["Detect", "DetectLanguage"])
async def test_a_neighbour_that_is_away_makes_no_job(
    world: World, request_for: RequestFor, method: str
) -> None:
    """The caller is told to come back."""
    world.script.errors[method] = [BackendUnavailable("away") for _ in range(9)]

    with pytest.raises(BackendUnavailable):
        await create(world, request_for())

    assert await nothing_left(world)


async def test_text_of_no_known_language(world: World, request_for: RequestFor) -> None:
    """The caller is asked to name the language; named, it is taken."""
    world.translator.script_of_text = "Cyrl"

    with pytest.raises(InvalidInput) as refusal:
        await create(world, request_for("Собака"))
    job = await create(world, request_for("Собака", source_language="eng_Latn"))

    assert ("options.text", "LANGUAGE_NOT_RECOGNISED") == (refusal.value.field, refusal.value.reason)
    assert "en" == job.source_language


async def test_bare_digits_are_read_as_english(world: World, request_for: RequestFor) -> None:
    """A number has no script."""
    world.translator.script_of_text = ""

    assert "en" == (await create(world, request_for("1 2 3"))).narration_language


async def test_languages_are_taken_in_any_notation(world: World, request_for: RequestFor) -> None:
    """hin_Deva is hi, and the direction is known."""
    world.translator.language = "en"
    job = await create(world, request_for(source_language="AUTO", target_language="HIN_Deva"))

    assert ("en", "hi") == (job.source_language, job.narration_language)


async def test_a_repeated_request_returns_the_first_job(world: World, request_for: RequestFor) -> None:
    """One after the other, or all at once: one job, one photo."""
    first = await create(world, request_for(request_id="request-0001"))
    again = await create(world, request_for("Other text", request_id="request-0001"))
    calls = [create(world, request_for(request_id="request-0002")) for _ in range(6)]
    jobs = await asyncio.gather(*calls)

    assert first.job_id == again.job_id
    assert 1 == len({job.job_id for job in jobs})
    assert 2 == len(world.files())


async def test_a_full_queue_refuses(world: World, request_for: RequestFor) -> None:
    """The next video is told when to come back, and leaves nothing."""
    for _ in range(CAPACITY):
        await create(world, request_for())

    with pytest.raises(Overloaded) as refusal:
        await create(world, request_for())

    assert ("QUEUE_FULL", 10.0) == (refusal.value.reason, refusal.value.retry_after)
    assert CAPACITY == len(world.files())


async def test_a_queue_that_fails_takes_the_job_back(world: World, request_for: RequestFor) -> None:
    """A record that could not be queued does not stay queued for ever: it is gone with its photo."""
    key = world.video_queue._queue.namespace("incomplete")
    await world.redis.set(key, "of the wrong type: every enqueue fails")

    with pytest.raises(BackendUnavailable):
        await create(world, request_for(request_id="request-0001"))
    await world.redis.delete(key)

    assert await nothing_left(world)


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


async def test_a_slow_neighbour_ends_with_the_callers_patience(world: World, request_for: RequestFor) -> None:
    """The deadline travels down; no job is left."""
    world.script.before["Detect"] = lambda: asyncio.sleep(30)

    with pytest.raises((DeadlineExceeded, grpc.aio.AioRpcError)), calling("video"):
        await world.stub.CreateVideo(request_for(), timeout=0.5)

    assert await nothing_left(world)
