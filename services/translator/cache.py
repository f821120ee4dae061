"""Translations that are kept in Redis for a while. Never an obstacle: without Redis, nothing is kept.

The mesh's Redis holds the jobs, too, and evicts nothing, so that the cache bounds itself: a key has one of a fixed
number of slots, and a newer value takes the place of an older one there.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from redis.asyncio import Redis
from redis.exceptions import RedisError

from meshkit.log import get_logger
from services.translator import metrics

_log = get_logger(__name__)

_PREFIX: Final = "sutradhar:translation:1:"
_KEY_BYTES: Final = 16


class Cache(Protocol):
    """Values by key, for a while. A key is a hash in hexadecimal, of 32 digits or more. No method raises."""

    @property
    def is_open(self) -> bool:
        """Whether anything would be looked up or kept now."""

    async def get(self, keys: Sequence[str]) -> list[bytes | None]:
        """The values of keys, in order; None for what is not there."""

    async def put(self, values: Mapping[str, bytes]) -> None:
        """Keep values."""


class NoCache:
    """Keeps nothing."""

    is_open = False

    async def get(self, keys: Sequence[str]) -> list[bytes | None]:
        """See Cache."""
        return [None] * len(keys)

    async def put(self, values: Mapping[str, bytes]) -> None:
        """See Cache."""


@dataclass(frozen=True, slots=True)
class CacheLimits:
    """How long a value is kept, how large one may be and how many there are; how long Redis may take for an answer, and
    how long it is left alone after it has not given one.
    """

    ttl_seconds: int = 86_400
    value_bytes: int = 8_192
    slots: int = 16_384
    answer_seconds: float = 0.1
    pause_seconds: float = 2.0


class RedisCache:
    """Values in Redis, through a client that gives bytes; the caller closes it."""

    def __init__(self, redis: Redis, limits: CacheLimits) -> None:
        self._redis = redis
        self._limits = limits
        self._resume_at = 0.0

    @property
    def is_open(self) -> bool:
        """See Cache; not while Redis is left alone."""
        return time.monotonic() >= self._resume_at

    async def get(self, keys: Sequence[str]) -> list[bytes | None]:
        """See Cache."""
        nothing: list[bytes | None] = [None] * len(keys)
        if not keys or not self.is_open:
            return nothing
        try:
            async with asyncio.timeout(self._limits.answer_seconds):
                found = await self._redis.mget([self._slot(key) for key in keys])
        except (RedisError, OSError, TimeoutError) as error:
            self._pause(error)
            return nothing
        return [_value_of(key, held) for key, held in zip(keys, found, strict=True)]

    async def put(self, values: Mapping[str, bytes]) -> None:
        """See Cache; a value that is too large is left out."""
        small = {key: value for key, value in values.items() if len(value) <= self._limits.value_bytes}
        if not small or not self.is_open:
            return
        try:
            async with asyncio.timeout(self._limits.answer_seconds):
                async with self._redis.pipeline(transaction=False) as pipe:
                    for key, value in small.items():
                        pipe.set(self._slot(key), _id(key) + value, ex=self._limits.ttl_seconds)
                    await pipe.execute()
        except (RedisError, OSError, TimeoutError) as error:
            self._pause(error)

    def _slot(self, key: str) -> str:
        return f"{_PREFIX}{int.from_bytes(_id(key)) % self._limits.slots}"

    def _pause(self, error: Exception) -> None:
        """Leave Redis alone for a while: otherwise every request would wait for it in vain."""
        self._resume_at = time.monotonic() + self._limits.pause_seconds
        metrics.count_cache_error()
        _log.warning("the cache does not answer; nothing is kept for now", error=repr(error))


def _id(key: str) -> bytes:
    return bytes.fromhex(key)[:_KEY_BYTES]


def _value_of(key: str, held: bytes | str | None) -> bytes | None:
    """A slot's value, if it is this key's."""
    return held[_KEY_BYTES:] if isinstance(held, bytes) and held[:_KEY_BYTES] == _id(key) else None
