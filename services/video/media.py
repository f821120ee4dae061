"""A job's files: their names, kinds and links."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from meshkit.artifacts import ArtifactStore
from services.video.jobs import Job, JobState, asset_key

NARRATION = "narration.wav"
TIMINGS = "timings.json"
VIDEO = "video.mp4"
SUBTITLES = "subtitles.vtt"
MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_NARRATION_BYTES = 64 * 1024 * 1024
MAX_TIMINGS_BYTES = 4 * 1024 * 1024
CONTENT_TYPES = {
    NARRATION: "audio/wav",
    TIMINGS: "application/json",
    VIDEO: "video/mp4",
    SUBTITLES: "text/vtt; charset=utf-8",
}


@dataclass(frozen=True)
class TimedText:
    """A piece of the narration; times in seconds from its start."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Timings:
    """When each word and each phrase of the narration is heard, and how long it lasts in seconds."""

    duration: float
    words: tuple[TimedText, ...]
    phrases: tuple[TimedText, ...]


def timings_to_json(timings: Timings) -> bytes:
    """Return the timings as the bytes of their file."""
    return json.dumps(asdict(timings), ensure_ascii=False).encode()


def timings_from_json(data: bytes) -> Timings:
    """Return the timings that a file holds."""
    raw = json.loads(data)
    words, phrases = (tuple(TimedText(**each) for each in raw[name]) for name in ("words", "phrases"))
    return Timings(raw["duration"], words, phrases)


def web_vtt(phrases: Sequence[TimedText]) -> str:
    """Return phrases as a WebVTT file (https://www.w3.org/TR/webvtt1/)."""
    cues = [
        f"{_clock(each.start)} --> {_clock(max(each.end, each.start + 0.001))}\n{_escaped(each.text)}\n"
        for each in phrases
        if each.text.strip()
    ]
    return "\n".join(["WEBVTT\n", *cues])


async def video_link(job: Job, artifacts: ArtifactStore) -> str:
    """Return where the finished video can be seen, or an empty string."""
    if job.result is None or job.state is not JobState.COMPLETED:
        return ""
    if job.result.external_uri:
        return job.result.external_uri
    return await artifacts.link(asset_key(job.job_id, job.result.asset))


def _clock(seconds: float) -> str:
    millis = round(seconds * 1000)
    return f"{millis // 3_600_000:02}:{millis // 60_000 % 60:02}:{millis // 1000 % 60:02}.{millis % 1000:03}"


def _escaped(text: str) -> str:
    text = " ".join(text.split())
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
