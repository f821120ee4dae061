"""What the studio takes and gives: plain values, no model and no transport."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

FRAMES_PER_SECOND = 25


class Aspect(StrEnum):
    """The two shapes of a video."""

    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return (1080, 1920) if self is Aspect.PORTRAIT else (1280, 720)


@dataclass(frozen=True, slots=True)
class Cue:
    """A spoken word or short phrase; times are seconds from the start of the narration."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Box:
    """A detected pet, in pixels of the upright photo (EXIF orientation applied)."""

    x0: float
    y0: float
    x1: float
    y1: float
    label: str
    score: float

    @property
    def width(self) -> float:
        """Pixels across."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Pixels down."""
        return self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """One video to make. `audio_wav` is mono PCM16 at any rate; `language` is one of the 13 codes.

    `lead_in` and `tail` are seconds of silence around the narration; both are short by default so that the
    video stays within 0.2 s of the narration.
    """

    photo: bytes
    boxes: tuple[Box, ...]
    audio_wav: bytes
    cues: tuple[Cue, ...]
    language: str
    aspect: Aspect = Aspect.PORTRAIT
    filter_id: str | None = None
    lead_in: float = 0.04
    tail: float = 0.08


@dataclass(frozen=True, slots=True)
class RenderResult:
    """The finished MP4: duration in seconds, size in pixels and bytes."""

    path: Path
    duration: float
    width: int
    height: int
    size_bytes: int
