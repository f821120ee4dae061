"""services/detector/detector.py, with an engine that sees colours."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest
from PIL import Image
from prometheus_client import REGISTRY

from meshkit.errors import BackendUnavailable, InvalidInput, MeshError, Overloaded, UnsupportedMedia
from services.detector.classes import Wanted
from services.detector.clips import Sampling
from services.detector.detector import Detector, Sight
from services.detector.letterbox import Box
from tests.services.detector import making
from tests.services.detector.engines import ColourEngine, detector

ANY = Wanted(labels=None)


def plain(colour: str, width: int = 64, height: int = 64) -> bytes:
    """A picture of one colour."""
    return making.encoded(Image.new("RGB", (width, height), colour), "PNG")


def labels(outcome: Sight | MeshError) -> list[str]:
    """What an outcome that is a sight shows."""
    assert isinstance(outcome, Sight)
    return [one.label for one in outcome.detections]


@pytest.fixture
def engine() -> ColourEngine:
    """The engine of the test's detector."""
    return ColourEngine()


@pytest.fixture
async def eyes(engine: ColourEngine) -> AsyncIterator[Detector]:
    """A detector that sees colours."""
    async with detector(engine) as one:
        yield one


async def test_detect(eyes: Detector) -> None:
    """A box that fills the frame fills the picture, in its own pixels."""
    sight = await eyes.detect(plain("red", 300, 200), Wanted())

    assert (["dog"], 300, 200, "colours", True) == (
        labels(sight),
        sight.width,
        sight.height,
        sight.model,
        sight.pet_found,
    )
    assert Box(0, 0, 300, 200) == sight.detections[0].box


async def test_no_pet(eyes: Detector) -> None:
    """What is no pet is not shown unless asked for, and is no pet then either."""
    hidden, shown = await eyes.detect(plain("green"), Wanted()), await eyes.detect(plain("green"), ANY)

    assert ([], False) == (labels(hidden), hidden.pet_found)
    assert (["person"], False) == (labels(shown), shown.pet_found)


async def test_unknown_label(eyes: Detector) -> None:
    """A label is checked before the picture is."""
    with pytest.raises(InvalidInput) as caught:
        await eyes.detect(b"", Wanted(labels=frozenset(["unicorn"])))

    assert "options.labels" == caught.value.field


async def test_more_pictures_than_slots_are_shed(eyes: Detector, engine: ColourEngine) -> None:
    """Four at once are worked on; the fifth is refused at once, and later ones are taken again."""
    engine.gate.clear()
    held = [asyncio.create_task(eyes.detect(plain("red"), ANY)) for _ in range(4)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded) as caught:
        await eyes.detect(plain("red"), ANY)
    engine.gate.set()

    assert caught.value.retry_after is not None
    assert 4 == len(await asyncio.gather(*held))
    assert ["dog"] == labels(await eyes.detect(plain("red"), ANY))


async def test_cancelled_calls_give_their_slots_back(eyes: Detector, engine: ColourEngine) -> None:
    """A caller that goes away leaves no slot taken and no inference running."""
    engine.gate.clear()
    held = [asyncio.create_task(eyes.detect(plain("red"), ANY)) for _ in range(4)]
    await asyncio.sleep(0)
    for task in held:
        task.cancel()
    await asyncio.gather(*held, return_exceptions=True)
    engine.gate.set()

    assert 0 == engine.waiting
    assert ["dog"] == labels(await eyes.detect(plain("red"), ANY))


async def test_batch_keeps_order_and_bad_items_fail_alone(eyes: Detector) -> None:
    """Each picture's outcome is in its place."""
    broken = InvalidInput("uri: no.", field="uri")
    outcomes = await eyes.detect_batch([plain("red"), b"text", plain("blue"), broken, plain("green")], ANY)

    assert ["dog"] == labels(outcomes[0])
    assert isinstance(outcomes[1], UnsupportedMedia) and "data" == outcomes[1].field
    assert ["cat"] == labels(outcomes[2])
    assert broken is outcomes[3]
    assert ["person"] == labels(outcomes[4])


async def test_batch_is_worked_on_in_a_window(eyes: Detector, engine: ColourEngine) -> None:
    """However long the batch, three pictures are in hand at once."""
    engine.gate.clear()
    batch = asyncio.create_task(eyes.detect_batch([plain("red")] * 64, ANY))
    for _ in range(3):
        await engine.entered.acquire()
    engine.gate.set()

    assert 64 == len(await batch)
    assert 3 == engine.most_waiting


async def test_batch_fails_as_a_whole_when_the_model_is_away(eyes: Detector, engine: ColourEngine) -> None:
    """That is no picture's fault."""
    engine.away = True
    with pytest.raises(BackendUnavailable):
        await eyes.detect_batch([plain("red")] * 5, ANY)


async def test_second_batch_is_shed(eyes: Detector, engine: ColourEngine) -> None:
    """Batches have slots of their own; single pictures still pass."""
    engine.gate.clear()
    held = asyncio.create_task(eyes.detect_batch([plain("red")], ANY))
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await eyes.detect_batch([plain("red")], ANY)
    engine.gate.set()

    assert ["dog"] == labels(await eyes.detect(plain("red"), ANY))
    assert 1 == len(await held)


@pytest.fixture(scope="module")
def two_colours(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Two seconds of green, then three of red."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    parts = [f"color={colour}:size=64x96:rate=5:duration={n}" for colour, n in (("green", 2), ("red", 3))]
    sources = [word for part in parts for word in ("-f", "lavfi", "-i", part)]
    return making.ffmpeg(*sources, "-filter_complex", "concat=n=2", "-pix_fmt", "yuv420p", path)


async def test_clip(eyes: Detector, two_colours: bytes) -> None:
    """Every sampled frame, in order, with its time."""
    async with aclosing(eyes.detect_clip(two_colours, ANY, Sampling())) as moments:
        seen = [(moment.seconds, *labels(moment.sight)) async for moment in moments]

    assert [(0, "person"), (1, "person"), (2, "dog"), (3, "dog"), (4, "dog")] == seen


async def test_clip_stops_at_the_first_pet(eyes: Detector, two_colours: bytes) -> None:
    """The frame with the pet is the last one, and ffmpeg is gone."""
    async with aclosing(eyes.detect_clip(two_colours, ANY, Sampling(stop_at_first_pet=True))) as moments:
        seen = [labels(moment.sight) async for moment in moments]

    assert [["person"], ["person"], ["dog"]] == seen
    assert [] == making.running_ffmpegs()


@pytest.mark.parametrize(("linger", "seconds"), [(0, [2]), (0.9, [2]), (1, [2, 3]), (9, [2, 3, 4])])
async def test_clip_lingers_after_the_first_pet(
    eyes: Detector, two_colours: bytes, linger: float, seconds: list[float]
) -> None:
    """Only so many seconds, counted from the first pet, not from the last."""
    how = Sampling(stop_at_first_pet=True, linger=linger)
    async with aclosing(eyes.detect_clip(two_colours, ANY, how)) as moments:
        seen = [moment.seconds async for moment in moments if moment.sight.pet_found]

    assert seconds == seen
    assert [] == making.running_ffmpegs()


async def test_pictures_of_frames_that_show_a_pet(eyes: Detector, two_colours: bytes) -> None:
    """Upright, of the clip's size, and the boxes lie in them; frames without a pet have none."""
    how = Sampling(stop_at_first_pet=True, with_pictures=True)
    async with aclosing(eyes.detect_clip(two_colours, ANY, how)) as moments:
        *before, last = [moment async for moment in moments]
    picture = Image.open(io.BytesIO(last.picture))
    red, green, blue = picture.convert("RGB").getpixel((32, 48))  # type: ignore[misc]

    assert [b"", b""] == [moment.picture for moment in before]
    assert ("JPEG", (64, 96)) == (picture.format, picture.size)
    assert red > 200 and green < 50 and blue < 50
    assert ["dog"] == labels(last.sight)
    assert Box(0, 0, 64, 96) == last.sight.detections[0].box


async def test_a_clip_without_a_wish_for_pictures_has_none(eyes: Detector, two_colours: bytes) -> None:
    """Nobody pays for what nobody wants."""
    async with aclosing(eyes.detect_clip(two_colours, ANY, Sampling())) as moments:
        assert {b""} == {moment.picture async for moment in moments}


async def test_clip_abandoned(eyes: Detector, two_colours: bytes) -> None:
    """A caller that closes the stream gives the slot back and ends ffmpeg."""
    for _ in range(3):
        async with aclosing(eyes.detect_clip(two_colours, ANY, Sampling(5))) as moments:
            await anext(moments)

    assert [] == making.running_ffmpegs()


async def test_second_clip_is_shed(eyes: Detector, two_colours: bytes) -> None:
    """Clips have slots of their own."""
    async with aclosing(eyes.detect_clip(two_colours, ANY, Sampling())) as first:
        await anext(first)
        async with aclosing(eyes.detect_clip(two_colours, ANY, Sampling())) as second:
            with pytest.raises(Overloaded):
                await anext(second)


async def test_probe_asks_the_model(eyes: Detector, engine: ColourEngine) -> None:
    """The probe passes with the model and fails without."""
    await eyes.probe()
    engine.away = True
    with pytest.raises(BackendUnavailable):
        await eyes.probe()


async def test_what_is_counted(eyes: Detector, tmp_path: Path) -> None:
    """Answers by pet or not, detections by class, refusals by reason, stages by time, calls by their pictures."""

    def count(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(f"sutradhar_detector_{name}", labels) or 0.0

    def counts() -> list[float]:
        return [
            count("images_total", source="image", pet_found="true"),
            count("images_total", source="image", pet_found="false"),
            count("detections_total", label="cat"),
            count("rejected_total", source="image", reason="IMAGE_TYPE_UNSUPPORTED"),
            *(count("stage_seconds_count", stage=stage) for stage in ("queue", "decode", "infer", "map")),
            count("batch_size_count"),
            count("batch_size_sum"),
        ]

    before = counts()
    await eyes.detect(plain("blue"), ANY)
    await eyes.detect(plain("green"), ANY)
    with pytest.raises(UnsupportedMedia):
        await eyes.detect(b"text", ANY)
    await eyes.detect_batch([plain("green"), plain("green"), b"text"], ANY)

    assert [1, 1, 1, 1, 4, 4, 4, 4, 4, 6] == [
        after - start for after, start in zip(counts(), before, strict=True)
    ]
