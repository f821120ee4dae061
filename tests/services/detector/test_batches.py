"""DetectBatch with poisoned pictures: each other picture has its own answer, in its place."""

import io
from collections.abc import AsyncIterator

import pytest
from PIL import Image, ImageOps

from meshkit.client import calling
from meshkit.errors import BackendUnavailable, Internal, InvalidInput, MeshError, Overloaded
from services.detector.classes import Wanted
from services.detector.detector import Candidate, Sight
from services.detector.pictures import Frame
from sutradhar.common.v1 import common_pb2 as common
from sutradhar.detector.v1 import detector_pb2 as pb
from tests.fixtures.triton import Triton
from tests.services.detector import hostile, making
from tests.services.detector.engines import ColourEngine, detector
from tests.services.detector.processes import Stub, question
from tests.services.detector.test_servicer import service

ANIMALS = ("cat", "dog", "cow", "chickens")
POISONS: dict[str, tuple[common.Image, str, str]] = {
    "nothing": (common.Image(), "INVALID_INPUT", "source"),
    "an empty file": (common.Image(data=b""), "INVALID_INPUT", "data"),
    "an address": (common.Image(uri="http://a.example/dog.jpg"), "IMAGE_URI_REFUSED", "uri"),
    "text": (common.Image(data=b"woof"), "IMAGE_TYPE_UNSUPPORTED", "data"),
    "cut off": (common.Image(data=making.photo("dog")[:30_000]), "IMAGE_TRUNCATED", "data"),
    "too many pixels": (
        common.Image(data=making.png_header(20_000, 20_000)),
        "IMAGE_TOO_MANY_PIXELS",
        "data",
    ),
    "a bomb": (common.Image(data=hostile.claiming("WEBP", 6600, 6000)), "IMAGE_CORRUPT", "data"),
    "many scans": (common.Image(data=hostile.many_scans((64, 64), 1000)), "IMAGE_TOO_COMPLEX", "data"),
}


@pytest.fixture
async def stub(triton: Triton) -> AsyncIterator[Stub]:
    """A client of the service on the test process's Triton."""
    async with service(triton.grpc_url) as one:
        yield one


def variations() -> list[bytes]:
    """32 different pictures: four animals, each whole or without an edge, as it is or mirrored."""
    found = []
    for name in ANIMALS:
        with Image.open(io.BytesIO(making.photo(name))) as photo:
            whole = photo.convert("RGB").resize((360, 300))
        for cut in (0, 9, 18, 27):
            part = whole.crop((cut, 0, 360, 300 - cut))
            found += [making.encoded(each, "JPEG") for each in (part, ImageOps.mirror(part))]
    return found


def told(answer: pb.DetectResponse) -> list[object]:
    """What an answer says, as exactly as two runs of the model agree."""
    boxes = [
        (one.label, *(round(side) for side in (one.box.x_min, one.box.y_min, one.box.x_max, one.box.y_max)))
        for one in answer.detections
    ]
    return [answer.width, answer.height, *boxes]


async def test_one_poisoned_among_32_different(stub: Stub) -> None:
    """Whatever the poison, its place has its error, and 31 have what Detect says of each by itself, in their order."""
    pictures = variations()
    expected = [told(await stub.Detect(question(data))) for data in pictures]
    for number, (poison, reason, field) in enumerate(POISONS.values()):
        at = number * 4 + 1
        images = [common.Image(data=data) for data in pictures]
        images[at] = poison
        answer = await stub.DetectBatch(pb.DetectBatchRequest(images=images))
        error = answer.results[at].error

        assert (reason, field) == (error.reason, error.field)
        assert [each for n, each in enumerate(expected) if n != at] == [
            told(result.response) for n, result in enumerate(answer.results) if n != at
        ]

    assert 32 == len({str(each) for each in expected})


async def test_all_poisoned(stub: Stub) -> None:
    """A batch of nothing but poison is answered, too."""
    images = [image for image, _, _ in POISONS.values()] * 8
    answer = await stub.DetectBatch(pb.DetectBatchRequest(images=images))

    assert [reason for _, reason, _ in POISONS.values()] * 8 == [one.error.reason for one in answer.results]


@pytest.mark.parametrize(("count", "accepted"), [(0, False), (1, True), (64, True), (65, False)])
async def test_how_many(stub: Stub, count: int, accepted: bool) -> None:
    """From 1 to 64 pictures."""
    asked = pb.DetectBatchRequest(images=[common.Image(data=hostile.SMALL["PNG"])] * count)
    if accepted:
        assert [(120, 80)] * count == [
            (one.response.width, one.response.height) for one in (await stub.DetectBatch(asked)).results
        ]
        return
    with pytest.raises(InvalidInput) as caught, calling("detector"):
        await stub.DetectBatch(asked)

    assert "images" == caught.value.field


class AllergicEngine(ColourEngine):
    """A model that fails in some way on pictures of a class."""

    def __init__(self, error: MeshError, label: str = "cat") -> None:
        super().__init__()
        self._error = error
        self._label = label

    async def find(self, frame: Frame) -> list[Candidate]:
        found = await super().find(frame)
        if found[0].label == self._label:
            raise self._error
        return found


def plain(colour: str) -> bytes:
    """A picture of one colour."""
    return making.encoded(Image.new("RGB", (64, 64), colour), "PNG")


async def test_a_picture_that_the_model_fails_on() -> None:
    """A poison that reaches the model is one picture's fault as well: the others have their answers."""
    async with detector(AllergicEngine(Internal())) as one:
        outcomes = await one.detect_batch(
            [plain("red")] * 5 + [plain("blue")] + [plain("green")] * 5, Wanted()
        )

    assert [Sight] * 5 + [Internal] + [Sight] * 5 == [type(outcome) for outcome in outcomes]


@pytest.mark.parametrize("error", [BackendUnavailable("Away."), Overloaded("Full.")])
async def test_what_is_no_pictures_fault(error: MeshError) -> None:
    """A model that is away or busy fails the batch: the caller should send it again as it is."""
    async with detector(AllergicEngine(error)) as one:
        with pytest.raises(type(error)):
            await one.detect_batch([plain("red")] * 5 + [plain("blue")], Wanted())


async def test_a_full_queue_is_no_illness() -> None:
    """The probe passes while the model is busy: callers would otherwise take the service for one that is away."""
    async with detector(AllergicEngine(Overloaded("Full."), "person")) as one:
        await one.probe()
        with pytest.raises(Overloaded):
            await one.detect(plain("black"), Wanted())
