"""The client for strangers' addresses, against real servers and a resolver of the test's own."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from meshkit.errors import InvalidInput, MeshError, PayloadTooLarge
from meshkit.safehttp import FetchLimits, Posted, SafeFetcher

LIMITS = FetchLimits(max_bytes=1000, connect_timeout=0.5, total_timeout=1.0, max_redirects=3)


class Names(AbstractResolver):
    """Resolves from a table; counts how often it was asked."""

    def __init__(self, table: dict[str, list[str]]) -> None:
        self.table = table
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        self.asked.append(host)
        if host not in self.table:
            raise OSError("no such name")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self.table[host]
        ]

    async def close(self) -> None:
        """Nothing to close."""


@dataclass
class Site:
    """A web site of the test's own."""

    base: str = ""
    seen: list[web.Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serves every path of the tests."""
        self.seen.append(request)
        self.bodies.append(await request.read())
        name = request.path.strip("/")
        if name == "good":
            return web.Response(body=b"x" * 1000, content_type="image/png")
        if name.startswith("to-"):
            return web.Response(status=302, headers={"Location": request.query["url"]})
        if name == "loop":
            return web.Response(status=307, headers={"Location": "/loop"})
        if name.startswith("hop"):
            left = int(name[3:])
            return web.Response(status=301, headers={"Location": f"/hop{left - 1}" if left else "/good"})
        if name == "declared":
            return web.Response(body=b"x" * 1001)
        if name == "busy":
            return web.Response(status=503, headers={"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"})
        if name == "packed":
            return web.Response(body=b"x", headers={"Content-Encoding": "gzip"})
        if name == "cookie":
            return web.Response(status=302, headers={"Location": "/good", "Set-Cookie": "a=b"})
        if name in ("endless", "slow", "silent"):
            return await self._trickle(request, name)
        return web.Response(status=404, text="secret page")

    async def _trickle(self, request: web.Request, name: str) -> web.StreamResponse:
        response = web.StreamResponse()
        try:
            if name != "silent":
                await response.prepare(request)
            while name == "endless":
                await response.write(b"x" * 500)
            if name == "slow":
                await response.write(b"x")
            await asyncio.Event().wait()
        finally:
            self.closed.set()
        return response


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """The site, on loopback."""
    found = Site()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", found.handle)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield found
    await runner.cleanup()


@pytest.fixture
async def open_fetcher() -> AsyncIterator[SafeFetcher]:
    """A fetcher that may reach loopback, as in development."""
    fetcher = SafeFetcher(allow_private=True, limits=LIMITS)
    yield fetcher
    await fetcher.close()


NOT_ALLOWED = [
    "http://127.0.0.1/",
    "http://127.0.0.1:8000/",
    "http://[::1]/",
    "http://0.0.0.0/",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.1.2.3/",
    "http://192.168.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://017700000001/",
    "http://127.1/",
    "http://127.0.0.1./",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1%25eth0]/",
    "http://１２７.0.0.1/",
    "http://127。0。0。1/",
    "ftp://example.org/",
    "file:///etc/passwd",
    "gopher://example.org/",
    "data:image/png;base64,AAAA",
    "//example.org/",
    "/relative",
    "example.org",
    "",
    "http://",
    "http:///path",
    "http://user@example.org/",
    "http://user:password@example.org/",
    "http://:password@example.org/",
    "http://example.org:0/",
    "http://example.org:99999/",
    "http://exa mple.org/",
    "http://[::1/",
    "http://" + "a" * 3000 + ".org/",
]


@pytest.mark.parametrize("url", NOT_ALLOWED)
async def test_addresses_that_are_refused(url: str) -> None:
    """Nothing is connected to, not even resolved, and the field is named."""
    names = Names({})
    fetcher = SafeFetcher(limits=LIMITS, resolver=names)

    with pytest.raises(InvalidInput) as refused:
        await fetcher.fetch(url, field="image_url")
    await fetcher.close()

    assert ("URL_NOT_ALLOWED", "image_url") == (refused.value.reason, refused.value.field)
    assert [] == names.asked


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["93.184.216.34", "127.0.0.1"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["169.254.169.254"],
    ],
)
async def test_a_name_with_a_private_address(site: Site, addresses: list[str]) -> None:
    """One private address among a name's addresses is enough to refuse it."""
    fetcher = SafeFetcher(limits=LIMITS, resolver=Names({"evil.example": addresses}))
    port = site.base.rpartition(":")[2]

    with pytest.raises(InvalidInput) as refused:
        await fetcher.fetch(f"http://evil.example:{port}/good", field="image_url")
    await fetcher.close()

    assert "URL_NOT_ALLOWED" == refused.value.reason
    assert [] == site.seen


async def test_a_name_is_resolved_once_and_its_host_kept(site: Site) -> None:
    """The connection goes to the resolved address; the Host header has the name."""
    names = Names({"photos.example": ["127.0.0.1"]})
    fetcher = SafeFetcher(allow_private=True, limits=LIMITS, resolver=names)
    port = site.base.rpartition(":")[2]

    found = await fetcher.fetch(f"http://photos.example:{port}/good", field="image_url")
    await fetcher.close()

    assert (1000, "image/png") == (len(found.data), found.content_type)
    assert ["photos.example"] == names.asked
    assert f"photos.example:{port}" == site.seen[0].host


async def test_each_redirect_is_checked(site: Site, open_fetcher: SafeFetcher) -> None:
    """A redirect to what may not be fetched is refused like the address itself."""
    with pytest.raises(InvalidInput) as refused:
        await open_fetcher.fetch(f"{site.base}/to-x?url=file:///etc/passwd", field="image_url")

    assert "URL_NOT_ALLOWED" == refused.value.reason


@pytest.mark.parametrize("target", ["http://inner.example:{port}/good", "http://127.0.0.2:{port}/good"])
async def test_a_redirect_to_an_address_that_is_not_allowed(site: Site, target: str) -> None:
    """The second hop's address is resolved and checked like the first one's."""
    names = Names({"inner.example": ["127.0.0.2"], "outer.example": ["127.0.0.1"]})
    fetcher = SafeFetcher(limits=LIMITS, resolver=names, allowed=lambda address: str(address) == "127.0.0.1")
    port = site.base.rpartition(":")[2]
    url = f"http://outer.example:{port}/to-x?url=" + target.format(port=port)

    with pytest.raises(InvalidInput) as refused:
        await fetcher.fetch(url, field="image_url")
    await fetcher.close()

    assert "URL_NOT_ALLOWED" == refused.value.reason
    assert ["/to-x"] == [request.path for request in site.seen]


@pytest.mark.parametrize("hops", [0, 2])
async def test_redirects_within_the_limit(site: Site, open_fetcher: SafeFetcher, hops: int) -> None:
    """Up to three redirects are followed; the final address is told."""
    found = await open_fetcher.fetch(f"{site.base}/hop{hops}", field="image_url")

    assert f"{site.base}/good" == found.final_url


@pytest.mark.parametrize("path", ["loop", "hop3"])
async def test_too_many_redirects(site: Site, open_fetcher: SafeFetcher, path: str) -> None:
    """The fourth redirect is refused, a loop too."""
    with pytest.raises(InvalidInput) as refused:
        await open_fetcher.fetch(f"{site.base}/{path}", field="image_url")

    assert "URL_TOO_MANY_REDIRECTS" == refused.value.reason
    assert 4 == len(site.seen)


async def test_an_endless_body_stops_at_the_cap(site: Site, open_fetcher: SafeFetcher) -> None:
    """Reading stops at the limit and the connection is closed."""
    with pytest.raises(PayloadTooLarge) as refused:
        await open_fetcher.fetch(f"{site.base}/endless", field="image_url")
    await asyncio.wait_for(site.closed.wait(), 5)

    assert ("URL_TOO_LARGE", "image_url") == (refused.value.reason, refused.value.field)


async def test_a_declared_length_over_the_cap(site: Site, open_fetcher: SafeFetcher) -> None:
    """Content-Length alone is enough to refuse."""
    with pytest.raises(PayloadTooLarge):
        await open_fetcher.fetch(f"{site.base}/declared", field="image_url")


@pytest.mark.parametrize("path", ["slow", "silent"])
async def test_time_is_bounded(site: Site, open_fetcher: SafeFetcher, path: str) -> None:
    """A body or an answer that does not come is given up."""
    with pytest.raises(InvalidInput) as refused:
        await open_fetcher.fetch(f"{site.base}/{path}", field="image_url")
    await asyncio.wait_for(site.closed.wait(), 5)

    assert "URL_UNREACHABLE" == refused.value.reason


OTHERS = [("missing", "URL_BAD_STATUS"), ("packed", "URL_ENCODED")]


@pytest.mark.parametrize(("path", "reason"), OTHERS)
async def test_other_refusals(site: Site, open_fetcher: SafeFetcher, path: str, reason: str) -> None:
    """Bad statuses and compressed bodies; what the site wrote is not repeated."""
    with pytest.raises(MeshError) as refused:
        await open_fetcher.fetch(f"{site.base}/{path}", field="image_url")

    assert reason == refused.value.reason
    assert "secret" not in refused.value.message


async def test_unreachable(open_fetcher: SafeFetcher) -> None:
    """A name that does not exist and a port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

        with pytest.raises(InvalidInput) as refused:
            await open_fetcher.fetch(f"http://127.0.0.1:{port}/", field="image_url")

    assert "URL_UNREACHABLE" == refused.value.reason


async def test_proxies_and_cookies_are_ignored(
    site: Site, open_fetcher: SafeFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment's proxy is not used, and no cookie is sent back."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    await open_fetcher.fetch(f"{site.base}/cookie", field="image_url")

    assert ["identity", "identity"] == [request.headers["Accept-Encoding"] for request in site.seen]
    assert "Cookie" not in site.seen[1].headers


async def test_post(site: Site, open_fetcher: SafeFetcher) -> None:
    """A post sends exactly the given bytes and headers and tells the status."""
    answer = await open_fetcher.post(f"{site.base}/good", b'{"a": 1}', {"X-Revid-Signature": "abc"})

    assert (Posted(200), b'{"a": 1}') == (answer, site.bodies[0])
    assert "abc" == site.seen[0].headers["X-Revid-Signature"]


async def test_post_follows_no_redirect(site: Site, open_fetcher: SafeFetcher) -> None:
    """A redirect is told as it is."""
    answer = await open_fetcher.post(f"{site.base}/to-x?url=/good", b"{}", {})

    assert 302 == answer.status
    assert 1 == len(site.seen)


async def test_post_tells_when_to_come_again(site: Site, open_fetcher: SafeFetcher) -> None:
    """Retry-After is handed on as it was sent: seconds or a date."""
    answer = await open_fetcher.post(f"{site.base}/busy", b"{}", {})

    assert Posted(503, "Wed, 21 Oct 2026 07:28:00 GMT") == answer


async def test_post_to_a_private_address(site: Site) -> None:
    """Webhooks are guarded as fetches are."""
    fetcher = SafeFetcher(limits=LIMITS)

    with pytest.raises(InvalidInput) as refused:
        await fetcher.post(f"{site.base}/good", b"{}", {})
    await fetcher.close()

    assert ("URL_NOT_ALLOWED", "webhook_url") == (refused.value.reason, refused.value.field)
    assert [] == site.seen
