"""services/video/admission.py and neighbours.py: a clip instead of a photo, over real gRPC."""

import asyncio
import io

import grpc
import pytest
from PIL import Image

from meshkit.client import calling
from meshkit.errors import DeadlineExceeded, InvalidInput, MeshError, Overloaded, UnsupportedMedia
from services.video.admission import NO_PETS_MESSAGE
from services.video.jobs import asset_key
from sutradhar.video.v1 import video_pb2
from tests.services.video.conftest import World
from tests.services.video.making import TinyEngine, make_pipeline
from tests.services.video.neighbours import frame
from tests.services.video.test_video import create, nothing_left

CLIP = b"\0\0\0\x18ftypisom" + b"the detector of these tests looks at no clip"


def request(clip: bytes = CLIP, **more: str) -> video_pb2.CreateVideoRequest:
    """A request with a clip."""
    options = video_pb2.VideoOptions(text="What a lazy dog")
    return video_pb2.CreateVideoRequest(clip=clip, options=options, **more)  # type: ignore[arg-type]


def shade(picture: bytes) -> int:
    """How bright the middle of a picture is."""
    image = Image.open(io.BytesIO(picture)).convert("L")
    return int(image.getpixel((image.width // 2, image.height // 2)) / 10 + 0.5) * 10  # type: ignore[operator]


async def test_the_best_frame_becomes_the_photo(world: World) -> None:
    """The job has that frame as its photo and the boxes in it; nothing else of the clip is kept."""
    world.detector.frames = [
        frame(0),
        frame(2, 0.55, 60, 50),
        frame(2.5, 0.8, 300, 150),
        frame(3, 0.9, 90, 220),
    ]
    job = await create(world, request())
    photo = await world.artifacts.get(asset_key(job.job_id, "input/photo.jpg"), 1_000_000)

    assert 150 == shade(photo)
    assert [("dog", 310.0)] == [(pet.label, pet.box.x_max) for pet in job.pets]
    assert [f"jobs/{job.job_id}/input/photo.jpg"] == world.files()
    assert [("input/photo.jpg", "image/jpeg", len(photo))] == [
        (asset.name, asset.content_type, asset.size_bytes) for asset in job.assets
    ]
    assert "The clip shows a pet at 2.5 s. The video waits for its turn." == job.detail
    assert 0 == world.script.calls["Detect"]


async def test_how_the_detector_is_asked(world: World) -> None:
    """It stops soon after the first pet, and gives pictures."""
    world.detector.frames = [frame(0, 0.9, 100)]
    await create(world, request())
    (asked,) = world.detector.asked

    assert (CLIP, True, True, 2.0) == (
        asked.video, asked.stop_at_first_pet, asked.with_pictures, asked.linger_seconds,
    )  # fmt: skip


async def test_a_worker_makes_the_video_of_the_frame(world: World) -> None:
    """The pipeline takes the frame as it takes photos, and asks the detector nothing more."""
    world.detector.frames = [frame(1, 0.9, 100, 90)]
    job = await create(world, request())
    taken = await world.store.take(job.job_id)
    assert taken is not None
    engine = TinyEngine()
    ended = await make_pipeline(world, engine).run(taken)

    assert "completed" == ended.state
    assert (90, ["dog"]) == (shade(engine.scenes[0].photo), [pet.label for pet in engine.scenes[0].pets])
    assert (0, 1) == (world.script.calls["Detect"], world.script.calls["DetectVideo"])


async def test_a_clip_without_a_pet_leaves_nothing(world: World) -> None:
    """The same refusal as for a photo; neither a job nor a file exists."""
    world.detector.frames = [frame(0), frame(1), frame(2)]

    with pytest.raises(InvalidInput) as refusal:
        await create(world, request(request_id="request-0001"))

    assert NO_PETS_MESSAGE == refusal.value.message
    assert ("clip", "NO_PETS_DETECTED") == (refusal.value.field, refusal.value.reason)
    assert await nothing_left(world)


DETECTORS = [
    (
        InvalidInput("video: not one frame.", field="video", reason="VIDEO_UNREADABLE"),
        "clip",
        "clip: not one frame.",
    ),
    (InvalidInput("video: too long.", field="video", reason="VIDEO_TOO_COMPLEX"), "clip", "clip: too long."),
    (Overloaded("Two clips are looked at.", retry_after=5), "", "Two clips are looked at."),
]


@pytest.mark.parametrize(("error", "field", "message"), DETECTORS, ids=range(len(DETECTORS)))
async def test_what_the_detector_refuses(world: World, error: MeshError, field: str, message: str) -> None:
    """Its words reach the caller, with the name that the field has here and the time to come back."""
    world.script.errors["DetectVideo"] = [error]

    with pytest.raises(type(error)) as refusal:
        await create(world, request())

    assert (field, message, error.reason) == (
        refusal.value.field, refusal.value.message, refusal.value.reason,
    )  # fmt: skip
    assert error.retry_after == refusal.value.retry_after
    assert await nothing_left(world)


@pytest.mark.parametrize("clip", [b"no clip", b"\x89PNG\r\n\x1a\n", b"\0\0\0\x18ftypheic" + bytes(99)])
async def test_what_is_no_clip_is_not_sent_on(world: World, clip: bytes) -> None:
    """Its first bytes are enough to refuse it."""
    with pytest.raises(UnsupportedMedia) as refusal:
        await create(world, request(clip))

    assert ("clip", "VIDEO_TYPE_UNSUPPORTED") == (refusal.value.field, refusal.value.reason)
    assert [] == world.detector.asked
    assert await nothing_left(world)


async def test_more_clips_at_once_than_there_is_room_for(world: World) -> None:
    """The third is refused at once and told when to come back; places are given back."""
    begun, gate = asyncio.Semaphore(0), asyncio.Event()

    async def held() -> None:
        begun.release()
        await gate.wait()

    world.detector.frames = [frame(0, 0.9, 100)]
    world.script.before["DetectVideo"] = held
    first = [asyncio.create_task(create(world, request())) for _ in range(2)]
    for _ in first:
        await begun.acquire()
    with pytest.raises(Overloaded) as refusal:
        await create(world, request())
    gate.set()
    await asyncio.gather(*first)
    await create(world, request())

    assert 5 == refusal.value.retry_after
    assert 3 == len(world.detector.asked) == len(world.files())


async def test_a_frame_that_is_too_small_for_a_video(world: World) -> None:
    """The frame must be as large as any photo must be."""
    world.detector.frames = [frame(0, 0.9, 10, size=(31, 31))]

    with pytest.raises(InvalidInput) as refusal:
        await create(world, request())

    assert ("clip", "IMAGE_TOO_SMALL") == (refusal.value.field, refusal.value.reason)
    assert await nothing_left(world)


def both() -> video_pb2.CreateVideoRequest:
    """A request with a photo and a clip."""
    one = request()
    one.image.data = b"photo"
    return one


@pytest.mark.parametrize("asked", [request(b""), both(), request(bytes(32 * 1024 * 1024 + 1))])
async def test_exactly_one_of_photo_and_clip(world: World, asked: video_pb2.CreateVideoRequest) -> None:
    """None, both, or more than 32 MiB break the contract's rules; the words name the field."""
    # Large requests are not repeated while the channel learns that the service is well.
    await world.stub.ListFilters(video_pb2.ListFiltersRequest())

    with pytest.raises(InvalidInput) as refusal:
        await create(world, asked)

    assert "clip" in refusal.value.message
    assert [] == world.detector.asked
    assert await nothing_left(world)


async def test_a_caller_without_patience(world: World) -> None:
    """The detector's call ends with the caller's deadline; no job is left."""
    world.detector.frames = [frame(0)]
    world.script.before["DetectVideo"] = lambda: asyncio.sleep(30)

    with pytest.raises((DeadlineExceeded, grpc.aio.AioRpcError)), calling("video"):
        await world.stub.CreateVideo(request(), timeout=0.5)
    await asyncio.wait_for(world.detector.left.wait(), 5)

    assert await nothing_left(world)


async def test_a_repeated_request_looks_at_the_clip_once(world: World) -> None:
    """The first job is returned."""
    world.detector.frames = [frame(1, 0.9, 100)]
    first = await create(world, request(request_id="request-0001"))
    again = await create(world, request(request_id="request-0001"))

    assert (first.job_id, 1) == (again.job_id, len(world.detector.asked))
