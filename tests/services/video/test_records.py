"""services/video/records.py: what is written is read."""

from dataclasses import fields, replace

import pytest

from services.video.jobs import (
    Aspect,
    Asset,
    Job,
    JobError,
    JobState,
    Pet,
    Stage,
    Translated,
    VideoOptions,
    VideoResult,
    VoiceGender,
)
from services.video.records import event_from_entry, from_fields, to_fields

OPTIONS = VideoOptions('नमस्ते "dog"\n', "hi", "en", "desi-fire", Aspect.LANDSCAPE, VoiceGender.MALE, "studio")
JOB = Job(
    job_id="0" * 32,
    options=OPTIONS,
    state=JobState.FAILED,
    stage=Stage.SPEAK,
    progress=35,
    translation=Translated("nano", "demo", 0.25, ("LOW_SCORE", "REPETITION")),
    pets=(Pet("dog", 0.75, 1, 2, 3, 4),),
    result=VideoResult("video.mp4", "", 4.92, 1080, 1920, 10),
    error=JobError("INTERNAL", "Oh.", Stage.SPEAK),
    assets=(Asset("narration.wav", "audio/wav", 7),),
    done=(Stage.DETECT, Stage.TRANSLATE),
    labels={"owner": "कुत्ता"},
    created=1795233517.576,
    attempt=3,
)
BARE = Job(job_id="1" * 32, options=VideoOptions("text"))


@pytest.mark.parametrize("job", [JOB, BARE, replace(JOB, error=JobError("X", "y", None))])
def test_a_job_comes_back(job: Job) -> None:
    """A record holds every field, as text."""
    written = to_fields({each.name: getattr(job, each.name) for each in fields(job)})

    assert all(isinstance(value, str) for value in written.values())
    assert job == from_fields(written)


def test_an_event_has_the_time_of_its_id() -> None:
    """The stream's id carries the milliseconds."""
    entry = {"state": "queued", "stage": "", "progress": "5", "message": "hello"}
    event = event_from_entry("1795233517576-3", entry)

    assert 1795233517.576 == event.time
    assert event.stage is None
    assert JobState.QUEUED is event.state
