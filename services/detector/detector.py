"""The domain: pictures and clips in, detections in pixels of the upright original out."""

import asyncio
import math
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from meshkit.errors import Internal, MeshError, Overloaded
from meshkit.limits import ConcurrencyLimiter
from services.detector import metrics
from services.detector.classes import Detection, Wanted
from services.detector.clips import ClipSampler, SampledFrame, Sampling
from services.detector.decoder import Decoder
from services.detector.pictures import Frame, Picture


@dataclass(frozen=True, slots=True)
class Model:
    """A detector: its name, the size in pixels of the frames that it takes, its classes by index."""

    name: str
    width: int
    height: int
    labels: tuple[str, ...]


class Candidate(NamedTuple):
    """One object in a frame: label, score 0 to 1, and corners (x0, y0, x1, y1) in 0 to 1 of the frame."""

    label: str
    score: float
    corners: tuple[float, float, float, float]


class Engine(Protocol):
    """Whatever runs the model."""

    async def model(self) -> Model:
        """What the model is."""

    async def find(self, frame: Frame) -> list[Candidate]:
        """What one frame of the model's size shows, overlaps suppressed."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What one picture shows, the most confident first; `width` and `height` are the upright original's."""

    detections: tuple[Detection, ...]
    width: int
    height: int
    model: str

    @property
    def pet_found(self) -> bool:
        """Whether one of the detections is a pet."""
        return any(one.is_pet for one in self.detections)


class Moment(NamedTuple):
    """What the frame at `seconds` of a clip shows, and the frame as a JPEG when it was asked for and shows a pet."""

    seconds: float
    sight: Sight
    picture: bytes = b""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many calls of each kind run at once, more are refused; `batch_window`: pictures of one batch."""

    pictures: ConcurrencyLimiter
    batches: ConcurrencyLimiter
    clips: ConcurrencyLimiter
    batch_window: int


class Detector:
    """Finds objects. Its methods raise BackendUnavailable at once while the model is away."""

    def __init__(self, engine: Engine, decoder: Decoder, clips: ClipSampler, limits: Limits) -> None:
        self._engine = engine
        self._decoder = decoder
        self._clips = clips
        self._limits = limits

    async def model(self) -> Model:
        """The model in use."""
        return await self._engine.model()

    async def probe(self) -> None:
        """One real inference on a blank frame; raises what find raises, but for Overloaded: a full queue is at work."""
        model = await self._engine.model()
        with suppress(Overloaded):
            await self._engine.find(np.zeros((model.height, model.width, 3), np.uint8))

    async def detect(self, picture: bytes, wanted: Wanted) -> Sight:
        """What one picture shows.

        Raises InvalidInput, PayloadTooLarge, UnsupportedMedia naming `image` or `options.labels`; Overloaded.
        """
        async with self._limits.pictures.slot():
            metrics.called_with(1)
            model = await self._engine.model()
            wanted.check(model.labels)
            with metrics.rejections("image"):
                return await self._see(picture, model, wanted, source="image", field="image")

    async def detect_batch(
        self, pictures: Sequence[bytes | MeshError], wanted: Wanted
    ) -> list[Sight | MeshError]:
        """What each picture shows, or why it was refused (the field is relative to the item), in their order.

        An item that is an error already stays one. Raises Overloaded, what `wanted` is to blame for, and what
        keeps the model from answering at all.
        """
        async with self._limits.batches.slot():
            metrics.called_with(len(pictures))
            model = await self._engine.model()
            wanted.check(model.labels)
            window = asyncio.Semaphore(self._limits.batch_window)
            return await _all_or_raise([self._see_item(one, model, wanted, window) for one in pictures])

    async def detect_clip(self, video: bytes, wanted: Wanted, how: Sampling) -> AsyncGenerator[Moment, None]:
        """What the sampled frames of a clip show, in time order. Close the iterator to end the decoding.

        Raises InvalidInput, PayloadTooLarge or UnsupportedMedia naming `video`, or `options.labels`; Overloaded.
        """
        async with self._limits.clips.slot():
            model = await self._engine.model()
            wanted.check(model.labels)
            end = math.inf
            with metrics.rejections("clip"):
                async with aclosing(self._clips.frames(video, how, model.width, model.height)) as frames:
                    async for frame in frames:
                        if frame.seconds > end:
                            return
                        moment = await self._moment(frame, model, wanted)
                        yield moment
                        if how.stop_at_first_pet and moment.sight.pet_found:
                            end = min(end, frame.seconds + how.linger)
                        if frame.seconds >= end:
                            return

    async def _moment(self, frame: SampledFrame, model: Model, wanted: Wanted) -> Moment:
        sight = await self._look(frame.picture, model, wanted, source="clip")
        return Moment(frame.seconds, sight, await frame.jpeg() if sight.pet_found else b"")

    async def _see_item(
        self, item: bytes | MeshError, model: Model, wanted: Wanted, window: asyncio.Semaphore
    ) -> Sight | MeshError:
        try:
            if isinstance(item, MeshError):
                raise item
            async with window:
                return await self._see(item, model, wanted, source="batch", field="data")
        except (*metrics.REFUSALS, Internal) as error:  # a picture that the model fails on fails alone, too
            metrics.reject("batch", error)
            return error

    async def _see(self, data: bytes, model: Model, wanted: Wanted, *, source: str, field: str) -> Sight:
        picture = await self._decoder.decode(data, model.width, model.height, field)
        return await self._look(picture, model, wanted, source=source)

    async def _look(self, picture: Picture, model: Model, wanted: Wanted, *, source: str) -> Sight:
        with metrics.stage("infer"):
            found = await self._engine.find(picture.frame)
        with metrics.stage("map"):
            place = picture.place
            mapped = (Detection(one.label, one.score, place.to_picture(*one.corners)) for one in found)
            kept = wanted.pick(mapped)
        metrics.looked(source, kept)
        return Sight(kept, place.width, place.height, model.name)


async def _all_or_raise(works: Sequence[Coroutine[None, None, Sight | MeshError]]) -> list[Sight | MeshError]:
    """The results in order; the first failure cancels the rest and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in works]
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]
