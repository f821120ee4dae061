"""Sampled frames of an uploaded clip, decoded by an ffmpeg process that can reach nothing but that file."""

import asyncio
import math
import tempfile
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from meshkit.errors import InvalidInput, UnsupportedMedia
from meshkit.log import get_logger
from services.detector import ffmpeg
from services.detector.letterbox import Letterbox
from services.detector.pictures import Picture

_log = get_logger(__name__)
_FIELD = "video"


class SampledFrame(NamedTuple):
    """A frame inside the model's frame, and its time from the start of the clip."""

    seconds: float
    picture: Picture


@dataclass(frozen=True, slots=True)
class ClipSampler:
    """Samples clips. Holds one frame at a time; a reader that stops reading stops the decoding.

    Args:
        program: the ffmpeg program.
        seconds: how much of a clip is looked at.
        patience: seconds that decoding may take from one sampled frame to the next.
    """

    program: str
    seconds: float
    patience: float

    async def frames(
        self, video: bytes, frames_per_second: float, width: int, height: int
    ) -> AsyncGenerator[SampledFrame, None]:
        """The frames in time order, letterboxed to [height, width, 3]. Closing it ends the process.

        Raises, naming `video`: UnsupportedMedia (VIDEO_TYPE_UNSUPPORTED); InvalidInput (VIDEO_UNREADABLE when
        not one frame can be decoded, VIDEO_TOO_COMPLEX when decoding takes longer than the patience).
        """
        demuxer = _demuxer(video)
        with tempfile.TemporaryDirectory(prefix="clip-", ignore_cleanup_errors=True) as folder:
            path = Path(folder, "clip")
            await asyncio.to_thread(path.write_bytes, video)
            most = math.ceil(self.seconds * frames_per_second) + 1
            command = [
                self.program,
                *ffmpeg.reading(path, demuxer, self.seconds),
                *ffmpeg.sampling(frames_per_second, width, height, most),
            ]
            async with ffmpeg.running(command, frame_bytes=width * height * 3) as process:
                async for frame in self._read(process, width, height):
                    yield frame

    async def _read(
        self, process: ffmpeg.Process, width: int, height: int
    ) -> AsyncGenerator[SampledFrame, None]:
        count = 0
        while (sampled := await self._next(process)) is not None:
            pixels, shown = sampled
            place = Letterbox.fit(shown.width, shown.height, width, height)
            frame = np.frombuffer(pixels, np.uint8).reshape(height, width, 3)
            yield SampledFrame(shown.seconds, Picture(frame, place))
            count += 1
        if count == 0:
            _log.info("clip undecodable", ffmpeg=process.last_words())
            raise InvalidInput(
                f"{_FIELD}: no frame of the clip can be decoded.", field=_FIELD, reason="VIDEO_UNREADABLE"
            )

    async def _next(self, process: ffmpeg.Process) -> tuple[bytes, ffmpeg.Shown] | None:
        try:
            async with asyncio.timeout(self.patience):
                return await process.next_frame()
        except TimeoutError:
            raise InvalidInput(
                f"{_FIELD}: the clip takes too long to decode.", field=_FIELD, reason="VIDEO_TOO_COMPLEX"
            ) from None


def _demuxer(video: bytes) -> str:
    """The container's name in ffmpeg. It is never left to guess: some formats open other files."""
    if video[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"):
        return "mov"
    if video[:4] == b"\x1a\x45\xdf\xa3":
        return "matroska"
    raise UnsupportedMedia(
        f"{_FIELD}: only MP4, WebM and MOV clips are accepted.", field=_FIELD, reason="VIDEO_TYPE_UNSUPPORTED"
    )
