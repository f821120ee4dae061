"""The pool of espeak-ng processes: what happens when one dies, hangs or is left."""

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from services.speech.engine import espeak_command
from services.speech.workers import Question, TooLong, VoiceMissing, WorkerDied, WorkerPool


def question(text: str = "hello", voice: str = "en", max_audio_seconds: float = 60) -> Question:
    """A question with ordinary values."""
    return Question(voice, text, 175, 50, max_audio_seconds, 20)


async def ask(pool: WorkerPool, asked: Question) -> bytes:
    """The PCM of one answer."""
    async with pool.borrow() as worker:
        return (await worker.ask(asked)).pcm


async def gone(pid: int) -> None:
    """Wait until a process has ended."""
    with suppress(psutil.NoSuchProcess):
        await asyncio.to_thread(psutil.Process(pid).wait, 5)


async def test_a_worker_speaks_and_marks_words(pool: WorkerPool) -> None:
    """Marks count characters from 0 and milliseconds from the start."""
    async with pool.borrow() as worker:
        answer = await worker.ask(question("hello नमस्ते world"))

    assert [0, 6, 13] == [character for character, _ in answer.marks]
    assert 22050 == answer.sample_rate
    assert len(answer.pcm) > 22050


async def test_a_worker_stays_for_the_next_question(pool: WorkerPool) -> None:
    """No process is started for each text; refusals cost none either."""
    await ask(pool, question())
    pids = pool.pids
    with pytest.raises(VoiceMissing):
        await ask(pool, question(voice="nosuch"))
    with pytest.raises(TooLong):
        await ask(pool, question("hello " * 20, max_audio_seconds=1))
    await ask(pool, question())

    assert pids == pool.pids


async def test_a_killed_worker_is_replaced(pool: WorkerPool) -> None:
    """Killed between two questions or during one, the next gets an answer."""
    before = await ask(pool, question())
    os.kill(pool.pids[0], signal.SIGKILL)
    with pytest.raises(WorkerDied):
        await ask(pool, question())

    assert before == await ask(pool, question())


async def test_who_is_cancelled_takes_the_worker_along(pool: WorkerPool) -> None:
    """A hung worker does not keep its place: its process is killed and the next borrower gets another."""
    await ask(pool, question())
    pid = pool.pids[0]
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await ask(pool, question())
    await gone(pid)

    assert await ask(pool, question())
    assert pid not in pool.pids


async def test_no_more_than_size_processes(pool: WorkerPool) -> None:
    """Twenty texts at once are spoken by two processes."""
    answers = await asyncio.gather(*(ask(pool, question(f"number {i}")) for i in range(20)))

    assert all(answers)
    assert 2 == len(pool.pids)


async def test_nothing_is_left_after_close() -> None:
    """Idle and hung processes alike are gone when close returns."""
    pool = WorkerPool(espeak_command(), 2)
    await asyncio.gather(ask(pool, question()), ask(pool, question()))
    pids = pool.pids
    os.kill(pids[0], signal.SIGSTOP)
    await pool.close()

    assert not any(psutil.pid_exists(pid) for pid in pids)


async def test_a_worker_ends_with_its_input(pool: WorkerPool) -> None:
    """A worker whose service was killed sees the end of its input and goes."""
    process = await asyncio.create_subprocess_exec(
        *espeak_command(), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    await process.communicate(b"")

    assert 0 == process.returncode


async def test_a_long_path_to_the_data(tmp_path: Path) -> None:
    """espeak-ng by itself would cut a path longer than 160 characters."""
    *command, data = espeak_command()
    deep = tmp_path / ("d" * 100) / ("e" * 100)
    deep.mkdir(parents=True)
    (deep / "espeak-ng-data").symlink_to(data)
    pool = WorkerPool([*command, str(deep / "espeak-ng-data")], 1)

    assert await ask(pool, question())
    await pool.close()


async def test_a_worker_is_small(pool: WorkerPool) -> None:
    """It holds the standard library and espeak-ng, not gRPC."""
    await ask(pool, question())

    assert psutil.Process(pool.pids[0]).memory_info().rss < 40e6
