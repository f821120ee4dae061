"""The engines that make videos; `studio`, the built-in one, needs nothing from outside."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from meshkit.errors import InvalidInput
from services.video.jobs import Aspect, Pet
from services.video.media import TimedText, Timings
from services.video.studio import FILTERS, Box, Cue, RenderRequest, Studio
from services.video.studio import Aspect as StudioAspect
from services.video.studio import Filter as StudioFilter

STUDIO = "studio"
ProgressCallback = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class Filter:
    """An overlay that a video may have."""

    filter_id: str
    name: str
    description: str


@dataclass(frozen=True)
class Scene:
    """What goes into a video: the photo and the narration (WAV) as encoded files, and what is known of them."""

    photo: bytes
    pets: tuple[Pet, ...]
    narration: bytes
    timings: Timings
    language: str
    aspect: Aspect
    filter_id: str


@dataclass(frozen=True)
class Rendered:
    """A finished MP4: its duration in seconds, its size in pixels and bytes."""

    duration: float
    width: int
    height: int
    size_bytes: int


class VideoEngine(Protocol):
    """Makes videos."""

    @property
    def name(self) -> str:
        """What a caller names as `provider`."""

    async def render(self, scene: Scene, target: Path, progress: ProgressCallback) -> Rendered:
        """Write the video to `target`, awaiting `progress` with 0 to 1; cancelling stops the work at once."""


def require_provider(provider: str) -> str:
    """Return the engine's name, `studio` for an empty one; raises InvalidInput for an engine that isn't there."""
    if provider not in {"", STUDIO}:
        raise InvalidInput(
            f"provider: no such engine; the only one here is {STUDIO}.",
            field="options.provider",
            reason="UNKNOWN_PROVIDER",
        )
    return STUDIO


def list_filters() -> tuple[Filter, ...]:
    """Return the overlays, in the order in which they are shown."""
    return tuple(_filter(each) for each in FILTERS)


def require_filter(filter_id: str) -> str:
    """Return the id of an overlay, or an empty string for none; raises InvalidInput for an unknown one."""
    known = [each.filter_id for each in list_filters()]
    if filter_id and filter_id not in known:
        raise InvalidInput(
            f"filter_id: no such filter; the filters are {', '.join(known)}.",
            field="options.filter_id",
            reason="UNKNOWN_FILTER",
        )
    return filter_id


class StudioEngine:
    """The built-in engine: pan and zoom on the photo, burned-in subtitles, overlays."""

    name = STUDIO

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    async def render(self, scene: Scene, target: Path, progress: ProgressCallback) -> Rendered:
        """Render with ffmpeg; see VideoEngine."""
        made = await self._studio.render(_request(scene), target, progress)
        return Rendered(made.duration, made.width, made.height, made.size_bytes)

    async def close(self) -> None:
        """Let the studio's threads go."""
        await self._studio.close()


def _request(scene: Scene) -> RenderRequest:
    return RenderRequest(
        photo=scene.photo,
        boxes=tuple(_box(pet) for pet in scene.pets),
        audio_wav=scene.narration,
        cues=tuple(_cue(each) for each in scene.timings.words),
        language=scene.language,
        aspect=StudioAspect(scene.aspect.value),
        filter_id=scene.filter_id or None,
    )


def _box(pet: Pet) -> Box:
    return Box(pet.x_min, pet.y_min, pet.x_max, pet.y_max, pet.label, pet.confidence)


def _cue(piece: TimedText) -> Cue:
    return Cue(piece.start, piece.end, piece.text)


def _filter(found: StudioFilter) -> Filter:
    return Filter(found.id, found.name, found.description)


Engines = Mapping[str, VideoEngine]
