"""The main job through the whole mesh: a photo and a line of text become a video that plays."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.video.studio.render import Studio
from services.video.studio.spec import Aspect, Box, RenderRequest
from tests.e2e.client import PHOTOS, Client
from tests.e2e.film import Film, wav_seconds
from tests.fixtures.mesh import Mesh
from tools.mesh.layout import ROOT

pytestmark = pytest.mark.xdist_group("mesh")
ROAST = "Roast my lazy dog who sleeps all day!"


async def asset(client: Client, job: Any, name: str) -> bytes:
    """One of a job's files."""
    return await client.download(next(one["uri"] for one in job["assets"] if one["name"].endswith(name)))


def _box(pet: Any) -> Box:
    """A detection as the studio takes it; JSON leaves zeros out."""
    x0, y0, x1, y1 = (float(pet["box"].get(name, 0)) for name in ("xMin", "yMin", "xMax", "yMax"))
    return Box(x0, y0, x1, y1, pet["label"], pet["confidence"])


async def without_subtitles(job: Any, sound: bytes, folder: Path) -> Film:
    """The same video with no words in it, made by the same engine."""
    pets = [_box(pet) for pet in job["pets"]]
    studio = Studio(ROOT / "models" / "fonts", folder, threads=2)
    request = RenderRequest((PHOTOS / "dog.webp").read_bytes(), tuple(pets), sound, (), "en", Aspect.PORTRAIT)
    try:
        return Film((await studio.render(request, folder / "mute.mp4", lambda _: None)).path)
    finally:
        await studio.close()


async def test_a_photo_of_a_dog_becomes_a_video(mesh: Mesh, tmp_path: Path) -> None:
    """202, then a link to an MP4: streams, length, loudness, subtitles where the words are and nowhere else."""
    async with Client(mesh.base_url) as client:
        status, accepted = await client.post_photo("dog.webp", ROAST)
        job = await client.finished(accepted["job_id"])
        result_status, result = await client.get(f"/api/video-result/{accepted['job_id']}")
        path = tmp_path / "video.mp4"
        path.write_bytes(await client.download(result["video_url"]))
        sound = await asset(client, job, "narration.wav")
    film = Film(path)
    mute = await without_subtitles(job, sound, tmp_path)
    middle = film.duration / 2
    difference = np.abs(film.frame(middle).astype(int) - mute.frame(middle).astype(int)).max(axis=2)
    changed = difference > 96

    assert (202, {"job_id": accepted["job_id"], "status": "queued"}) == (status, accepted)
    assert (200, "completed") == (result_status, result["status"])
    assert "dog" == job["pets"][0]["label"]
    assert (1080, 1920) == film.size
    assert "Video: h264" in film.report
    assert "yuv420p" in film.report
    assert "Audio: aac" in film.report
    assert abs(film.duration - wav_seconds(sound)) <= 0.2
    assert abs(film.loudness() - -16) <= 1
    assert path.read_bytes().index(b"moov") < path.read_bytes().index(b"mdat")
    assert changed.mean() > 0.005
    assert changed[: changed.shape[0] // 3].mean() < 0.001


async def test_every_reader_of_the_log_sees_the_same(mesh: Mesh) -> None:
    """Events come in order, end with the end, and go on after the one that was seen last."""
    async with Client(mesh.base_url) as client:
        _, accepted = await client.post_photo("cat.webp", "Good morning.", aspect="landscape")
        job_id = accepted["job_id"]
        events = await client.events(job_id)
        later = await client.events(job_id, last=events[1][0])
        status, answer = await client.get(f"/api/video-status/{job_id}")
    told = [json.loads(data)["event"] for _, data in events]
    percents = [event.get("progressPercent", 0) for event in told]

    assert events[2:] == later
    assert sorted(percents) == percents
    assert 100 == percents[-1]
    assert "JOB_STATE_COMPLETED" == told[-1]["state"]
    assert (200, "completed") == (status, answer["status"])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("मेरा कुत्ता दिन भर सोता रहता है और रात को भौंकता है।", "hi"),
        ("என் நாய் நாள் முழுவதும் தூங்குகிறது.", "ta"),
        ("میرا کتا سارا دن سوتا رہتا ہے۔", "ur"),
    ],
)
async def test_a_text_is_spoken_in_its_own_language(
    mesh: Mesh, text: str, language: str, tmp_path: Path
) -> None:
    """The language is recognised, the narration is the text, and the video has words in it."""
    async with Client(mesh.base_url) as client:
        _, accepted = await client.post_photo("cow.webp", text, filter_id="pet-maharaja")
        job = await client.finished(accepted["job_id"])
        path = tmp_path / "video.mp4"
        path.write_bytes(await client.download(job["result"]["videoUri"]))

    assert ("JOB_STATE_COMPLETED", language, text) == (
        job["state"],
        job["narrationLanguage"],
        job["narration"],
    )
    assert Film(path).duration > 1


async def test_a_cancelled_job_stays_cancelled(mesh: Mesh) -> None:
    """Cancelling ends the job at once; its old-dialect status is failed."""
    async with Client(mesh.base_url) as client:
        _, accepted = await client.post_photo("dog.webp", "A long story about a lazy dog. " * 20)
        job_id = accepted["job_id"]
        status, _ = await client.post(f"/v1/videos/{job_id}:cancel", {})
        job = await client.finished(job_id)
        _, old = await client.get(f"/api/video-status/{job_id}")
        again, problem = await client.post(f"/v1/videos/{job_id}:cancel", {})

    assert 200 == status
    assert "JOB_STATE_CANCELLED" == job["state"]
    assert "failed" == old["status"]
    assert (409, "JOB_ENDED") == (again, problem["reason"])
