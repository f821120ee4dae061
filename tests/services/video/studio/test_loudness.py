"""Gain for any voice, measured by ffmpeg on real files."""

from pathlib import Path

import numpy as np
import pytest

from meshkit.errors import InvalidInput, PayloadTooLarge
from services.video.studio import ffmpeg
from services.video.studio.loudness import Sound, normalise, read_duration
from tests.services.video.studio import probe
from tests.services.video.studio.conftest import make_voice, to_wav


async def normalised(folder: Path, voice: bytes, seconds: float) -> tuple[float, float]:
    """Loudness and true peak of the finished sound."""
    source = folder / "voice.wav"
    source.write_bytes(voice)
    sound = await normalise(Sound(source, seconds, 0.04, seconds + 0.12))
    await ffmpeg.run(["-i", source.name, "-af", sound.chain(), "out.wav"], folder, timeout=30)
    return probe.loudness(folder / "out.wav")


@pytest.mark.parametrize("level", [0.01, 0.3, 1.0])
@pytest.mark.parametrize("seconds", [0.8, 4.0])
async def test_quiet_and_loud_voices(tmp_path: Path, level: float, seconds: float) -> None:
    """From a whisper to full scale: −16 LUFS ±1, and true peaks under the limit."""
    loudness, peak = await normalised(tmp_path, make_voice(seconds, level), seconds)

    assert pytest.approx(-16, abs=1) == loudness
    assert peak <= -1.5


async def test_clicks_do_not_break_the_limit(tmp_path: Path) -> None:
    """Peaks far above the voice are held, at whatever cost to loudness."""
    samples = np.zeros(22050 * 2)
    samples[::2205] = 1.0

    _, peak = await normalised(tmp_path, to_wav(samples, 22050), 2.0)

    assert peak <= -1.5


async def test_silence_is_left_alone(tmp_path: Path) -> None:
    """No gain where there is nothing to hear."""
    source = tmp_path / "voice.wav"
    source.write_bytes(to_wav(np.zeros(8000), 8000))

    sound = await normalise(Sound(source, 1.0, 0.0, 1.0))

    assert 0.0 == sound.gain_db


@pytest.mark.parametrize("rate", [8000, 22050, 48000])
def test_duration(rate: int) -> None:
    """Seconds, at any rate."""
    assert pytest.approx(0.5, abs=1e-3) == read_duration(make_voice(0.5, rate=rate))


def test_duration_counts_what_is_there() -> None:
    """A truncated file is as long as its samples."""
    assert pytest.approx(0.5, abs=1e-2) == read_duration(make_voice(1.0)[: 22050 + 44])


@pytest.mark.parametrize(
    "data", [b"", b"RIFF\x00\x00\x00\x00WAVE", b"ID3" + bytes(64), to_wav(np.zeros(9), 8000, 2)]
)
def test_other_files_are_refused(data: bytes) -> None:
    """Only mono PCM16 with samples is a narration."""
    with pytest.raises(InvalidInput) as caught:
        read_duration(data)

    assert "audio_wav" == caught.value.field


def test_very_long_sound_is_refused() -> None:
    """More than 15 minutes is too much."""
    with pytest.raises(PayloadTooLarge):
        read_duration(to_wav(np.zeros(901 * 1000), 1000))
