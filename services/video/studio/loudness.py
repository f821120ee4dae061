"""Brings a narration to −16 LUFS without clipping: gain, then a limiter on an oversampled signal.

The result is measured with EBU R128 and the gain corrected until it is right. ffmpeg's loudnorm is not used: its
analysis works on windows of 3 s, which is as long as many of our narrations.
"""

import io
import re
import wave
from dataclasses import dataclass
from pathlib import Path

from meshkit.errors import InvalidInput, PayloadTooLarge
from services.video.studio import ffmpeg

TARGET_LUFS = -16.0
TOLERANCE_LU = 0.3
# 1 dB under the −1.5 dBTP that is promised, since AAC moves the peaks.
PEAK_LIMIT_DB = -2.5
MAX_GAIN_DB = 36.0
SILENCE_LUFS = -65.0
MAX_ROUNDS = 4
# The meter needs one whole block of 400 ms.
SHORTEST_MEASURED = 0.5
MAX_SECONDS = 900.0
MEASURE_TIMEOUT = 60.0


@dataclass(frozen=True, slots=True)
class Sound:
    """A narration in a file, with the silence around it and the gain that brings it to the target."""

    path: Path
    narration: float
    lead_in: float
    duration: float
    gain_db: float = 0.0

    def chain(self) -> str:
        """The ffmpeg audio filters that turn the file into the final stereo sound."""
        limit = 10 ** (PEAK_LIMIT_DB / 20)
        return (
            "pan=stereo|c0=c0|c1=c0,aresample=192000,"
            f"volume={self.gain_db:.3f}dB,alimiter=limit={limit:.4f}:attack=3:release=80:level=0:latency=1,"
            f"aresample=48000,adelay=delays={self.lead_in * 1000:.1f}:all=1,"
            f"apad=whole_dur={self.duration:.6f},atrim=duration={self.duration:.6f}"
        )


def read_duration(audio_wav: bytes) -> float:
    """Seconds of a mono PCM16 WAV; raise InvalidInput for another file, PayloadTooLarge for a long one."""
    try:
        with wave.open(io.BytesIO(audio_wav)) as sound:
            shape = (sound.getnchannels(), sound.getsampwidth())
            rate = sound.getframerate()
            frames = len(sound.readframes(sound.getnframes())) // 2
    except (wave.Error, EOFError):
        raise InvalidInput("audio_wav: not a PCM WAV file.", field="audio_wav") from None
    if shape != (1, 2) or not frames or not rate:
        raise InvalidInput("audio_wav: must be mono 16-bit PCM with at least one sample.", field="audio_wav")
    if frames / rate > MAX_SECONDS:
        raise PayloadTooLarge(f"audio_wav: longer than {MAX_SECONDS:.0f} seconds.", field="audio_wav")
    return float(frames / rate)


async def normalise(sound: Sound) -> Sound:
    """Find the gain that brings the sound to the target; silence is left as it is."""
    best = sound
    gain, smallest = 0.0, float("inf")
    for _ in range(MAX_ROUNDS):
        trial = Sound(sound.path, sound.narration, sound.lead_in, sound.duration, gain)
        loudness = await _measure(trial)
        if loudness < SILENCE_LUFS:
            break
        error = TARGET_LUFS - loudness
        if abs(error) < smallest:
            best, smallest = trial, abs(error)
        gain = min(gain + error, MAX_GAIN_DB)
        if smallest <= TOLERANCE_LU or gain == trial.gain_db:
            break
    return best


async def _measure(sound: Sound) -> float:
    """Integrated loudness in LUFS of what the chain gives (EBU R128)."""
    pad = f"apad=whole_dur={SHORTEST_MEASURED}"
    chain = f"{sound.chain()},{pad},ebur128=framelog=quiet"
    args = ["-v", "info", "-i", sound.path.name, "-af", chain, "-f", "null", "-"]
    log = await ffmpeg.run(args, sound.path.parent, timeout=MEASURE_TIMEOUT)
    found = re.findall(r"I:\s+(-?[\d.]+|-?inf|nan) LUFS", log)
    return float(found[-1]) if found and found[-1][-1].isdigit() else -70.0
