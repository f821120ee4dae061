"""Sampled frames of an uploaded clip, decoded by an ffmpeg process that can reach nothing but that file."""

import asyncio
import math
import tempfile
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from meshkit.clips import require_clip
from meshkit.errors import InvalidInput
from meshkit.log import get_logger
from services.detector import ffmpeg, stills
from services.detector.letterbox import Letterbox
from services.detector.pictures import Frame, Picture

_log = get_logger(__name__)
_FIELD = "video"


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a clip is looked at.

    Args:
        frames_per_second: how densely.
        stop_at_first_pet: whether the first frame that shows a pet ends it.
        linger: seconds of the clip for which it goes on after that frame.
        with_pictures: whether frames are kept whole; sizes and boxes are those of the kept frames then.
    """

    frames_per_second: float = 1.0
    stop_at_first_pet: bool = False
    linger: float = 0.0
    with_pictures: bool = False


class SampledFrame(NamedTuple):
    """A frame inside the model's frame, its time from the start of the clip, and the whole of it if it was kept."""

    seconds: float
    picture: Picture
    whole: Frame | None = None

    async def jpeg(self) -> bytes:
        """The whole frame as a JPEG file; empty when it wasn't kept."""
        return b"" if self.whole is None else await asyncio.to_thread(stills.jpeg, self.whole)


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
        self, video: bytes, how: Sampling, width: int, height: int
    ) -> AsyncGenerator[SampledFrame, None]:
        """The frames in time order, letterboxed to [height, width, 3]. Closing it ends the process.

        Raises, naming `video`: PayloadTooLarge (VIDEO_TOO_LARGE); UnsupportedMedia (VIDEO_TYPE_UNSUPPORTED);
        InvalidInput (VIDEO_UNREADABLE when not one frame can be decoded, VIDEO_TOO_COMPLEX when decoding takes
        longer than the patience).
        """
        demuxer = require_clip(video, field=_FIELD)
        with tempfile.TemporaryDirectory(prefix="clip-", ignore_cleanup_errors=True) as folder:
            path = Path(folder, "clip")
            await asyncio.to_thread(path.write_bytes, video)
            command = [
                self.program,
                *ffmpeg.reading(path, demuxer, self.seconds),
                *self._writing(how, width, height),
            ]
            size = None if how.with_pictures else width * height * 3
            async with ffmpeg.running(command, frame_bytes=size) as process:
                async for frame in self._read(process, width, height, whole=how.with_pictures):
                    yield frame

    def _writing(self, how: Sampling, width: int, height: int) -> list[str]:
        most = math.ceil(self.seconds * how.frames_per_second) + 1
        if how.with_pictures:
            return ffmpeg.keeping(how.frames_per_second, stills.LONGEST, most)
        return ffmpeg.letterboxing(how.frames_per_second, width, height, most)

    async def _read(
        self, process: ffmpeg.Process, width: int, height: int, *, whole: bool
    ) -> AsyncGenerator[SampledFrame, None]:
        count = 0
        while (sampled := await self._next(process)) is not None:
            pixels, shown = sampled
            if whole:
                kept = np.frombuffer(pixels, np.uint8).reshape(shown.height, shown.width, 3)
                picture = await asyncio.to_thread(stills.letterboxed, kept, width, height)
                yield SampledFrame(shown.seconds, picture, kept)
            else:
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
