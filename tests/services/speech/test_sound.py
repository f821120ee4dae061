"""Looking at PCM, and writing it as a file."""

import io
import struct
import wave

from services.speech.sound import SILENCE, Sound, wav

RATE = 1000


def pcm(*stretches: tuple[int, int]) -> bytes:
    """Stretches of (samples, level)."""
    return b"".join(struct.pack("<h", level) * count for count, level in stretches)


def test_begin_and_end_of_sound() -> None:
    """Found to the frame of 10 ms, whatever the sign of the samples."""
    sound = Sound(pcm((100, 0), (50, -3000), (100, 0)), RATE)

    assert 100 == sound.begin(SILENCE)
    assert 150 == sound.end(0, 250, SILENCE)


def test_silence_has_no_sound() -> None:
    """All silence: begins at its end and ends at its beginning."""
    sound = Sound(pcm((100, 0)), RATE)

    assert 100 == sound.begin(SILENCE)
    assert 0 == sound.end(0, 100, SILENCE)
    assert 0.1 == sound.duration


def test_an_echo_is_not_heard() -> None:
    """Heard until the voice ends; the fading behind it does not count."""
    sound = Sound(pcm((100, 5000), (100, 200)), RATE)

    assert 0.1 == sound.heard_until(0.0, 0.2)


def test_wav_is_readable() -> None:
    """Python's own reader finds the same samples."""
    samples = pcm((100, 5000), (100, -200))
    with wave.open(io.BytesIO(wav(samples, 22050))) as file:
        found = (file.getnchannels(), file.getsampwidth(), file.getframerate(), file.readframes(1000))

    assert (1, 2, 22050, samples) == found
