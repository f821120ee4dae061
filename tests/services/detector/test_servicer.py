"""services/detector/servicer.py: the whole service, over gRPC, on the real Triton."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

import imageio_ffmpeg
import pytest

from meshkit.client import calling
from meshkit.errors import (
    DeadlineExceeded,
    InvalidInput,
    MeshError,
    Overloaded,
    PayloadTooLarge,
    UnsupportedMedia,
)
from meshkit.limits import ConcurrencyLimiter
from meshkit.server import Binding
from meshkit.testing import serving
from meshkit.triton import TritonClient
from services.detector.clips import ClipSampler
from services.detector.decoder import Decoder
from services.detector.detector import Detector, Limits
from services.detector.engine import TritonEngine
from services.detector.servicer import DetectorServicer
from sutradhar.common.v1 import common_pb2 as common
from sutradhar.detector.v1 import detector_pb2 as pb
from sutradhar.detector.v1 import detector_pb2_grpc as pb_grpc
from tests.fixtures.triton import Triton
from tests.services.detector import making
from tests.services.detector.engines import ColourEngine, detector

Stub: TypeAlias = "pb_grpc.DetectorServiceAsyncStub"  # a type of the .pyi file only

SIDES = ("x_min", "y_min", "x_max", "y_max")


@asynccontextmanager
async def stub_of(one: Detector) -> AsyncIterator[Stub]:
    """A client of a server that serves the detector."""
    binding = Binding(
        "sutradhar.detector.v1.DetectorService",
        pb_grpc.add_DetectorServiceServicer_to_server,
        DetectorServicer(one),
    )
    async with serving(binding) as channel:
        yield pb_grpc.DetectorServiceStub(channel)


@asynccontextmanager
async def service(triton_url: str) -> AsyncIterator[Stub]:
    """A client of the detector service on a Triton."""
    triton, decoder = TritonClient(triton_url), Decoder(threads=2, pixels=80_000_000)
    sampler = ClipSampler(imageio_ffmpeg.get_ffmpeg_exe(), seconds=60, patience=20)
    slots = ConcurrencyLimiter(8, "detector")
    limits = Limits(slots, slots, slots, batch_window=8)
    try:
        async with stub_of(Detector(TritonEngine(triton, "coco_ssd", 10), decoder, sampler, limits)) as stub:
            yield stub
    finally:
        await decoder.close()
        await triton.close()


@pytest.fixture
async def stub(triton: Triton) -> AsyncIterator[Stub]:
    """A client of the service on the test process's Triton."""
    async with service(triton.grpc_url) as one:
        yield one


def image(name: str) -> common.Image:
    """A photo as a message."""
    return common.Image(data=making.photo(name))


def request(data: bytes = b"", **options: Any) -> pb.DetectRequest:
    """A question about one picture."""
    return pb.DetectRequest(image=common.Image(data=data), options=pb.DetectOptions(**options))


@pytest.mark.parametrize(
    ("name", "label"), [("cat", "cat"), ("dog", "dog"), ("cow", "cow"), ("chickens", "bird")]
)
async def test_animals_are_named(stub: Stub, name: str, label: str) -> None:
    """The four photographed animals, in boxes within their pictures."""
    answer = await stub.Detect(pb.DetectRequest(image=image(name)))

    assert {label} == {one.label for one in answer.detections}
    assert answer.pet_found and answer.detections[0].is_pet and "coco_ssd" == answer.model
    assert all(0 <= one.box.x_min < one.box.x_max <= answer.width for one in answer.detections)
    assert all(0 <= one.box.y_min < one.box.y_max <= answer.height for one in answer.detections)


@pytest.mark.parametrize("name", sorted(path.stem for path in making.PHOTOS.glob("none-*.webp")))
async def test_no_false_alarm(stub: Stub, name: str) -> None:
    """Photos without an animal of the ten."""
    answer = await stub.Detect(pb.DetectRequest(image=image(name)))

    assert (0, False) == (len(answer.detections), answer.pet_found)


async def test_options_arrive(stub: Stub) -> None:
    """A lower threshold shows more, a limit less, and labels choose."""
    data = making.photo("chickens")
    many = await stub.Detect(request(data, min_confidence=0.05, all_classes=True))
    one = await stub.Detect(request(data, min_confidence=0.05, all_classes=True, max_detections=1))
    none = await stub.Detect(request(data, labels=["person"]))

    assert len(many.detections) > 3
    assert [many.detections[0]] == list(one.detections)
    assert 0 == len(none.detections)


async def test_clip_up_to_the_first_pet(stub: Stub, tmp_path: Path) -> None:
    """The stream ends with the first frame that shows the dog."""
    video = making.clip(tmp_path / "clip.mp4", "none-003", "dog", seconds=2)
    asked = pb.DetectVideoRequest(video=video, stop_at_first_pet=True)
    frames = [frame async for frame in stub.DetectVideo(asked)]

    assert [(0, False), (1, False), (2, True)] == [(one.time.seconds, one.frame.pet_found) for one in frames]
    assert (640, 360) == (frames[0].frame.width, frames[0].frame.height)
    assert "dog" == frames[2].frame.detections[0].label


async def test_the_picture_of_the_frame_with_the_pet(stub: Stub, tmp_path: Path) -> None:
    """A lingering stream shows the dog in each frame; its picture, looked at alone, has the dog in the same place."""
    video = making.clip(tmp_path / "clip.mp4", "none-003", "dog", seconds=2)
    asked = pb.DetectVideoRequest(video=video, stop_at_first_pet=True, with_pictures=True, linger_seconds=1)
    *without, first, last = [frame async for frame in stub.DetectVideo(asked)]
    alone = await stub.Detect(request(first.picture))
    boxes = [one.detections[0].box for one in (first.frame, alone)]
    differences = [abs(getattr(boxes[0], side) - getattr(boxes[1], side)) for side in SIDES]

    assert [b"", b""] == [frame.picture for frame in without]
    assert (2, 3) == (first.time.seconds, last.time.seconds)
    assert (640, 360) == (first.frame.width, first.frame.height) == (alone.width, alone.height)
    assert "dog" == alone.detections[0].label
    assert max(differences) < 8


async def test_a_third_clip_is_told_when_to_come_back(tmp_path: Path) -> None:
    """Two clips are decoded at once; the next one is refused at once, and taken when one of them is done."""
    engine = ColourEngine()
    engine.gate.clear()
    asked = pb.DetectVideoRequest(video=making.clip(tmp_path / "clip.mp4", "dog"))
    async with detector(engine, clips=2) as one, stub_of(one) as stub:
        held = [stub.DetectVideo(asked) for _ in range(2)]
        reads = [asyncio.ensure_future(call.read()) for call in held]
        for _ in held:
            await engine.entered.acquire()
        with pytest.raises(Overloaded) as caught, calling("detector"):
            await stub.DetectVideo(asked).read()
        engine.gate.set()
        for call, read in zip(held, reads, strict=True):
            await read
            [frame async for frame in call]
        assert 2 == len([frame async for frame in stub.DetectVideo(asked)])

    assert 1 == caught.value.retry_after


async def test_clip_cancelled_by_the_client(stub: Stub, tmp_path: Path) -> None:
    """The decoding ends when the client hangs up."""
    call = stub.DetectVideo(
        pb.DetectVideoRequest(
            video=making.clip(tmp_path / "clip.mp4", "dog", seconds=20), frames_per_second=5
        )
    )
    await call.read()
    (child,) = making.running_ffmpegs()
    call.cancel()
    await asyncio.to_thread(child.wait, 10)

    assert not child.is_running()


async def test_classes(stub: Stub) -> None:
    """80 classes, ten of them pets."""
    answer = await stub.ListClasses(pb.ListClassesRequest())

    assert (80, 10) == (len(answer.classes), sum(one.is_pet for one in answer.classes))
    assert "coco_ssd" == answer.model


TOO_BIG = bytes(10 * 1024 * 1024 + 1)
BAD_DETECTS: dict[str, tuple[pb.DetectRequest, type[MeshError], str]] = {
    "no image": (pb.DetectRequest(), InvalidInput, "image"),
    "no source": (pb.DetectRequest(image=common.Image()), InvalidInput, "image.source"),
    "empty": (request(b""), InvalidInput, "image.data"),
    "over 10 MiB": (request(TOO_BIG), InvalidInput, "image.data"),
    "an address": (pb.DetectRequest(image=common.Image(uri="http://a.example/")), InvalidInput, "image.uri"),
    "text": (request(b"no picture"), UnsupportedMedia, "image"),
    "truncated": (request(making.photo("dog")[:9000]), InvalidInput, "image"),
    "41 megapixels": (request(making.png_header(8200, 5000)), InvalidInput, "image"),
    "unknown label": (request(making.photo("dog"), labels=["unicorn"]), InvalidInput, "options.labels"),
    "label twice": (request(making.photo("dog"), labels=["dog", "dog"]), InvalidInput, "options.labels"),
    "confidence": (request(making.photo("dog"), min_confidence=2), InvalidInput, "options.min_confidence"),
    "maximum": (request(making.photo("dog"), max_detections=0), InvalidInput, "options.max_detections"),
    "labels and all": (
        request(making.photo("dog"), labels=["dog"], all_classes=True),
        InvalidInput,
        "options",
    ),
}


@pytest.mark.parametrize("name", BAD_DETECTS)
async def test_bad_request(stub: Stub, name: str) -> None:
    """Each mistake has its error, which names the field and no internals."""
    asked, kind, field = BAD_DETECTS[name]
    with pytest.raises(kind) as caught, calling("detector"):
        await stub.Detect(asked)

    assert (kind, field) == (type(caught.value), caught.value.field)
    assert "Error" not in caught.value.message and "Traceback" not in caught.value.message


@pytest.mark.parametrize(
    ("asked", "kind", "field"),
    [
        (pb.DetectBatchRequest(), InvalidInput, "images"),
        (pb.DetectBatchRequest(images=[common.Image(data=b"x")] * 65), InvalidInput, "images"),
        (
            pb.DetectBatchRequest(images=[common.Image(data=TOO_BIG[:-1])] * 6 + [common.Image(data=b"x")]),
            PayloadTooLarge,
            "images",
        ),
        (
            pb.DetectBatchRequest(images=[image("dog")], options=pb.DetectOptions(labels=["unicorn"])),
            InvalidInput,
            "options.labels",
        ),
    ],
)
async def test_bad_batch(stub: Stub, asked: pb.DetectBatchRequest, kind: type[MeshError], field: str) -> None:
    """A request that is malformed as a whole fails as a whole."""
    with pytest.raises(kind) as caught, calling("detector"):
        await stub.DetectBatch(asked)

    assert field == caught.value.field


@pytest.mark.parametrize(
    ("asked", "kind", "field"),
    [
        (pb.DetectVideoRequest(), InvalidInput, "video"),
        (pb.DetectVideoRequest(video=b"#EXTM3U\nhttp://127.0.0.1/\n"), UnsupportedMedia, "video"),
        (pb.DetectVideoRequest(video=b"\0\0\0\x18ftypisom" + bytes(500)), InvalidInput, "video"),
        (pb.DetectVideoRequest(video=b"x", frames_per_second=6), InvalidInput, "frames_per_second"),
        (pb.DetectVideoRequest(video=b"x", linger_seconds=11), InvalidInput, "linger_seconds"),
        (pb.DetectVideoRequest(video=b"x", linger_seconds=-1), InvalidInput, "linger_seconds"),
    ],
)
async def test_bad_clip(stub: Stub, asked: pb.DetectVideoRequest, kind: type[MeshError], field: str) -> None:
    """A clip that cannot be looked at ends the stream with an error that names its field."""
    with pytest.raises(kind) as caught, calling("detector"):
        [frame async for frame in stub.DetectVideo(asked)]

    assert field == caught.value.field


async def test_overload_is_shed() -> None:
    """With all slots taken a call is refused with RESOURCE_EXHAUSTED and told when to come back."""
    engine = ColourEngine()
    engine.gate.clear()
    data = making.encoded(making.quarters(), "PNG")
    async with detector(engine, pictures=1) as one, stub_of(one) as stub:
        held = asyncio.ensure_future(stub.Detect(request(data)))
        await engine.entered.acquire()
        with pytest.raises(Overloaded) as caught, calling("detector"):
            await stub.Detect(request(data))
        engine.gate.set()
        await held

    assert caught.value.retry_after == 1.0


async def test_the_deadline_ends_the_wait() -> None:
    """A caller with little time is answered in it, and the inference is cancelled."""
    engine = ColourEngine()
    engine.gate.clear()
    async with detector(engine) as one, stub_of(one) as stub:
        with pytest.raises(DeadlineExceeded), calling("detector"):
            await stub.Detect(request(making.encoded(making.quarters(), "PNG")), timeout=0.3)
        await engine.left.acquire()

    assert 0 == engine.waiting
