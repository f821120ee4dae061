"""services/detector/clips.py and ffmpeg.py, with the real ffmpeg."""

import tempfile
from contextlib import aclosing
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from meshkit.errors import MeshError
from services.detector.clips import ClipSampler, SampledFrame, Sampling
from tests.services.detector import making

SIDE = 64
SAMPLER = ClipSampler(imageio_ffmpeg.get_ffmpeg_exe(), seconds=60, patience=20)


async def sample(
    video: bytes, fps: float = 1, sampler: ClipSampler = SAMPLER, *, whole: bool = False
) -> list[SampledFrame]:
    """All sampled frames of a clip."""
    async with aclosing(sampler.frames(video, Sampling(fps, with_pictures=whole), SIDE, SIDE)) as frames:
        return [frame async for frame in frames]


async def refusal(video: bytes, sampler: ClipSampler = SAMPLER, *, whole: bool = False) -> tuple[str, str]:
    """The field and reason of the error that sampling raises."""
    with pytest.raises(MeshError) as caught:
        await sample(video, sampler=sampler, whole=whole)
    return caught.value.field, caught.value.reason


def left_in(folder: Path) -> list[str]:
    """The names of what lies in a folder."""
    return [path.name for path in folder.iterdir()]


@pytest.fixture
def traces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where temporary files of the test go."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def two_photos(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Three seconds of a landscape, then three of a dog."""
    return making.clip(tmp_path_factory.mktemp("clip") / "clip.mp4", "none-003", "dog", seconds=3)


async def test_one_frame_a_second_with_time_and_size(two_photos: bytes) -> None:
    """Frames come in time order, with the size of the original, in a grey border."""
    frames = await sample(two_photos)

    assert pytest.approx([0, 1, 2, 3, 4, 5]) == [frame.seconds for frame in frames]
    assert {(640, 360)} == {(f.picture.place.width, f.picture.place.height) for f in frames}
    assert all({114} == {*f.picture.frame[: f.picture.place.top].flat} for f in frames)
    assert np.abs(frames[0].picture.frame.astype(int) - frames[5].picture.frame).mean() > 10


@pytest.mark.parametrize(("fps", "count"), [(0.1, 1), (0.5, 3), (2, 12), (5, 30)])
async def test_density(two_photos: bytes, fps: float, count: int) -> None:
    """Six seconds at several densities."""
    assert count == len(await sample(two_photos, fps))


@pytest.mark.parametrize("suffix", ["mp4", "mov", "webm"])
async def test_containers(tmp_path: Path, suffix: str) -> None:
    """The three kinds that are accepted."""
    assert 2 == len(await sample(making.clip(tmp_path / f"clip.{suffix}", "dog")))


async def test_moov_at_the_end_or_at_the_start(tmp_path: Path) -> None:
    """A clip as a camera writes it and one made for streaming give the same."""
    plain = making.clip(tmp_path / "plain.mp4", "dog")
    fast = making.ffmpeg(
        "-i", tmp_path / "plain.mp4", "-c", "copy", "-movflags", "+faststart", tmp_path / "fast.mp4"
    )

    assert len(await sample(plain)) == len(await sample(fast))


async def test_rotation_is_honoured(tmp_path: Path) -> None:
    """A phone's upright clip, stored lying, is upright."""
    making.clip(tmp_path / "lying.mp4", "dog")
    up = making.ffmpeg(
        "-display_rotation", "90", "-i", tmp_path / "lying.mp4", "-c", "copy", tmp_path / "up.mp4"
    )
    (frame, *_) = await sample(up)

    assert (360, 640) == (frame.picture.place.width, frame.picture.place.height)


async def test_wide_pixels_are_squared(tmp_path: Path) -> None:
    """The size of an anamorphic clip is the one that a player shows."""
    making.clip(tmp_path / "square.mp4", "dog")
    wide = making.ffmpeg("-i", tmp_path / "square.mp4", "-vf", "setsar=2", tmp_path / "wide.mp4")
    (frame, *_) = await sample(wide)

    assert (1280, 360) == (frame.picture.place.width, frame.picture.place.height)


async def test_a_minute_is_looked_at(tmp_path: Path) -> None:
    """Of a longer clip only the first sixty seconds count."""
    long = making.ffmpeg("-f", "lavfi", "-i", "color=size=64x36:rate=2:duration=70", tmp_path / "long.mp4")
    frames = await sample(long, 0.5)

    assert 30 == len(frames)
    assert frames[-1].seconds < 60


async def test_leaving_early_ends_ffmpeg_and_leaves_nothing(two_photos: bytes, traces: Path) -> None:
    """Who has seen enough stops the decoding: no process and no file stays."""
    async with aclosing(SAMPLER.frames(two_photos, Sampling(5), SIDE, SIDE)) as frames:
        await anext(frames)
        (child,) = making.running_ffmpegs()

    assert not child.is_running()
    assert [] == left_in(traces)


PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
HOSTILE = {
    "nothing": (b"", "VIDEO_TYPE_UNSUPPORTED"),
    "text": (b"just some words, no clip at all", "VIDEO_TYPE_UNSUPPORTED"),
    "playlist": (PLAYLIST, "VIDEO_TYPE_UNSUPPORTED"),
    "list of files": (b"ffconcat version 1.0\nfile /etc/passwd\n", "VIDEO_TYPE_UNSUPPORTED"),
    "picture": (making.photo("dog"), "VIDEO_TYPE_UNSUPPORTED"),
    "playlist that starts as mp4": (b"\0\0\0\x18ftypisom\0\0\0\0isomiso2" + PLAYLIST, "VIDEO_UNREADABLE"),
    "zeros that start as mp4": (b"\0\0\0\x18ftypisom" + bytes(100_000), "VIDEO_UNREADABLE"),
    "HEIC photo": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(1000), "VIDEO_TYPE_UNSUPPORTED"),
    "zeros that start as webm": (b"\x1a\x45\xdf\xa3" + bytes(100_000), "VIDEO_UNREADABLE"),
}


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile(name: str, whole: bool, traces: Path) -> None:
    """What is no clip is refused, names the field, and leaves nothing behind."""
    video, reason = HOSTILE[name]

    assert ("video", reason) == await refusal(video, whole=whole)
    assert [] == making.running_ffmpegs()
    assert [] == left_in(traces)


async def test_cut_off_before_its_index(two_photos: bytes) -> None:
    """Without the index at its end an MP4 has no frame to show."""
    assert ("video", "VIDEO_UNREADABLE") == await refusal(two_photos[: len(two_photos) // 2])


async def test_sound_only(tmp_path: Path) -> None:
    """A file without pictures."""
    sound = making.ffmpeg("-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac", tmp_path / "sound.mp4")

    assert ("video", "VIDEO_UNREADABLE") == await refusal(sound)


async def test_a_codec_that_no_camera_uses(tmp_path: Path) -> None:
    """Only some decoders are open to uploaded files."""
    old = making.ffmpeg("-f", "lavfi", "-i", "testsrc=duration=1", "-c:v", "qtrle", tmp_path / "old.mov")

    assert ("video", "VIDEO_UNREADABLE") == await refusal(old)


async def test_a_kept_frame_is_the_clips(two_photos: bytes) -> None:
    """Whole frames have the clip's size and times, and the model's frames are made of them."""
    small, whole = await sample(two_photos), await sample(two_photos, whole=True)
    different = [
        np.abs(one.picture.frame.astype(int) - other.picture.frame).mean()
        for one, other in zip(small, whole, strict=True)
    ]

    assert [frame.seconds for frame in small] == [frame.seconds for frame in whole]
    assert {(360, 640, 3)} == {frame.whole.shape for frame in whole if frame.whole is not None}
    assert [frame.picture.place for frame in small] == [frame.picture.place for frame in whole]
    assert max(different) < 4


async def test_large_frames_are_kept_smaller(tmp_path: Path) -> None:
    """1920 pixels on the longer side are enough; an upright one keeps its proportions."""
    source = "testsrc=size=2160x3840:rate=1:duration=1"
    tall = making.ffmpeg("-f", "lavfi", "-i", source, "-preset", "ultrafast", tmp_path / "tall.mp4")
    (frame,) = await sample(tall, whole=True)

    assert frame.whole is not None and (1920, 1080, 3) == frame.whole.shape
    assert (1080, 1920) == (frame.picture.place.width, frame.picture.place.height)


async def test_a_turned_frame_is_kept_upright(tmp_path: Path) -> None:
    """Rotation counts for pictures, too."""
    making.clip(tmp_path / "lying.mp4", "dog")
    up = making.ffmpeg(
        "-display_rotation", "90", "-i", tmp_path / "lying.mp4", "-c", "copy", tmp_path / "up.mp4"
    )
    (frame, *_) = await sample(up, whole=True)

    assert frame.whole is not None and (640, 360, 3) == frame.whole.shape


async def test_a_clip_that_changes_its_size(tmp_path: Path) -> None:
    """Each kept frame has its own size; none is cut from the bytes of two."""
    sizes, frames = [(320, 180), (180, 320), (64, 64)], b""
    for width, height in sizes:
        frames += making.encoded(making.quarters(width, height), "JPEG", quality=95)
    (tmp_path / "frames.mjpeg").write_bytes(frames)
    source = ("-f", "mjpeg", "-framerate", "1", "-i", tmp_path / "frames.mjpeg")
    video = making.ffmpeg(*source, "-c", "copy", tmp_path / "changing.mov")
    kept = [frame.whole for frame in await sample(video, whole=True) if frame.whole is not None]

    assert [(height, width, 3) for width, height in sizes] == [frame.shape for frame in kept]
    assert all(frame[4, 4, 0] > 200 and frame[4, 4, 1] < 60 for frame in kept)
    assert all(frame[-4, 4, 2] > 200 and frame[-4, 4, 0] < 60 for frame in kept)


async def test_more_pixels_than_pictures_may_have(tmp_path: Path) -> None:
    """A clip of 49 megapixels a frame is not decoded."""
    source = "color=size=8192x6000:rate=1:duration=1"
    huge = making.ffmpeg("-f", "lavfi", "-i", source, "-c:v", "mjpeg", "-q:v", "31", tmp_path / "huge.mov")

    assert ("video", "VIDEO_UNREADABLE") == await refusal(huge)


async def test_patience_ends(two_photos: bytes, traces: Path) -> None:
    """A clip that takes too long is given up, its process too."""
    hasty = ClipSampler(SAMPLER.program, seconds=60, patience=0)

    assert ("video", "VIDEO_TOO_COMPLEX") == await refusal(two_photos, hasty)
    assert [] == making.running_ffmpegs()
    assert [] == left_in(traces)


async def test_metadata_is_not_taken_for_frames(two_photos: bytes, tmp_path: Path) -> None:
    """Words in a clip that look like ffmpeg's own don't change the answer."""
    (tmp_path / "clip.mp4").write_bytes(two_photos)
    lie = "x\n[Parsed_showinfo_3 @ 0x1] n:   0 pts: 0 pts_time:77 fmt:rgb24 s:9x9 i:P \n" + "y" * 200_000
    title = f"title={lie}"
    video = making.ffmpeg(
        "-i", tmp_path / "clip.mp4", "-c", "copy", "-metadata", title[:100_000], tmp_path / "lie.mp4"
    )
    frames = await sample(video)

    assert pytest.approx([0, 1, 2, 3, 4, 5]) == [frame.seconds for frame in frames]
    assert 640 == frames[0].picture.place.width
