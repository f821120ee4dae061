"""services/video/redis_client.py: failures and cancellations."""

import asyncio
import logging

import pytest

from meshkit.errors import BackendUnavailable
from meshkit.redis_client import connect_redis
from services.video.redis_client import WithoutOutages, asking_redis
from tests.fixtures.cancelling import lost_cancellations


async def test_a_cancellation_is_never_lost(redis_url: str) -> None:
    """Wherever in a command it comes, the task ends; a lost one would go on for ever."""
    redis = connect_redis(redis_url)
    await redis.set("a", "b")

    async def command() -> None:
        async with asking_redis():
            await redis.set("a", "b")
            await redis.get("a")

    lost = await lost_cancellations(command)
    await redis.aclose()

    assert 0 == lost


async def test_more_commands_than_connections_wait_their_turn(redis_url: str) -> None:
    """A change wakes every watcher at once; none of them is told that Redis is away."""
    redis = connect_redis(redis_url, max_connections=2)

    async def command(number: int) -> str:
        async with asking_redis():
            await redis.set(f"key{number}", number)
            return str(await redis.get(f"key{number}"))

    answers = await asyncio.gather(*map(command, range(50)))
    await redis.aclose()

    assert [str(number) for number in range(50)] == answers


async def test_a_cancelled_command_gives_its_connection_back(redis_url: str) -> None:
    """Otherwise a few callers who hang up would leave none for the others."""
    redis = connect_redis(redis_url, max_connections=2)

    async def command() -> None:
        async with asking_redis():
            await redis.set("a", "b")

    for steps in range(60):
        tasks = [asyncio.create_task(command()) for _ in range(6)]
        for _ in range(steps % 20):
            await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.gather(*(command() for _ in range(20)))
    answer = await redis.get("a")
    await redis.aclose()

    assert "b" == answer


async def test_a_redis_that_is_away_is_unavailable() -> None:
    """The caller learns no address."""
    redis = connect_redis("redis://127.0.0.1:1/0")

    with pytest.raises(BackendUnavailable) as failure:
        async with asking_redis():
            await redis.ping()

    assert "127.0.0.1" not in failure.value.message
    assert failure.value.retry_after


@pytest.mark.parametrize(
    ("error", "kept"), [(ConnectionError(), False), (RuntimeError(), True), (None, True)]
)
def test_outages_are_not_logged_twice(error: Exception | None, kept: bool) -> None:
    """Only records of failed connections are dropped."""
    info = (type(error), error, None) if error else None
    record = logging.LogRecord("saq", logging.ERROR, "", 0, "x", None, info)

    assert kept == WithoutOutages().filter(record)
