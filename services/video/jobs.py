"""What a video job is: its states, stages and record."""

import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

JOB_ID = re.compile(r"[0-9a-f]{32}")


class JobState(StrEnum):
    """Where a job stands; the last three are final."""

    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """True when nothing changes any more."""
        return self in FINAL_STATES


OPEN_STATES = frozenset({JobState.QUEUED, JobState.PROCESSING})
FINAL_STATES = frozenset(JobState) - OPEN_STATES


class Stage(StrEnum):
    """A checkpointed step of the work, in the order of execution."""

    DETECT = "detect"
    TRANSLATE = "translate"
    SPEAK = "speak"
    RENDER = "render"
    PUBLISH = "publish"


class Aspect(StrEnum):
    """The shape of the video: 1080x1920 or 1280x720 pixels."""

    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"


class VoiceGender(StrEnum):
    """Who narrates; ANY lets the speech service choose."""

    ANY = "any"
    FEMALE = "female"
    MALE = "male"


@dataclass(frozen=True)
class Span:
    """The percent of progress at which a stage starts and ends."""

    start: int
    end: int

    def at(self, part: float) -> int:
        """Return the percent of a stage that is done to `part`, 0 to 1."""
        return self.start + int((self.end - self.start) * min(max(part, 0.0), 1.0))


PROGRESS: Mapping[Stage, Span] = {
    Stage.DETECT: Span(5, 10),
    Stage.TRANSLATE: Span(10, 20),
    Stage.SPEAK: Span(20, 35),
    Stage.RENDER: Span(35, 90),
    Stage.PUBLISH: Span(90, 99),
}


@dataclass(frozen=True)
class VideoOptions:
    """Everything about a video but its photo, as the caller wrote it."""

    text: str
    source_language: str = ""
    target_language: str = ""
    filter_id: str = ""
    aspect: Aspect = Aspect.PORTRAIT
    voice_gender: VoiceGender = VoiceGender.ANY
    provider: str = ""


@dataclass(frozen=True)
class Pet:
    """An animal in the photo; the box is in pixels of the upright original."""

    label: str
    confidence: float
    x_min: float
    y_min: float
    x_max: float
    y_max: float


@dataclass(frozen=True)
class Translated:
    """Where a translation comes from, and how far to trust it: a confidence of 0 to 1 where there is one."""

    model: str
    quality: str = ""
    confidence: float | None = None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asset:
    """A file of the job; its key in the artifact store is `jobs/{job_id}/{name}`."""

    name: str
    content_type: str
    size_bytes: int


@dataclass(frozen=True)
class VideoResult:
    """The finished video: an asset of ours by name, or an outside engine's address."""

    asset: str = ""
    external_uri: str = ""
    duration: float = 0.0
    width: int = 0
    height: int = 0
    size_bytes: int = 0


@dataclass(frozen=True)
class JobError:
    """Why a job failed."""

    reason: str
    message: str
    stage: Stage | None = None


@dataclass(frozen=True)
class Job:
    """The record of a job. Times are Unix seconds, 0 when not reached yet."""

    job_id: str
    options: VideoOptions
    state: JobState = JobState.QUEUED
    stage: Stage | None = None
    progress: int = 0
    detail: str = ""
    source_language: str = ""
    narration: str = ""
    narration_language: str = ""
    translation: Translated | None = None
    pets: tuple[Pet, ...] = ()
    result: VideoResult | None = None
    error: JobError | None = None
    assets: tuple[Asset, ...] = ()
    done: tuple[Stage, ...] = ()
    photo: str = ""
    webhook_url: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    created: float = 0.0
    started: float = 0.0
    updated: float = 0.0
    ended: float = 0.0
    attempt: int = 0


@dataclass(frozen=True)
class JobEvent:
    """One line of a job's log; `event_id` grows through the log, `time` is in Unix seconds."""

    event_id: str
    time: float
    state: JobState
    stage: Stage | None
    progress: int
    message: str


def new_job_id() -> str:
    """Return a name that sorts by time (48 bits of milliseconds) and cannot be guessed (80 random bits)."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def asset_key(job_id: str, name: str) -> str:
    """Return where a file of the job lies in the artifact store."""
    return f"jobs/{job_id}/{name}"


def with_asset(assets: tuple[Asset, ...], asset: Asset) -> tuple[Asset, ...]:
    """Return the assets with `asset` added, in place of an older one of its name."""
    return (*(each for each in assets if each.name != asset.name), asset)
