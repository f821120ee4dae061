"""The studio from end to end: real ffmpeg, real fonts, real photos."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from meshkit.errors import BackendUnavailable, DeadlineExceeded, InvalidInput, MeshError
from services.video.studio import FILTERS, Aspect, Studio
from tests.services.video.studio import probe
from tests.services.video.studio.conftest import FONTS, MakeRequest, to_wav

LANDSCAPE = (1280, 720)
TEXT_ROWS = slice(540, 660)


def ignore(share: float) -> None:
    """A listener that wants nothing."""


def files_under(folder: Path) -> list[Path]:
    """Every file and link, and every folder of a render."""
    return [each for each in folder.rglob("*") if not each.is_dir() or each.name.startswith("studio-")]


@pytest.mark.parametrize("aspect", list(Aspect))
async def test_video_plays_in_a_browser(
    studio: Studio, request_of: MakeRequest, tmp_path: Path, aspect: Aspect
) -> None:
    """H.264 high, 8-bit 4:2:0, 25 frames a second, stereo AAC, the index before the data, the right size."""
    video = tmp_path / "video.mp4"

    result = await studio.render(request_of(aspect=aspect), video, ignore)

    about = probe.describe(video)
    size = f"{aspect.size[0]}x{aspect.size[1]}"
    assert re.search(rf"Video: h264 \(High\).*yuv420p\(tv, bt709, progressive\), {size}.* 25 fps", about)
    assert re.search(r"Audio: aac \(LC\).*48000 Hz, stereo", about)
    assert ["ftyp", "moov"] == probe.boxes(video)[:2]
    assert (video, *aspect.size) == (result.path, result.width, result.height)
    assert video.stat().st_size == result.size_bytes


@pytest.mark.parametrize("seconds", [0.3, 1.0, 2.37])
async def test_duration_is_that_of_the_narration(
    studio: Studio, request_of: MakeRequest, tmp_path: Path, seconds: float
) -> None:
    """The container lasts as long as the voice, within 0.2 s, and as the result says."""
    result = await studio.render(request_of(seconds=seconds), tmp_path / "v.mp4", ignore)

    assert pytest.approx(seconds, abs=0.2) == result.duration
    assert pytest.approx(seconds, abs=0.2) == probe.duration(tmp_path / "v.mp4")


async def test_subtitles_are_burned_in(studio: Studio, request_of: MakeRequest, tmp_path: Path) -> None:
    """With and without cues the picture differs where the text stands, and nowhere else."""
    spoken = request_of(text="Splendid hound")
    await studio.render(spoken, tmp_path / "with.mp4", ignore)
    await studio.render(replace(spoken, cues=()), tmp_path / "without.mp4", ignore)

    first, second = (probe.frame(tmp_path / name, 0.5, LANDSCAPE) for name in ("with.mp4", "without.mp4"))
    rows = np.flatnonzero((np.abs(first - second).max(axis=2) > 60).sum(axis=1) > 8)
    assert rows.size > 30
    assert TEXT_ROWS.start <= rows.min()
    assert rows.max() <= TEXT_ROWS.stop


async def test_the_spoken_word_is_gold(studio: Studio, request_of: MakeRequest, tmp_path: Path) -> None:
    """The highlight is on the left while the first word is spoken and on the right during the second."""
    await studio.render(request_of(text="Mmmmmm Wwwwww", seconds=2.0), tmp_path / "v.mp4", ignore)

    middles = []
    for seconds in (0.6, 1.6):
        rows = probe.frame(tmp_path / "v.mp4", seconds, LANDSCAPE)[TEXT_ROWS]
        gold = (rows[..., 0] > 225) & (rows[..., 1] > 180) & (rows[..., 2] < 110)
        middles.append(float(np.flatnonzero(gold.any(axis=0)).mean()))
    assert middles[0] < LANDSCAPE[0] / 2 < middles[1]


@pytest.mark.parametrize("filter_id", [each.id for each in FILTERS])
async def test_each_filter_changes_the_picture_and_moves(
    studio: Studio, request_of: MakeRequest, tmp_path: Path, filter_id: str
) -> None:
    """A look can be told from none."""
    plain = request_of(text="", seconds=0.6)
    await studio.render(plain, tmp_path / "plain.mp4", ignore)
    await studio.render(replace(plain, filter_id=filter_id), tmp_path / "look.mp4", ignore)

    before, after = (probe.frame(tmp_path / name, 0.4, LANDSCAPE) for name in ("plain.mp4", "look.mp4"))
    assert np.abs(before - after).mean() > 4


async def test_crown_is_on_the_head(studio: Studio, request_of: MakeRequest, tmp_path: Path) -> None:
    """The maharaja's gold and jewels are at the cow's head (left end of its box) and not over its back."""
    plain = request_of(animal="cow", text="", seconds=0.4)
    await studio.render(plain, tmp_path / "plain.mp4", ignore)
    await studio.render(replace(plain, filter_id="pet-maharaja"), tmp_path / "crowned.mp4", ignore)

    before, after = (probe.frame(tmp_path / name, 0.04, LANDSCAPE) for name in ("plain.mp4", "crowned.mp4"))
    changed = np.abs(before - after).mean(axis=2)
    head, back = changed[215:290, 370:470], changed[215:290, 600:800]
    assert head.mean() > 3 * back.mean()


async def test_progress_rises_to_one(studio: Studio, request_of: MakeRequest, tmp_path: Path) -> None:
    """Shares only rise and end at 1; a listener that must be awaited is awaited."""
    heard: list[float] = []

    async def listen(share: float) -> None:
        await asyncio.sleep(0)
        heard.append(share)

    await studio.render(request_of(seconds=0.4), tmp_path / "v.mp4", listen)

    assert sorted(heard) == heard
    assert pytest.approx(1.0) == heard[-1]


async def test_cancelling_leaves_no_process_and_no_file(
    studio: Studio, request_of: MakeRequest, tmp_path: Path
) -> None:
    """A render that is cancelled while ffmpeg runs takes ffmpeg and its folder with it."""
    begun = asyncio.Event()

    def listen(share: float) -> None:
        if share > 0.1:
            begun.set()

    task = asyncio.create_task(studio.render(request_of(seconds=20.0), tmp_path / "v.mp4", listen))
    await asyncio.wait_for(begun.wait(), 30)
    encoders = [child for child in psutil.Process().children() if "ffmpeg" in child.name()]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert 1 == len(encoders)
    assert [] == [child for child in encoders if child.is_running()]
    assert [] == files_under(tmp_path)


async def test_time_limit(request_of: MakeRequest, tmp_path: Path) -> None:
    """A render that takes too long ends with DeadlineExceeded and leaves nothing."""
    studio = Studio(FONTS, tmp_path / "work", 1, base_seconds=0.3, seconds_per_second=0.0)

    with pytest.raises(DeadlineExceeded):
        await studio.render(request_of(seconds=30.0), tmp_path / "v.mp4", ignore)

    await studio.close()
    assert [] == files_under(tmp_path)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"photo": b"not a photo"}, "photo"),
        ({"audio_wav": b"RIFF"}, "audio_wav"),
        ({"audio_wav": to_wav(np.zeros(200), 8000, channels=2)}, "audio_wav"),
        ({"audio_wav": to_wav(np.zeros(0), 8000)}, "audio_wav"),
        ({"filter_id": "sepia"}, "filter_id"),
        ({"lead_in": -1.0}, "lead_in"),
        ({"tail": 60.0}, "tail"),
    ],
)
async def test_bad_requests_name_the_field_and_leave_nothing(
    studio: Studio, request_of: MakeRequest, tmp_path: Path, changes: dict[str, object], field: str
) -> None:
    """What is wrong is named, no file stays behind."""
    with pytest.raises(InvalidInput) as caught:
        await studio.render(request_of(**changes), tmp_path / "v.mp4", ignore)

    assert field == caught.value.field
    assert [] == files_under(tmp_path)


async def test_missing_fonts_are_said(request_of: MakeRequest, tmp_path: Path) -> None:
    """Without fonts the answer says how to get them."""
    studio = Studio(tmp_path / "none", tmp_path / "work", 1)

    with pytest.raises(BackendUnavailable, match="make models"):
        await studio.render(request_of(), tmp_path / "v.mp4", ignore)

    await studio.close()


async def test_failing_listener_ends_the_render(
    studio: Studio, request_of: MakeRequest, tmp_path: Path
) -> None:
    """An error of the listener comes out as it is, and nothing is left."""

    def listen(share: float) -> None:
        raise InvalidInput("enough", field="listener")

    with pytest.raises(MeshError, match="enough"):
        await studio.render(request_of(), tmp_path / "v.mp4", listen)

    assert [] == files_under(tmp_path)


async def test_hostile_text_renders(studio: Studio, request_of: MakeRequest, tmp_path: Path) -> None:
    """Override codes in the text change neither size nor place of what is drawn."""
    hostile = request_of(text="{\\fs400\\pos(0,0)}Hi \\N {\\p1}m\\h 🐶")

    await studio.render(hostile, tmp_path / "v.mp4", ignore)
    await studio.render(replace(hostile, cues=()), tmp_path / "plain.mp4", ignore)

    first, second = (probe.frame(tmp_path / name, 0.5, LANDSCAPE) for name in ("v.mp4", "plain.mp4"))
    outside = np.abs(first - second)[: TEXT_ROWS.start]
    assert outside.max() < 60


async def test_silence_stays_silent(studio: Studio, request_of: MakeRequest, tmp_path: Path) -> None:
    """A narration without sound makes a video all the same."""
    await studio.render(request_of(audio_wav=to_wav(np.zeros(8000), 8000)), tmp_path / "v.mp4", ignore)

    assert probe.loudness(tmp_path / "v.mp4")[0] <= -65


async def test_loudness_of_the_video(studio: Studio, request_of: MakeRequest, tmp_path: Path) -> None:
    """Three seconds of voice come out of the MP4 at −16 LUFS ±1, with true peaks below −1.5 dBTP."""
    await studio.render(request_of(seconds=3.0), tmp_path / "v.mp4", ignore)

    level, peak = probe.loudness(tmp_path / "v.mp4")
    assert pytest.approx(-16, abs=1) == level
    assert peak <= -1.5
