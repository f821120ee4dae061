"""The pet-roast dialect: what it says of jobs and filters."""

from typing import Any

import pytest

from sutradhar.video.v1 import video_pb2
from tests.gateway.conftest import World


def job(state: video_pb2.JobState.ValueType, **fields: Any) -> Any:
    """A job in some state."""
    made = video_pb2.Job(job_id="known", state=state, detail="Working.", **fields)
    made.update_time.FromJsonString("2026-01-02T03:04:05Z")
    return made


STATES = [
    (video_pb2.JOB_STATE_QUEUED, "queued", "Working."),
    (video_pb2.JOB_STATE_PROCESSING, "processing", "Working."),
    (video_pb2.JOB_STATE_COMPLETED, "completed", "Working."),
    (video_pb2.JOB_STATE_FAILED, "failed", "Broke."),
    (video_pb2.JOB_STATE_CANCELLED, "failed", "The job was cancelled."),
]


@pytest.mark.parametrize(("state", "word", "detail"), STATES)
async def test_video_status(
    world: World, state: video_pb2.JobState.ValueType, word: str, detail: str
) -> None:
    """The core's states in the dialect's words."""
    world.jobs["known"] = job(state, error={"message": "Broke."} if word == "failed" else None)

    async with world.http.get("/api/video-status/known") as answer:
        found = await answer.json()

    expected = {
        "job_id": "known",
        "status": word,
        "detail": detail,
        "updated_at": "2026-01-02T03:04:05+00:00",
    }
    assert (200, expected) == (answer.status, found)


async def test_video_result(world: World) -> None:
    """A finished job gives its link."""
    world.jobs["known"] = job(video_pb2.JOB_STATE_COMPLETED, result={"video_uri": "http://x/v.mp4"})

    async with world.http.get("/api/video-result/known") as answer:
        found = await answer.json()

    expected = {"job_id": "known", "status": "completed", "video_url": "http://x/v.mp4", "detail": "Working."}
    assert (200, expected) == (answer.status, found)


async def test_a_result_tells_how_far_to_trust_its_translation(world: World) -> None:
    """And who made it; what is not known is null."""
    known = job(
        video_pb2.JOB_STATE_COMPLETED,
        translation={"model": "small", "quality": "demo", "low_confidence": True, "doubts": ["LOW_SCORE"]},
    )
    world.jobs["known"] = known

    async with world.http.get("/api/video-result/known") as answer:
        found = await answer.json()

    expected = {"model": "small", "quality": "demo", "confidence": None, "low_confidence": True}
    assert expected | {"doubts": ["LOW_SCORE"]} == found["provider_metadata"]


@pytest.mark.parametrize("state", [video_pb2.JOB_STATE_QUEUED, video_pb2.JOB_STATE_PROCESSING])
async def test_result_asked_too_early(world: World, state: video_pb2.JobState.ValueType) -> None:
    """A job in the making is a 409."""
    world.jobs["known"] = job(state)

    async with world.http.get("/api/video-result/known") as answer:
        found = await answer.json()

    assert (409, "Video still processing") == (answer.status, found["detail"])


async def test_result_of_a_failed_job(world: World) -> None:
    """A failed job answers with its status and why."""
    world.jobs["known"] = job(video_pb2.JOB_STATE_FAILED, error={"message": "Broke."})

    async with world.http.get("/api/video-result/known") as answer:
        found = await answer.json()

    assert {"job_id": "known", "status": "failed", "video_url": None, "detail": "Broke."} == found


@pytest.mark.parametrize("path", ["video-status/nope", "video-result/nope", "video-status/" + "x" * 100])
async def test_unknown_jobs(world: World, path: str) -> None:
    """An id that no job has, even an impossible one, is a 404."""
    async with world.http.get(f"/api/{path}") as answer:
        found = await answer.json()

    assert (404, "Job ID not found") == (answer.status, found["detail"])


async def test_filters(world: World) -> None:
    """The list has the dialect's three fields."""
    async with world.http.get("/api/banuba-filters") as answer:
        found = await answer.json()

    first = {
        "id": "desi-fire",
        "name": "Desi Fire",
        "description": "Adds spicy overlays and glow effects for dramatic roasts.",
    }
    assert first == found["filters"][0]
