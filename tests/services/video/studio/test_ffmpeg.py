"""ffmpeg as a child process: its log, its limits, its end."""

import asyncio
from pathlib import Path

import psutil
import pytest

from meshkit.errors import DeadlineExceeded, Internal
from services.video.studio import ffmpeg

ENDLESS = ["-re", "-f", "lavfi", "-i", "sine", "-f", "null", "-"]


async def test_log_is_bounded(tmp_path: Path) -> None:
    """However much ffmpeg says, only the last part is kept."""
    args = ["-v", "trace", "-f", "lavfi", "-i", "sine=duration=3", "-f", "null", "-"]

    log = await ffmpeg.run(args, tmp_path, timeout=30)

    assert 1000 < len(log) <= ffmpeg.LOG_TAIL_BYTES


async def test_failure_says_nothing_of_the_log(tmp_path: Path) -> None:
    """A failing ffmpeg is an internal error; its words stay in our log."""
    with pytest.raises(Internal) as caught:
        await ffmpeg.run(["-i", "missing.wav", "-f", "null", "-"], tmp_path, timeout=30)

    assert "missing" not in caught.value.message


async def test_time_limit_kills(tmp_path: Path) -> None:
    """An endless run ends at its limit and leaves no child."""
    with pytest.raises(DeadlineExceeded):
        await ffmpeg.run(ENDLESS, tmp_path, timeout=0.2)

    assert [] == [child for child in psutil.Process().children() if "ffmpeg" in child.name()]


async def test_a_timeout_of_another_is_not_ours() -> None:
    """What runs out within the block, such as a listener's call, is not taken for the video's limit."""
    with pytest.raises(TimeoutError, match="the listener's"):
        async with ffmpeg.within(30):
            raise TimeoutError("the listener's")


async def test_leaving_the_block_reaps(tmp_path: Path) -> None:
    """Whatever ends the block ends ffmpeg, and writing to it afterwards is a broken pipe."""
    async with ffmpeg.running(ENDLESS, tmp_path) as process:
        children = [child for child in psutil.Process().children() if "ffmpeg" in child.name()]

    assert children
    assert [] == [child for child in children if child.is_running()]
    with pytest.raises(BrokenPipeError):
        process.pipe.write(memoryview(b"late"))


async def test_a_blocked_writer_is_let_go(tmp_path: Path) -> None:
    """A thread that writes to an ffmpeg that never reads ends when ffmpeg is killed."""
    async with ffmpeg.running(ENDLESS, tmp_path) as process:
        writer = asyncio.create_task(asyncio.to_thread(process.pipe.write, memoryview(bytes(8 << 20))))
        await asyncio.sleep(0)

    with pytest.raises(BrokenPipeError):
        await writer
