"""How many requests a caller may make."""

import pytest

from gateway.ratelimit import TokenBuckets
from tests.gateway.conftest import ADMIN_KEY, API_KEY, Start, statuses


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_fills_again() -> None:
    """The burst is allowed at once, then one token at a time."""
    clock = Clock()
    buckets = TokenBuckets(rate=2, burst=3, keys=10, clock=clock)

    at_once = [buckets.wait("a") for _ in range(4)]
    clock.now += 0.5
    later = [buckets.wait("a"), buckets.wait("a")]

    assert [0, 0, 0, 0.5] == at_once
    assert [0, 0.5] == later


def test_addresses_do_not_share() -> None:
    """One caller's bucket is not another's, and the number of buckets is bounded."""
    buckets = TokenBuckets(rate=1, burst=1, keys=3, clock=Clock())

    waits = [buckets.wait(f"client-{number}") for number in range(10)]

    assert ([0] * 10, 3) == (waits, len(buckets))


def test_zero_is_no_limit() -> None:
    """A rate of zero switches the limit off."""
    assert [0.0] * 100 == [TokenBuckets(0, 0, 1).wait("a") for _ in range(100)]


async def test_the_limit_a_second(start: Start) -> None:
    """Beyond the limit callers get 429, when to try again, and a problem document."""
    async with start(requests_per_second=3) as world:
        first = await statuses(world, 3)
        async with world.http.get("/v1/filters") as answer:
            problem = await answer.json()

    assert ([200] * 3, 429, "RATE_LIMITED") == (first, answer.status, problem["reason"])
    assert "Too many requests from this address: at most 3 a second." == problem["detail"]
    assert 1 <= int(answer.headers["Retry-After"]) <= 2


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, [200, 200, 429]),
        ({"X-API-Key": API_KEY}, [200] * 3),
        ({"Authorization": f"Bearer {ADMIN_KEY}"}, [200] * 3),
    ],
)
async def test_the_limit_a_minute(start: Start, headers: dict[str, str], expected: list[int]) -> None:
    """Callers without a key have a limit by the minute."""
    async with start(anonymous_per_minute=2) as world:
        assert expected == await statuses(world, 3, headers=headers)


async def test_the_dialects_answer_to_too_many(start: Start) -> None:
    """The dialect's clients get their detail."""
    async with start(anonymous_per_minute=1) as world:
        await statuses(world, 1)
        async with world.http.get("/api/banuba-filters") as answer:
            found = await answer.json()

    expected = "Too many requests from this address: at most 1 a minute without a key."
    assert (429, expected) == (answer.status, found["detail"])


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs/docs.js"])
async def test_what_has_no_limit(start: Start, path: str) -> None:
    """Machines that watch are not counted."""
    async with start(requests_per_second=1, anonymous_per_minute=1) as world:
        assert [200] * 5 == await statuses(world, 5, path)


FORWARDED = [
    ((), ["1.1.1.1", "2.2.2.2"], [200, 429]),  # nobody is trusted: one address
    (("127.0.0.1",), ["1.1.1.1", "2.2.2.2"], [200, 200]),
    (
        ("127.0.0.1",),
        ["1.1.1.1", "9.9.9.9, 1.1.1.1"],
        [200, 429],
    ),  # what the client itself wrote does not count
    (("127.0.0.0/8", "10.0.0.0/8"), ["1.1.1.1, 10.0.0.1", "1.1.1.1, 10.0.0.2"], [200, 429]),
    (("127.0.0.1",), ["2606:4700::1", "2606:4700::2"], [200, 429]),  # one /64
    (("127.0.0.1",), ["::ffff:1.1.1.1", "::ffff:2.2.2.2"], [200, 200]),  # IPv4 in IPv6's clothes
    (("127.0.0.1",), ["::ffff:1.1.1.1", "1.1.1.1"], [200, 429]),
    (("127.0.0.1",), ["nonsense", "other nonsense"], [200, 429]),
]


@pytest.mark.parametrize(("proxies", "chains", "expected"), FORWARDED)
async def test_forwarded_addresses(
    start: Start, proxies: tuple[str, ...], chains: list[str], expected: list[int]
) -> None:
    """X-Forwarded-For is believed only as far as trusted proxies wrote it."""
    async with start(anonymous_per_minute=1, trusted_proxies=proxies) as world:
        found = [await statuses(world, 1, headers={"X-Forwarded-For": chain}) for chain in chains]

    assert expected == [status for one in found for status in one]
