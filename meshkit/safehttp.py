"""The HTTP client for addresses that strangers chose.

A caller's URL must not become a way into the mesh's own network: only http(s)
is spoken, a name is resolved once and the connection goes to the very addresses
that were checked, redirects are followed by hand and checked again, and bytes,
hops and seconds are all bounded. No proxy or credential comes from the
environment, no cookie is kept, and nothing is decompressed.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from meshkit.addresses import Address, is_public, looks_numeric, parse_address
from meshkit.errors import InvalidInput, PayloadTooLarge
from meshkit.log import get_logger

log = get_logger(__name__)

MAX_URL_LENGTH = 2048
CHUNK = 64 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
USER_AGENT = "sutradhar/0.1"


@dataclass(frozen=True)
class Fetched:
    """What an address gave: the bytes, the declared media type (no parameters) and where they lay in the end."""

    data: bytes
    content_type: str
    final_url: str


@dataclass(frozen=True)
class Posted:
    """What an address said to a post: its status, and its Retry-After as it was sent (empty when it had none)."""

    status: int
    retry_after: str = ""


@dataclass(frozen=True)
class FetchLimits:
    """Bounds of one fetch. Times in seconds; `total_timeout` covers all redirects together."""

    max_bytes: int = 10 * 1024 * 1024
    connect_timeout: float = 5.0
    total_timeout: float = 15.0
    max_redirects: int = 3


class AddressRefused(OSError):
    """A name that resolves to an address which isn't public."""


class GuardedResolver(AbstractResolver):
    """Resolves through another resolver and refuses a name when any of its addresses isn't public.

    aiohttp connects to what this returns without asking again, so the address
    that was checked is the address that is used.
    """

    def __init__(self, inner: AbstractResolver, allowed: Callable[[Address], bool]) -> None:
        self._inner = inner
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Addresses of `host`; raises AddressRefused, or OSError when there is none."""
        found = await self._inner.resolve(host, port, family)
        for result in found:
            address = parse_address(result["host"])
            if address is None or not self._allowed(address):
                raise AddressRefused(f"{host} resolves to {result['host']}")
        return found

    async def close(self) -> None:
        """Closes the inner resolver."""
        await self._inner.close()


class SafeFetcher:
    """Fetches from and posts to outsiders' addresses. Build it inside a running loop; close() it.

    `allowed` says which network addresses may be connected to: public ones, or any with `allow_private`.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        limits: FetchLimits | None = None,
        resolver: AbstractResolver | None = None,
        allowed: Callable[[Address], bool] = is_public,
    ) -> None:
        self._allowed = _any if allow_private else allowed
        self._limits = limits or FetchLimits()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=GuardedResolver(resolver or ThreadedResolver(), self._allowed),
                use_dns_cache=False,
                force_close=True,
                limit=64,
            ),
            timeout=aiohttp.ClientTimeout(total=None, connect=self._limits.connect_timeout),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
        )

    async def close(self) -> None:
        """Closes every connection."""
        await self._session.close()

    def check(self, url: str, *, field: str) -> URL:
        """Parses a URL and refuses what needs no resolving to refuse.

        Raises InvalidInput (URL_NOT_ALLOWED) naming `field`.
        """
        if len(url) > MAX_URL_LENGTH:
            raise _refusal(field, f"the address is longer than {MAX_URL_LENGTH} characters")
        if any(letter.isspace() or not letter.isprintable() for letter in url):
            raise _refusal(field, "it holds white space")
        try:
            parsed = URL(url)
            host, port = parsed.host, parsed.port
        except ValueError:
            raise _refusal(field, "it is not a valid URL") from None
        if parsed.scheme not in ("http", "https") or not host or not port:
            raise _refusal(field, "only http and https addresses are accepted")
        if parsed.user is not None or parsed.password is not None:
            raise _refusal(field, "it must not hold a user name or password")
        self._check_host(host, field)
        return parsed

    def _check_host(self, host: str, field: str) -> None:
        address = parse_address(host)
        if address is None and looks_numeric(host):
            raise _refusal(field, "its host is not a valid address")
        if address is not None and not self._allowed(address):
            raise _refusal(field, "its host is not a public address")

    async def fetch(
        self, url: str, *, field: str, max_bytes: int | None = None, accept: str = "*/*"
    ) -> Fetched:
        """Gets what lies at a URL, following redirects.

        Raises InvalidInput naming `field` (URL_NOT_ALLOWED, URL_UNREACHABLE, URL_BAD_STATUS,
        URL_TOO_MANY_REDIRECTS, URL_ENCODED) and PayloadTooLarge (URL_TOO_LARGE).
        """
        cap = self._limits.max_bytes if max_bytes is None else max_bytes
        target = self.check(url, field=field)
        async with self._guarded(field):
            for _ in range(self._limits.max_redirects + 1):
                options = {"headers": {"Accept": accept}, "allow_redirects": False}
                async with self._session.get(target, **options) as answer:  # type: ignore[arg-type]
                    if answer.status not in REDIRECTS:
                        return Fetched(await _body(answer, cap, field), answer.content_type, str(target))
                    target = self.check(_location(answer, target, field), field=field)
        raise InvalidInput(
            f"{field}: the address redirects more than {self._limits.max_redirects} times.",
            field=field,
            reason="URL_TOO_MANY_REDIRECTS",
        )

    async def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, field: str = "webhook_url"
    ) -> Posted:
        """Posts bytes; a redirect is not followed, the answer's body not read.

        Raises InvalidInput naming `field` (URL_NOT_ALLOWED, URL_UNREACHABLE).
        """
        target = self.check(url, field=field)
        async with (
            self._guarded(field),
            self._session.post(target, data=body, headers=dict(headers), allow_redirects=False) as answer,
        ):
            return Posted(answer.status, answer.headers.get("Retry-After", ""))

    @asynccontextmanager
    async def _guarded(self, field: str) -> AsyncIterator[None]:
        """Bounds the time and turns the network's failures into ours; details go to the log only."""
        try:
            async with asyncio.timeout(self._limits.total_timeout):
                yield
        except aiohttp.InvalidURL:
            raise _refusal(field, "it is not a valid URL") from None
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            log.info("outgoing request failed", field=field, error=repr(error))
            if _refused(error):
                raise _refusal(field, "its host is not a public address") from None
            raise InvalidInput(
                f"{field}: nothing could be fetched from this address.", field=field, reason="URL_UNREACHABLE"
            ) from None


def _any(_: Address) -> bool:
    """Allows every address: for development."""
    return True


def _refused(error: BaseException | None) -> bool:
    """True when a refused address is among an error's causes."""
    while error is not None:
        if isinstance(error, AddressRefused):
            return True
        error = error.__cause__ or error.__context__
    return False


def _refusal(field: str, why: str) -> InvalidInput:
    return InvalidInput(
        f"{field}: this address is not allowed: {why}.", field=field, reason="URL_NOT_ALLOWED"
    )


def _location(answer: aiohttp.ClientResponse, base: URL, field: str) -> str:
    """Where a redirect points, made absolute."""
    location = answer.headers.get("Location", "")
    try:
        return str(base.join(URL(location)))
    except ValueError:
        raise _refusal(field, "it redirects to something that is not a URL") from None


async def _body(answer: aiohttp.ClientResponse, cap: int, field: str) -> bytes:
    """The body of a good answer, never more than `cap` bytes."""
    if answer.status != 200:
        raise InvalidInput(
            f"{field}: the address answered with status {answer.status}.",
            field=field,
            reason="URL_BAD_STATUS",
        )
    # We asked for identity; unpacking here would let a small body become a huge one.
    if answer.headers.get("Content-Encoding", "identity").lower() not in ("", "identity"):
        raise InvalidInput(f"{field}: the address sent a compressed body.", field=field, reason="URL_ENCODED")
    if (answer.content_length or 0) > cap:
        raise _too_large(field, cap)
    data = bytearray()
    async for chunk in answer.content.iter_chunked(CHUNK):
        data += chunk
        if len(data) > cap:
            raise _too_large(field, cap)
    return bytes(data)


def _too_large(field: str, cap: int) -> PayloadTooLarge:
    return PayloadTooLarge(
        f"{field}: what lies at the address is larger than {cap} bytes.", field=field, reason="URL_TOO_LARGE"
    )
