"""A job's record as the fields of a Redis hash, and back."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from services.video.jobs import (
    Aspect,
    Asset,
    Job,
    JobError,
    JobEvent,
    JobState,
    Pet,
    Stage,
    Translated,
    VideoOptions,
    VideoResult,
    VoiceGender,
)

Fields = dict[str, str]


def _stage(text: str) -> Stage | None:
    return Stage(text) if text else None


def _options(text: str) -> VideoOptions:
    raw: dict[str, Any] = json.loads(text)
    raw |= {"aspect": Aspect(raw["aspect"]), "voice_gender": VoiceGender(raw["voice_gender"])}
    return VideoOptions(**raw)


def _error(text: str) -> JobError | None:
    if not text:
        return None
    raw: dict[str, Any] = json.loads(text)
    return JobError(**(raw | {"stage": _stage(raw["stage"] or "")}))


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _dump_all(values: Any) -> str:
    return _compact([asdict(value) for value in values])


def _dump_one(value: Any) -> str:
    return "" if value is None else _compact(asdict(value))


def _seconds(text: str) -> float:
    return int(text) / 1000


def _millis(value: float) -> str:
    return str(round(value * 1000))


def _translated(text: str) -> Translated | None:
    if not text:
        return None
    raw = json.loads(text)
    return Translated(**{**raw, "doubts": tuple(raw["doubts"])})


# How each field of Job is written and read; a field that is not here is plain text.
_CODECS: Mapping[str, tuple[Callable[[Any], str], Callable[[str], Any]]] = {
    "options": (_dump_one, _options),
    "state": (str, JobState),
    "stage": (lambda stage: stage or "", _stage),
    "progress": (str, int),
    "pets": (_dump_all, lambda text: tuple(Pet(**raw) for raw in json.loads(text))),
    "translation": (_dump_one, _translated),
    "result": (_dump_one, lambda text: VideoResult(**json.loads(text)) if text else None),
    "error": (_dump_one, _error),
    "assets": (_dump_all, lambda text: tuple(Asset(**raw) for raw in json.loads(text))),
    "done": (" ".join, lambda text: tuple(Stage(word) for word in text.split())),
    "labels": (_compact, json.loads),
    "created": (_millis, _seconds),
    "started": (_millis, _seconds),
    "updated": (_millis, _seconds),
    "ended": (_millis, _seconds),
    "attempt": (str, int),
}


def to_fields(values: Mapping[str, object]) -> Fields:
    """Return fields of Job, any number of them, as text."""
    return {
        name: _CODECS[name][0](value) if name in _CODECS else str(value) for name, value in values.items()
    }


def from_fields(fields: Mapping[str, str]) -> Job:
    """Return the job that a whole hash holds."""
    values: dict[str, Any] = {
        name: _CODECS[name][1](text) if name in _CODECS else text for name, text in fields.items()
    }
    return Job(**values)


def event_from_entry(event_id: str, fields: Mapping[str, str]) -> JobEvent:
    """Return the event that an entry of a job's stream holds; the entry's id carries its time."""
    return JobEvent(
        event_id=event_id,
        time=_seconds(event_id.partition("-")[0]),
        state=JobState(fields["state"]),
        stage=_stage(fields["stage"]),
        progress=int(fields["progress"]),
        message=fields["message"],
    )
