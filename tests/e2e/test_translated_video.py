"""The main job in other languages, as a fresh mesh does it: an English line becomes a video in Hindi, Tamil, Urdu."""

import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.e2e.client import Client
from tests.e2e.film import Film
from tests.fixtures.mesh import Mesh

pytestmark = pytest.mark.xdist_group("mesh")

LINE = "My dog sleeps on the sofa every day."
NANO = "indictrans2-nano-en-indic"
# What a word looks like while it is spoken (services/video/studio/subtitles.py), in red, green and blue.
SPOKEN = (255, 208, 63)
SCRIPTS = {"hi": "DEVANAGARI", "ta": "TAMIL", "ur": "ARABIC"}


def scripts_of(text: str) -> set[str]:
    """The first words of its letters' names in Unicode."""
    return {unicodedata.name(letter).split()[0] for letter in text if letter.isalpha()}


def spoken_at(frame: NDArray[np.uint8]) -> float:
    """Where the word that is spoken stands: 0 at the left edge of the picture, 1 at the right one."""
    lower = frame[frame.shape[0] // 2 :].astype(int)
    _, columns = np.nonzero(np.abs(lower - SPOKEN).max(axis=2) < 40)
    assert len(columns) > 200
    return float(columns.mean() / frame.shape[1])


async def narrated(client: Client, language: str, folder: Path) -> tuple[Any, Any, Film]:
    """The job, its result in the older dialect, and its video."""
    _, accepted = await client.post_photo("dog.webp", LINE, target_language=language)
    job = await client.finished(accepted["job_id"])
    _, result = await client.get(f"/api/video-result/{accepted['job_id']}")
    path = folder / f"{language}.mp4"
    path.write_bytes(await client.download(result["video_url"]))
    return job, result, Film(path)


@pytest.mark.parametrize("language", SCRIPTS)
async def test_an_english_line_becomes_a_video_in(mesh: Mesh, language: str, tmp_path: Path) -> None:
    """Spoken and written in its own script, from the side that its readers begin at; who translated it is told."""
    async with Client(mesh.base_url) as client:
        job, result, film = await narrated(client, language, tmp_path)
    first, last = (spoken_at(film.frame(at)) for at in (0.3, film.duration - 0.5))

    assert ("JOB_STATE_COMPLETED", language) == (job["state"], job["narrationLanguage"])
    assert {SCRIPTS[language]} == scripts_of(job["narration"])
    assert (NANO, "demo") == (job["translation"]["model"], job["translation"]["quality"])
    assert {"model": NANO, "quality": "demo"}.items() <= result["provider_metadata"].items()
    assert 0 < result["provider_metadata"]["confidence"] <= 1
    assert (first > last) == (language == "ur")
    assert film.duration > 1
    assert abs(film.loudness() - -16) <= 1
