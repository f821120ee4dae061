"""services/video/convert.py: every enum has its counterpart, and bad values are named."""

from dataclasses import replace

import pytest

from meshkit.artifacts import ArtifactStore, LinkSigner
from meshkit.errors import InvalidInput
from services.video.convert import ASPECTS, STAGES, STATES, VOICES, job_message, new_video, state_of
from services.video.jobs import (
    Aspect,
    Job,
    JobError,
    JobState,
    Stage,
    Translated,
    VideoOptions,
    VideoResult,
    VoiceGender,
)
from sutradhar.video.v1 import video_pb2

ARTIFACTS = ArtifactStore.from_url("memory:///", LinkSigner("secret", "http://gateway.test"))


def test_every_value_has_its_counterpart() -> None:
    """The proto's words and ours are the same, one for one."""
    pairs = [
        *((video_pb2.JobState.Name(STATES[each]), f"JOB_STATE_{each.name}") for each in JobState),
        *((video_pb2.Stage.Name(STAGES[each]), f"STAGE_{each.name}") for each in Stage),
        *((video_pb2.Aspect.Name(ASPECTS[each]), f"ASPECT_{each.name}") for each in Aspect),
    ]

    assert [theirs for theirs, _ in pairs] == [ours for _, ours in pairs]
    assert set(VoiceGender) == set(VOICES)
    assert len(video_pb2.JobState.keys()) == len(JobState) + 1


def test_an_unspecified_aspect_is_portrait() -> None:
    """As the contract says; the other options come through."""
    options = video_pb2.VideoOptions(text="x", voice_gender=video_pb2.VOICE_GENDER_MALE)
    request = video_pb2.CreateVideoRequest(options=options, webhook_url=" http://a.test/ ")
    request.image.data = b"photo"
    new = new_video(request)

    assert (Aspect.PORTRAIT, VoiceGender.MALE) == (new.options.aspect, new.options.voice_gender)
    assert ("http://a.test/", b"photo") == (new.webhook_url, new.photo)


async def test_a_jobs_translation_is_told() -> None:
    """Where there is one; a confidence that is not known is not 0."""
    bare = Job("0" * 32, VideoOptions("x"))
    doubted = replace(bare, translation=Translated("nano", "demo", 0.25, ("LOW_SCORE",)))
    unknown = replace(bare, translation=Translated("other"))
    none, some, other = [await job_message(each, ARTIFACTS) for each in (bare, doubted, unknown)]

    assert not none.HasField("translation")
    assert ("nano", "demo", 0.25, True, ["LOW_SCORE"]) == (
        some.translation.model,
        some.translation.quality,
        some.translation.confidence,
        some.translation.low_confidence,
        list(some.translation.doubts),
    )
    assert (False, False) == (other.translation.HasField("confidence"), other.translation.low_confidence)


def test_an_unspecified_state_is_refused() -> None:
    """A report must say something."""
    with pytest.raises(InvalidInput):
        state_of(video_pb2.JOB_STATE_UNSPECIFIED)


async def test_a_result_is_shown_when_the_job_has_completed() -> None:
    """Before that a rendered video is nobody's business; a failure shows its error."""
    result = VideoResult("video.mp4", "", 4.92, 1080, 1920, 7)
    error = JobError("INTERNAL", "No.", Stage.RENDER)
    rendering, completed, failed = [
        await job_message(Job("0" * 32, VideoOptions("x"), state, result=result, error=problem), ARTIFACTS)
        for state, problem in (
            (JobState.PROCESSING, None),
            (JobState.COMPLETED, None),
            (JobState.FAILED, error),
        )
    ]

    assert (False, True, False) == tuple(job.HasField("result") for job in (rendering, completed, failed))
    assert (4920, 7) == (completed.result.duration.ToMilliseconds(), completed.result.size_bytes)
    assert ("INTERNAL", video_pb2.STAGE_RENDER) == (failed.error.reason, failed.error.stage)
    assert not rendering.HasField("start_time")
