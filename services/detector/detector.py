"""The domain: pictures and clips in, detections in pixels of the upright original out."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from meshkit.errors import MeshError
from meshkit.limits import ConcurrencyLimiter
from services.detector import metrics
from services.detector.classes import Detection, Wanted
from services.detector.clips import ClipSampler
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
    """What the frame at `seconds` of a clip shows."""

    seconds: float
    sight: Sight


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
        """One real inference on a blank frame; raises what find raises."""
        model = await self._engine.model()
        await self._engine.find(np.zeros((model.height, model.width, 3), np.uint8))

    async def detect(self, picture: bytes, wanted: Wanted) -> Sight:
        """What one picture shows.

        Raises InvalidInput, PayloadTooLarge, UnsupportedMedia naming `image` or `options.labels`; Overloaded.
        """
        async with self._limits.pictures.slot():
            wanted.check((await self._engine.model()).labels)
            with metrics.rejections("image"):
                return await self._see(picture, wanted, source="image", field="image")

    async def detect_batch(
        self, pictures: Sequence[bytes | MeshError], wanted: Wanted
    ) -> list[Sight | MeshError]:
        """What each picture shows, or why it was refused (the field is relative to the item), in their order.

        An item that is an error already stays one. Raises Overloaded, what `wanted` is to blame for, and what
        keeps the model from answering at all.
        """
        async with self._limits.batches.slot():
            wanted.check((await self._engine.model()).labels)
            window = asyncio.Semaphore(self._limits.batch_window)
            return await _all_or_raise([self._see_item(one, wanted, window) for one in pictures])

    async def detect_clip(
        self, video: bytes, wanted: Wanted, frames_per_second: float, stop_at_first_pet: bool
    ) -> AsyncGenerator[Moment, None]:
        """What the sampled frames of a clip show, in time order. Close the iterator to end the decoding.

        Raises InvalidInput or UnsupportedMedia naming `video`, or `options.labels`; Overloaded.
        """
        async with self._limits.clips.slot():
            model = await self._engine.model()
            wanted.check(model.labels)
            with metrics.rejections("clip"):
                sampling = self._clips.frames(video, frames_per_second, model.width, model.height)
                async with aclosing(sampling) as frames:
                    async for seconds, picture in frames:
                        moment = Moment(seconds, await self._look(picture, wanted, source="clip"))
                        yield moment
                        if stop_at_first_pet and moment.sight.pet_found:
                            return

    async def _see_item(
        self, item: bytes | MeshError, wanted: Wanted, window: asyncio.Semaphore
    ) -> Sight | MeshError:
        try:
            if isinstance(item, MeshError):
                raise item
            async with window:
                return await self._see(item, wanted, source="batch", field="data")
        except metrics.REFUSALS as error:
            metrics.reject("batch", error)
            return error

    async def _see(self, data: bytes, wanted: Wanted, *, source: str, field: str) -> Sight:
        model = await self._engine.model()
        with metrics.stage("decode"):
            picture = await self._decoder.decode(data, model.width, model.height, field)
        return await self._look(picture, wanted, source=source)

    async def _look(self, picture: Picture, wanted: Wanted, *, source: str) -> Sight:
        model = await self._engine.model()
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
