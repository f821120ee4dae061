"""The ffmpeg process behind clips.py: its arguments, its limits, and what it tells about each frame."""

import asyncio
import contextlib
import re
import resource
from collections import deque
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import NamedTuple

from services.detector import stills

# What phones, browsers and cameras make; ffmpeg has hundreds of decoders more for a hostile file to aim at.
_CODECS = "h264,hevc,vp8,vp9,libdav1d,libaom-av1,mpeg4,mjpeg,prores"
_MAX_PIXELS = 40_000_000
_MEMORY_BYTES = 2 << 30  # address space: threads and the decoder's reference frames
_CPU_SECONDS = 120
_BORDER = "#727272"  # 114, as around pictures

# One line of the showinfo filter: [Parsed_showinfo_1 @ 0x7f] n: 1 pts: 15360 pts_time:1 … s:640x360 …
_SHOW = "showinfo=checksum=0:udu_sei_as_ascii=0"
_SHOWN = re.compile(rb"^\[Parsed_showinfo\S* @ \S+\] n: .* pts_time:(\S+) .* s:(\d+)x(\d+) ")
_TAIL_LINES = 20
_CHUNK = 1 << 16
_MAX_FRAME_BYTES = stills.LONGEST**2 * 3  # of a frame of the size that it tells itself


class Shown(NamedTuple):
    """A frame's time from the start of the clip, and its upright size in square pixels."""

    seconds: float
    width: int
    height: int


def reading(path: Path, demuxer: str, seconds: float) -> list[str]:
    """Arguments that read the first seconds of one local file and can reach nothing else."""
    return [
        *("-hide_banner", "-nostdin", "-nostats", "-loglevel", "info"),
        *("-protocol_whitelist", "file,pipe", "-f", demuxer),
        *("-codec_whitelist", _CODECS, "-max_pixels", str(_MAX_PIXELS), "-threads", "2"),
        *("-t", str(seconds), "-i", f"file:{path}"),
    ]


def letterboxing(frames_per_second: float, width: int, height: int, most: int) -> list[str]:
    """Arguments that write at most `most` letterboxed RGB frames of `width` by `height` to the pipe."""
    scale = f"min({width}/iw,{height}/ih)"
    filters = [
        *_upright(frames_per_second),
        _SHOW,
        f"scale=w='clip(round(iw*{scale}),1,{width})':h='clip(round(ih*{scale}),1,{height})'",
        f"pad={width}:{height}:x='trunc((ow-iw)/2)':y='trunc((oh-ih)/2)':color={_BORDER}",
    ]
    return _writing(filters, most)


def keeping(frames_per_second: float, longest: int, most: int) -> list[str]:
    """Arguments that write at most `most` whole RGB frames, their longer side `longest` at most.

    Each has the size that is told with it: a clip may change its size on the way.
    """
    scale = f"min(1,{longest}/max(iw,ih))"
    shrink = f"scale=w='clip(round(iw*{scale}),1,{longest})':h='clip(round(ih*{scale}),1,{longest})'"
    return _writing([*_upright(frames_per_second), shrink, _SHOW], most)


def _upright(frames_per_second: float) -> list[str]:
    """Filters that pick frames and make their pixels square; ffmpeg has turned them before."""
    step = 1 / frames_per_second - 0.001  # a hair less, for rounded timestamps
    return [
        f"select='isnan(prev_selected_t)+gte(t-prev_selected_t,{step:.6f})'",
        "scale=w='max(1,round(iw*sar))':h=ih",
        "setsar=1",
    ]


def _writing(filters: Sequence[str], most: int) -> list[str]:
    return [
        *("-map", "0:V:0", "-an", "-sn", "-dn", "-vf", ",".join(filters)),
        *("-fps_mode", "passthrough", "-noautoscale", "-frames:v", str(most)),
        *("-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1"),
    ]


class Process:
    """A running ffmpeg that writes raw RGB frames: of `frame_bytes` each, or of the size told with each."""

    def __init__(self, process: asyncio.subprocess.Process, frame_bytes: int | None) -> None:
        if process.stdout is None or process.stderr is None:
            raise ValueError("ffmpeg needs pipes for what it writes")
        self._frames = process.stdout
        self._words = process.stderr
        self._frame_bytes = frame_bytes
        self._shown: asyncio.Queue[Shown | None] = asyncio.Queue(maxsize=64)
        self._tail: deque[bytes] = deque(maxlen=_TAIL_LINES)

    async def next_frame(self) -> tuple[bytes, Shown] | None:
        """The next frame and what it is; None at the end."""
        shown = await self._shown.get()
        if shown is None:
            return None
        size = self._frame_bytes or shown.width * shown.height * 3
        if size > max(self._frame_bytes or 0, _MAX_FRAME_BYTES):
            return None
        try:
            return await self._frames.readexactly(size), shown
        except asyncio.IncompleteReadError:
            return None

    async def listen(self) -> None:
        """Read what ffmpeg says until it ends. Long lines are cut: a file's metadata may be endless."""
        rest = b""
        while chunk := await self._words.read(_CHUNK):
            *lines, rest = (rest + chunk).split(b"\n")
            rest = rest[:_CHUNK]
            for line in lines:
                await self._hear(line)
        await self._shown.put(None)

    def last_words(self) -> list[str]:
        """The end of what ffmpeg said, for the log."""
        return [line[:200].decode(errors="replace") for line in self._tail]

    async def _hear(self, line: bytes) -> None:
        match = _SHOWN.match(line)
        if match is None:
            self._tail.append(line[:200])
            return
        time, width, height = match.groups()
        await self._shown.put(Shown(_seconds(time), max(1, int(width)), max(1, int(height))))


@contextlib.asynccontextmanager
async def running(command: Sequence[str], frame_bytes: int | None = None) -> AsyncIterator[Process]:
    """Run ffmpeg under limits of memory and processor time; it is dead when the context is left.

    Its frames have `frame_bytes` each, or the size that is told with each.
    """
    child = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=max(frame_bytes or 0, _CHUNK),
        env={},
    )
    process = Process(child, frame_bytes)
    listener = asyncio.create_task(process.listen(), name="ffmpeg-words")
    try:
        _limit(child.pid)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        listener.cancel()
        await asyncio.shield(_bury(child, listener))


async def _bury(child: asyncio.subprocess.Process, listener: asyncio.Task[None]) -> None:
    await asyncio.gather(listener, return_exceptions=True)
    await child.communicate()  # reads the pipes to their ends: they would stay open otherwise


def _limit(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        for kind, wish in ((resource.RLIMIT_AS, _MEMORY_BYTES), (resource.RLIMIT_CPU, _CPU_SECONDS)):
            _, hard = resource.prlimit(pid, kind)
            limit = wish if hard == resource.RLIM_INFINITY else min(wish, hard)
            resource.prlimit(pid, kind, (limit, limit))


def _seconds(text: bytes) -> float:
    try:
        return max(0.0, float(text))
    except ValueError:  # NOPTS
        return 0.0
