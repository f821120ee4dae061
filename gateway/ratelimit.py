"""Token buckets per client address.

A bucket holds up to `burst` tokens and gains `rate` a second; a request takes one. The buckets of the addresses
seen last are kept, in bounded number, so that an attack with many addresses costs a known amount of memory.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Address, IPv6Network

from aiohttp import web

from meshkit.addresses import parse_address
from meshkit.errors import Overloaded

Networks = tuple[IPv4Network | IPv6Network, ...]


class TokenBuckets:
    """One bucket per key; `rate` in tokens a second, 0 for no limit."""

    def __init__(
        self, rate: float, burst: float, keys: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = rate
        self._burst = max(burst, 1.0)
        self._keys = keys
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def wait(self, key: str) -> float:
        """Takes one token and returns 0, or takes none and returns the seconds until there is one."""
        if self._rate <= 0:
            return 0.0
        now = self._clock()
        tokens, seen = self._buckets.pop(key, (self._burst, now))
        tokens = min(self._burst, tokens + (now - seen) * self._rate)
        allowed = tokens >= 1
        self._buckets[key] = (tokens - 1 if allowed else tokens, now)
        if len(self._buckets) > self._keys:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) / self._rate


class RateLimits:
    """The edge limit (every caller, per second) and the limit for callers without a key (per minute)."""

    def __init__(
        self,
        per_second: float,
        anonymous_per_minute: float,
        clients: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_second = per_second
        self._per_minute = anonymous_per_minute
        self._edge = TokenBuckets(per_second, per_second, clients, clock)
        self._anonymous = TokenBuckets(anonymous_per_minute / 60, anonymous_per_minute, clients, clock)

    def edge(self, client: str) -> None:
        """Counts a request. Raises Overloaded (RATE_LIMITED)."""
        _refuse(self._edge.wait(client), f"{self._per_second:g} a second")

    def anonymous(self, client: str) -> None:
        """Counts a request without a key. Raises Overloaded (RATE_LIMITED)."""
        _refuse(self._anonymous.wait(client), f"{self._per_minute:g} a minute without a key")


def _refuse(seconds: float, limit: str) -> None:
    if seconds > 0:
        words = f"Too many requests from this address: at most {limit}."
        raise Overloaded(words, retry_after=seconds, reason="RATE_LIMITED")


def client_address(request: web.Request, trusted: Networks) -> str:
    """The key of a request's client: its IPv4 address or its IPv6 /64 network.

    X-Forwarded-For is read from the right, and only as far as trusted proxies wrote it.
    """
    client = request.remote or "unknown"
    hops = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")
    for hop in reversed(hops):
        if not _within(client, trusted) or parse_address(hop.strip()) is None:
            break
        client = hop.strip()
    address = parse_address(client)
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        # RFC 4291, 2.5.5.2: else all of IPv4 would share the one /64 of these.
        return str(address.ipv4_mapped)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address), 64), strict=False))
    return client


def _within(client: str, networks: Networks) -> bool:
    address = parse_address(client)
    return address is not None and any(address in network for network in networks)
