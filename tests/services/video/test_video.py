"""services/video/video.py and admission.py: what makes a job, and what leaves nothing behind, over real gRPC."""

import asyncio
from collections.abc import Callable
from typing import Any

import grpc
import pytest

from meshkit.client import calling
from meshkit.errors import (
    BackendUnavailable,
    DeadlineExceeded,
    InvalidInput,
    MeshError,
    Overloaded,
    UnsupportedMedia,
)
from services.video.admission import NO_PETS_MESSAGE
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


@pytest.mark.parametrize(("source", "target"), [("", "hi"), ("", "en"), ("hi", "en")])
async def test_what_is_romanised_is_not_translated(
    world: World, request_for: RequestFor, source: str, target: str
) -> None:
    """It would be read as English; named as such, it is, and without a target it is spoken as it stands."""
    world.translator.language, world.translator.romanised = "hi", True
    text = "mera kutta kahan hai"

    with pytest.raises(InvalidInput) as refusal:
        await create(world, request_for(text, source_language=source, target_language=target))
    named = await create(world, request_for(text, source_language="en", target_language="hi"))
    spoken = await create(world, request_for(text))

    assert ("options.text", "ROMANISED_TEXT") == (refusal.value.field, refusal.value.reason)
    assert [("en", "hi"), ("en", "en")] == [
        (job.source_language, job.narration_language) for job in (named, spoken)
    ]


async def test_white_space_says_nothing(world: World, request_for: RequestFor) -> None:
    """Also in a language that is named."""
    with pytest.raises(InvalidInput) as refusal:
        await create(world, request_for(" \n", source_language="en"))

    assert ("options.text", "EMPTY_TEXT") == (refusal.value.field, refusal.value.reason)
    assert await nothing_left(world)


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


async def test_a_slow_neighbour_ends_with_the_callers_patience(world: World, request_for: RequestFor) -> None:
    """The deadline travels down; no job is left."""
    world.script.before["Detect"] = lambda: asyncio.sleep(30)

    with pytest.raises((DeadlineExceeded, grpc.aio.AioRpcError)), calling("video"):
        await world.stub.CreateVideo(request_for(), timeout=0.5)

    assert await nothing_left(world)
