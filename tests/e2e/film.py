"""Opens a video as a player would, with ffmpeg."""

import io
import re
import subprocess
import wave
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray


class Film:
    """An MP4 file: what its streams are, and its frames."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.report = self._run("-hide_banner", "-i", str(path)).stderr.decode()

    @property
    def duration(self) -> float:
        """Seconds, from the container."""
        match = re.search(r"Duration: (\d+):(\d+):([\d.]+)", self.report)
        assert match, self.report
        return int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3])

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        match = re.search(r"Video: .*? (\d{2,5})x(\d{2,5})", self.report)
        assert match, self.report
        return int(match[1]), int(match[2])

    def frame(self, seconds: float) -> NDArray[np.uint8]:
        """One frame, [height, width, 3]."""
        raw = self._run(
            "-v", "error", "-ss", f"{seconds:.3f}", "-i", str(self.path), "-frames:v", "1",
            "-f", "rawvideo", "-pix_fmt", "rgb24", "-",
        ).stdout  # fmt: skip
        width, height = self.size
        return np.frombuffer(raw, np.uint8).reshape(height, width, 3)

    def loudness(self) -> float:
        """Integrated loudness in LUFS (EBU R 128)."""
        text = self._run("-i", str(self.path), "-af", "ebur128", "-f", "null", "-").stderr.decode()
        found: list[str] = re.findall(r"I:\s+(-?[\d.]+) LUFS", text)
        return float(found[-1])

    def _run(self, *words: str) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            [imageio_ffmpeg.get_ffmpeg_exe(), *words], capture_output=True, timeout=60, check=False
        )


def wav_seconds(data: bytes) -> float:
    """The length of a WAV file."""
    with wave.open(io.BytesIO(data)) as sound:
        return float(sound.getnframes() / sound.getframerate())
