"""The studio: from a request to a finished MP4."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from meshkit.errors import InvalidInput
from services.video.studio import ffmpeg
from services.video.studio.encode import FONTS, SUBTITLES, VIDEO, Progress, arguments, encode, report
from services.video.studio.filters import require_filter
from services.video.studio.fonts import FontBook
from services.video.studio.head import find_head
from services.video.studio.loudness import Sound, normalise, read_duration
from services.video.studio.motion import Camera, aim
from services.video.studio.overlays import Overlay, build_overlay
from services.video.studio.photo import Photo, open_photo, read_header
from services.video.studio.planes import Frame, Picture
from services.video.studio.spec import FRAMES_PER_SECOND, RenderRequest, RenderResult
from services.video.studio.stage import set_stage
from services.video.studio.subtitles import write_subtitles
from services.video.studio.webp import REDUCED, SOURCE, is_large_webp, reduce_webp

S = TypeVar("S")
T = TypeVar("T")

LONGEST_SILENCE = 5.0
# The share of the work that is done when the first frame is.
PREPARED = 0.05


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a frame needs."""

    picture: Picture
    camera: Camera
    overlay: Overlay

    def draw(self, number: int) -> Frame:
        """The frame of that number; safe to call from several threads."""
        seconds = number / FRAMES_PER_SECOND
        view = self.camera.view(seconds)
        frame = self.picture.look(view)
        self.overlay.draw(frame, seconds, view)
        return frame


class Studio:
    """Renders videos with its own threads; one instance serves a process, close() ends it.

    Args:
        fonts_dir: where the Noto fonts are.
        work_dir: where each render makes its own folder, removed at its end.
        threads: for drawing and for encoding, each.
        base_seconds, seconds_per_second: the time limit, of which the second counts per second of video.
    """

    def __init__(
        self, fonts_dir: Path, work_dir: Path, threads: int = 2, *,
        base_seconds: float = 60.0, seconds_per_second: float = 10.0,
    ) -> None:  # fmt: skip
        self._fonts = FontBook(fonts_dir.resolve())
        self._work_dir = work_dir
        self._threads = max(1, threads)
        self._base_seconds, self._seconds_per_second = base_seconds, seconds_per_second
        self._pool = ThreadPoolExecutor(self._threads + 1, thread_name_prefix="studio")

    async def render(self, request: RenderRequest, output: Path, on_progress: Progress) -> RenderResult:
        """Make the video and put it at `output`, whole or not at all.

        `on_progress` gets shares from 0 to 1. Raises InvalidInput or PayloadTooLarge for a bad photo, sound
        or filter, BackendUnavailable without fonts, DeadlineExceeded, and Internal when encoding fails. When
        cancelled, no process and no file is left.
        """
        narration = await self._call(lambda: self._check(request))
        limit = self._base_seconds + self._seconds_per_second * narration
        folder = self._make_folder()  # on the loop: one quick call, which cannot be cancelled half-way
        try:
            async with ffmpeg.within(limit):
                return await self._render(request, narration, folder, output, on_progress)
        finally:
            await asyncio.shield(self._call(lambda: shutil.rmtree(folder, ignore_errors=True)))

    async def close(self) -> None:
        """End the threads."""
        await asyncio.to_thread(self._pool.shutdown)

    def _check(self, request: RenderRequest) -> float:
        require_filter(request.filter_id)
        for name, value in (("lead_in", request.lead_in), ("tail", request.tail)):
            if not 0 <= value <= LONGEST_SILENCE:
                raise InvalidInput(f"{name}: must be 0 to {LONGEST_SILENCE:.0f} seconds.", field=name)
        return read_duration(request.audio_wav)

    async def _render(
        self, request: RenderRequest, narration: float, folder: Path, output: Path, on_progress: Progress
    ) -> RenderResult:
        size = request.aspect.size
        frames = max(1, round((request.lead_in + narration + request.tail) * FRAMES_PER_SECOND))
        duration = frames / FRAMES_PER_SECOND
        await self._call(lambda: self._write_inputs(request, narration, folder))
        scene, sound = await both(
            self._build(request, duration, folder),
            normalise(Sound(folder / "narration.wav", narration, request.lead_in, duration)),
        )
        await report(on_progress, PREPARED)
        args = arguments(sound, size, frames, self._threads)
        await encode(args, folder, scene.draw, frames, self._pool, self._threads + 1, _rest(on_progress))
        written = await self._call(lambda: _publish(folder / VIDEO, output))
        return RenderResult(output, duration, size[0], size[1], written)

    def _make_folder(self) -> Path:
        self._work_dir.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix="studio-", dir=self._work_dir))

    def _write_inputs(self, request: RenderRequest, narration: float, folder: Path) -> None:
        """Sound, subtitles and links to the fonts they name, under names that need no quoting."""
        (folder / "narration.wav").write_bytes(request.audio_wav)
        fonts = self._fonts.for_language(request.language)
        script, used = write_subtitles(
            request.cues, fonts, request.aspect, narration + request.tail, request.lead_in
        )
        (folder / SUBTITLES).write_text(script, encoding="utf-8")
        (folder / FONTS).mkdir()
        for font in used:
            (folder / FONTS / font.path.name).symlink_to(font.path)

    async def _build(self, request: RenderRequest, duration: float, folder: Path) -> Scene:
        header = await self._call(lambda: read_header(request.photo))
        if not is_large_webp(header):
            return await self._call(lambda: _build(request, open_photo(request.photo, header), duration))
        await self._call(lambda: (folder / SOURCE).write_bytes(request.photo))
        await reduce_webp(folder, header)
        return await self._call(
            lambda: _build(request, open_photo((folder / REDUCED).read_bytes(), header), duration)
        )

    async def _call(self, work: Callable[[], T]) -> T:
        """Run on a thread. When cancelled, wait for the thread first: it may be writing to the folder."""
        future = asyncio.get_running_loop().run_in_executor(self._pool, work)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await asyncio.wait([future])
            raise


async def both(first: Coroutine[None, None, T], second: Coroutine[None, None, S]) -> tuple[T, S]:
    """Run two at a time; when one fails the other is cancelled, and the first error is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = group.create_task(first), group.create_task(second)
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return tasks[0].result(), tasks[1].result()


def _build(request: RenderRequest, photo: Photo, duration: float) -> Scene:
    size = request.aspect.size
    stage = set_stage(photo, request.boxes, size)
    head = find_head(stage)
    overlay = build_overlay(request.filter_id, size)
    overlay.dress(stage, head)
    return Scene(Picture(stage.image, size), aim(stage, head, duration), overlay)


def _rest(on_progress: Progress) -> Progress:
    """Shares of the drawing as shares of the whole work."""
    return lambda share: on_progress(PREPARED + (1 - PREPARED) * share)


def _publish(made: Path, output: Path) -> int:
    """Move the file to its place in one step, also from another file system."""
    output.parent.mkdir(parents=True, exist_ok=True)
    beside = output.with_name(f".{output.name}.part")
    try:
        shutil.move(made, beside)
        beside.replace(output)
    finally:
        beside.unlink(missing_ok=True)
    return output.stat().st_size
