"""What is kept in Redis, and that its absence is no obstacle."""

import time
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from meshkit.redis_client import connect_redis
from services.translator.cache import CacheLimits, NoCache, RedisCache
from tests.fixtures.valkey import ValkeyProcess

PATIENT = CacheLimits(answer_seconds=5.0)
A, B, C = (f"{number:064x}" for number in (1 << 128, 2 << 128, 3 << 128))


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A client as the service makes it, of an empty database."""
    client = connect_redis(redis_url, text=False)
    yield client
    await client.aclose()


async def test_what_is_put_is_found(redis: Redis) -> None:
    """In the order of the keys, for a while."""
    cache = RedisCache(redis, CacheLimits(ttl_seconds=60, answer_seconds=5.0))

    await cache.put({A: b"1", B: b"\xff"})
    found = await cache.get([B, C, A])
    names = await redis.keys("*")
    lives = [await redis.ttl(name) for name in names]

    assert [b"\xff", None, b"1"] == found
    assert all(0 < life <= 60 for life in lives)
    assert all(str(name).startswith("b'sutradhar:translation:") for name in names)


async def test_a_large_value_is_not_kept(redis: Redis) -> None:
    """Its neighbours are."""
    cache = RedisCache(redis, CacheLimits(value_bytes=3, answer_seconds=5.0))

    await cache.put({A: b"1234", B: b"123"})

    assert [None, b"123"] == await cache.get([A, B])


async def test_a_value_of_another_type_is_none(redis: Redis) -> None:
    """Somebody's list under our name is no answer."""
    cache = RedisCache(redis, PATIENT)
    await cache.put({A: b"1"})
    (name,) = await redis.keys("*")
    await redis.delete(name)
    await redis.rpush(name, "x")

    assert [None] == await cache.get([A])


async def test_the_cache_does_not_grow_without_end(redis: Redis) -> None:
    """A newer value takes the place of an older one, and is never taken for it."""
    cache = RedisCache(redis, CacheLimits(slots=2, answer_seconds=5.0))
    keys = [f"{number:064x}" for number in range(1 << 128, 50 << 128, 1 << 128)]

    for key in keys:
        await cache.put({key: key.encode()})
    found = await cache.get(keys)

    assert await redis.dbsize() <= 2
    assert all(value in (None, key.encode()) for key, value in zip(keys, found, strict=True))
    assert keys[-1].encode() == found[-1]


async def test_an_absent_redis_is_no_obstacle() -> None:
    """Nothing is found, nothing is raised, and it costs little; it is left alone for a while."""
    redis = connect_redis("redis://127.0.0.1:1/0", text=False)
    cache = RedisCache(redis, CacheLimits(answer_seconds=0.05, pause_seconds=60))

    first = await cache.get([A])
    started = time.perf_counter()
    for _ in range(100):
        await cache.put({A: b"1"})
        await cache.get([A])
    seconds = time.perf_counter() - started
    await redis.aclose()

    assert [None] == first
    assert seconds < 1.0


async def test_a_redis_that_comes_back_is_used_again(tmp_path_factory: pytest.TempPathFactory) -> None:
    """After the pause, without a restart."""
    server = ValkeyProcess(tmp_path_factory.mktemp("cache"))
    server.start()
    redis = connect_redis(server.url(), text=False)
    cache = RedisCache(redis, CacheLimits(answer_seconds=5.0, pause_seconds=0.0))
    try:
        server.stop()
        away = await cache.get([A])
        server.start()
        await cache.put({A: b"1"})
        back = await cache.get([A])
    finally:
        await redis.aclose()
        server.stop()

    assert ([None], [b"1"]) == (away, back)


async def test_no_cache_keeps_nothing() -> None:
    """It takes everything."""
    cache = NoCache()
    await cache.put({A: b"1"})

    assert [None, None] == await cache.get([A, B])
