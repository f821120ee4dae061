"""Looks into finished videos with the same ffmpeg that made them."""

import re
import struct
import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray


def ffmpeg(*args: str | Path) -> tuple[bytes, str]:
    """Run ffmpeg and answer its output and its log, whatever its exit code."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", *map(str, args)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    return done.stdout, done.stderr.decode("utf-8", "replace")


def describe(video: Path) -> str:
    """What ffmpeg says of the file: its duration and streams."""
    return ffmpeg("-i", video)[1]


def duration(video: Path) -> float:
    """Seconds of the container."""
    found = re.search(r"Duration: (\d+):(\d+):([\d.]+)", describe(video))
    assert found
    return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3])


def frame(video: Path, seconds: float, size: tuple[int, int]) -> NDArray[np.int16]:
    """The RGB frame at a time: (height, width, 3)."""
    raw, _ = ffmpeg(
        "-v", "error", "-ss", f"{seconds:.3f}", "-i", video,
        "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1",
    )  # fmt: skip
    return np.frombuffer(raw, dtype=np.uint8).reshape(size[1], size[0], 3).astype(np.int16)


def loudness(video: Path) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP (EBU R128)."""
    log = ffmpeg("-i", video, "-vn", "-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-")[1]
    level, peak = re.findall(r"I:\s+(\S+) LUFS", log)[-1], re.findall(r"Peak:\s+(\S+) dBFS", log)[-1]
    return float(level), float(peak)


def boxes(video: Path) -> list[str]:
    """The types of the file's outermost boxes, in order (ISO/IEC 14496-12)."""
    data, names, at = video.read_bytes(), [], 0
    while at + 8 <= len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        names.append(name.decode("latin-1"))
        at += max(8, length)
    return names
