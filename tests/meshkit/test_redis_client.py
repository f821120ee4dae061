"""Clients of Redis: what redis-py loses or refuses by itself."""

import asyncio
import random

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from meshkit.redis_client import connect_redis
from tests.fixtures.cancelling import lost_cancellations


async def test_a_cancellation_is_never_lost(redis_url: str) -> None:
    """Wherever in a command it comes, the task ends; a lost one would go on for ever."""
    redis = connect_redis(redis_url)
    await redis.set("a", "b")
    lost = await lost_cancellations(lambda: _set_and_get(redis, "a"))
    await redis.aclose()

    assert 0 == lost


async def test_more_commands_than_connections_wait_their_turn(redis_url: str) -> None:
    """None of them is told that Redis is away."""
    redis = connect_redis(redis_url, max_connections=2)

    answers = await asyncio.gather(*(_set_and_get(redis, f"key{number}") for number in range(50)))
    await redis.aclose()

    assert ["x"] * 50 == answers


async def test_those_who_leave_strand_nobody(redis_url: str) -> None:
    """Half of those who wait are cancelled at one moment or another; the others have their answers."""
    redis = connect_redis(redis_url, max_connections=2)
    dice = random.Random(1)
    async with asyncio.timeout(30):
        for _ in range(200):
            tasks = [asyncio.create_task(_set_and_get(redis, "a")) for _ in range(40)]
            for _ in range(dice.randrange(100)):
                await asyncio.sleep(0)
            leaving = dice.sample(tasks, 20)
            for task in leaving:
                task.cancel()
            answers = await asyncio.gather(*(task for task in tasks if task not in leaving))

            assert ["x"] * 20 == answers
    await redis.aclose()


async def test_a_connection_that_cannot_be_made_frees_its_place() -> None:
    """A Redis that is away is said so to everyone, however many come after."""
    redis = connect_redis("redis://127.0.0.1:1/0", max_connections=2)

    answers = await asyncio.gather(*(redis.get("a") for _ in range(8)), return_exceptions=True)
    await redis.aclose()

    assert {RedisConnectionError} == {type(answer) for answer in answers}


async def test_answers_are_bytes_where_they_are_wanted(redis_url: str) -> None:
    """Text is the default."""
    text, plain = connect_redis(redis_url), connect_redis(redis_url, text=False)

    answers = await _set_and_get(text, "a"), await _set_and_get(plain, "a")
    await text.aclose()
    await plain.aclose()

    assert ("x", b"x") == answers


async def _set_and_get(redis: Redis, key: str) -> object:
    await redis.set(key, "x")
    return await redis.get(key)
