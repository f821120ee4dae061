"""services/video/pipeline.py, run.py and stages.py: from stage to stage, with real neighbours."""

import json

import pytest

from meshkit.errors import BackendUnavailable, InvalidInput, MeshError, Overloaded
from services.video.jobs import JobState, Stage, Translated, VideoResult, asset_key
from services.video.pipeline import StageFailed
from services.video.store import RunOver
from tests.services.video.conftest import World
from tests.services.video.making import FILM, TinyEngine, make_pipeline, taken_job


def scratch(world: World) -> list[str]:
    """What is left in the scratch folder."""
    return [path.name for path in (world.folder / "work").iterdir()]


async def test_a_job_goes_through_all_stages(world: World, photo: bytes) -> None:
    """It ends completed, with its files and nothing in the scratch folder."""
    job = await taken_job(world, photo)
    ended = await make_pipeline(world, TinyEngine()).run(job)
    names = [asset.name for asset in ended.assets]
    subtitles = await world.artifacts.get(asset_key(job.job_id, "subtitles.vtt"), 10_000)

    assert (JobState.COMPLETED, 100, Stage.PUBLISH) == (ended.state, ended.progress, ended.stage)
    assert tuple(Stage) == ended.done
    assert ["narration.wav", "timings.json", "video.mp4", "subtitles.vtt"] == names
    assert VideoResult("video.mp4", "", 1.2, 1080, 1920, len(FILM)) == ended.result
    assert FILM == await world.artifacts.get(asset_key(job.job_id, "video.mp4"), 100)
    assert subtitles.startswith(b"WEBVTT\n\n00:00:00.000 --> 00:00:00.300\nWhat\n")
    assert [] == scratch(world)
    assert {"Synthesize": 1} == {name: count for name, count in world.script.calls.items() if count}


async def test_the_engine_gets_the_whole_scene(world: World, photo: bytes) -> None:
    """Photo, narration, timings, language and looks."""
    engine = TinyEngine()
    await make_pipeline(world, engine).run(await taken_job(world, photo))
    scene = engine.scenes[0]

    assert photo == scene.photo
    assert scene.narration.startswith(b"RIFF")
    assert ["What ", "a ", "lazy ", "dog "] == [word.text for word in scene.timings.words]
    assert ("en", "", "portrait") == (scene.language, scene.filter_id, scene.aspect)


async def test_a_translation_is_spoken(world: World, photo: bytes) -> None:
    """Where the languages differ, what the translator gave is the narration."""
    engine = TinyEngine()
    job = await taken_job(world, photo, narration_language="hi")
    ended = await make_pipeline(world, engine).run(job)
    timings = json.loads(await world.artifacts.get(asset_key(job.job_id, "timings.json"), 10_000))

    assert "en>hi What a lazy dog" == ended.narration
    assert Translated("tiny", "demo", 0.25, ("LOW_SCORE",)) == ended.translation
    assert "en>hi " == timings["words"][0]["text"]
    assert "hi" == engine.scenes[0].language


async def test_a_skipped_translation_is_said(world: World, photo: bytes) -> None:
    """The log tells that none was needed."""
    job = await taken_job(world, photo)
    await make_pipeline(world, TinyEngine()).run(job)
    messages = [event.message for event in await world.events(job.job_id)]

    assert "No translation is needed: the text is in en." in messages


async def test_progress_grows_in_several_steps_a_stage(world: World, photo: bytes) -> None:
    """From 5 to 100, never down."""
    job = await taken_job(world, photo)
    await make_pipeline(world, TinyEngine()).run(job)
    events = await world.events(job.job_id)
    percents = [event.progress_percent for event in events]

    assert sorted(percents) == percents
    assert (5, 100) == (percents[0], percents[-1])
    assert {2: 2, 3: 3, 4: 4, 5: 4} == {
        stage: sum(event.stage == stage for event in events) for stage in (2, 3, 4, 5)
    }


async def test_finished_stages_are_not_done_again(world: World, photo: bytes) -> None:
    """A second attempt begins after the last checkpoint and reads the files of the first."""
    engine = TinyEngine()
    engine.errors = [InvalidInput("broken")]
    first = await taken_job(world, photo)
    with pytest.raises(StageFailed):
        await make_pipeline(world, engine).run(first)
    second = await world.store.take(first.job_id)
    assert second is not None
    ended = await make_pipeline(world, engine).run(second)

    assert JobState.COMPLETED is ended.state
    assert (1, 2) == (world.script.calls["Synthesize"], len(engine.scenes))
    assert engine.scenes[0] == engine.scenes[1]


async def test_lost_pets_are_found_again(world: World, photo: bytes) -> None:
    """Without the checkpoint of the first stage the photo is looked at again."""
    ended = await make_pipeline(world, TinyEngine()).run(await taken_job(world, photo, done=()))

    assert ["dog"] == [pet.label for pet in ended.pets]
    assert 1 == world.script.calls["Detect"]


@pytest.mark.parametrize("error", [BackendUnavailable("away"), Overloaded("busy")])
async def test_a_stage_is_tried_again(world: World, photo: bytes, error: MeshError) -> None:
    """Three failures that pass don't fail the job, and are in its log."""
    engine = TinyEngine()
    engine.errors = [error] * 3
    job = await taken_job(world, photo)
    ended = await make_pipeline(world, engine).run(job)
    messages = [event.message for event in await world.events(job.job_id)]

    assert JobState.COMPLETED is ended.state
    assert 4 == len(engine.scenes)
    assert 3 == sum("is repeated" in message for message in messages)


FAILURES = [
    ("Synthesize", InvalidInput("Nothing to speak.", reason="NOTHING_TO_SPEAK"), Stage.SPEAK, 1),
    ("Synthesize", BackendUnavailable("The voice is away."), Stage.SPEAK, 3),
    ("Translate", InvalidInput("Too long."), Stage.TRANSLATE, 1),
]


@pytest.mark.parametrize(("method", "error", "stage", "least"), FAILURES)
async def test_a_stage_that_fails_for_good_says_why(
    world: World, photo: bytes, method: str, error: MeshError, stage: Stage, least: int
) -> None:
    """Reason, message and stage are the failure's own; the scratch folder is gone."""
    world.script.errors[method] = [error] * 20
    job = await taken_job(world, photo, narration_language="hi")

    with pytest.raises(StageFailed) as failed:
        await make_pipeline(world, TinyEngine()).run(job)

    assert (error.reason, error.message, stage) == (
        failed.value.error.reason, failed.value.error.message, failed.value.error.stage,
    )  # fmt: skip
    assert world.script.calls[method] >= least
    assert [] == scratch(world)


async def test_a_bug_is_not_told_to_the_caller(world: World, photo: bytes) -> None:
    """The text of a foreign exception stays in the log."""
    engine = TinyEngine()
    engine.errors = [RuntimeError("secret /path")]

    with pytest.raises(StageFailed) as failed:
        await make_pipeline(world, engine).run(await taken_job(world, photo))

    assert "INTERNAL" == failed.value.error.reason
    assert "secret" not in failed.value.error.message


async def test_a_lost_video_fails_its_publishing(world: World, photo: bytes) -> None:
    """What was rendered and then lost is not promised."""
    done = (Stage.DETECT, Stage.TRANSLATE, Stage.SPEAK, Stage.RENDER)
    job = await taken_job(world, photo, done=done, result=VideoResult("video.mp4", "", 1, 2, 2, 9))

    with pytest.raises(StageFailed) as failed:
        await make_pipeline(world, TinyEngine()).run(job)

    assert Stage.PUBLISH is failed.value.error.stage


async def test_an_ended_job_stops_its_run(world: World, photo: bytes) -> None:
    """Whoever ended it, the next write finds out."""
    job = await taken_job(world, photo)
    await world.store.end(job.job_id, JobState.CANCELLED, "stop")

    with pytest.raises(RunOver):
        await make_pipeline(world, TinyEngine()).run(job)

    assert [] == scratch(world)
    assert 0 == world.script.calls["Synthesize"]
