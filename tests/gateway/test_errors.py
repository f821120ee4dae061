"""What a caller sees of errors: problem documents, never an exception's text."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import web

from gateway.app import build
from gateway.server import GatewayServer
from gateway.settings import GatewaySettings
from meshkit import errors
from tests.gateway.conftest import Start, World
from tests.gateway.neighbours import raised

ROWS = [kind for kind in errors.TABLE if kind is not errors.Cancelled]


@pytest.mark.parametrize("kind", ROWS, ids=lambda kind: kind.__name__)
async def test_every_error_of_the_table(world: World, kind: type[errors.MeshError]) -> None:
    """An error raised in a service has the table's status, reason and words."""
    error = raised(kind)
    world.notebook.raises = error

    async with world.http.get("/v1/filters", headers={"X-Request-Id": "mine"}) as answer:
        problem = await answer.json()

    row = errors.TABLE[kind]
    assert (row.http_status, row.reason) == (answer.status, problem["reason"])
    assert (error.message, "mine") == (problem["detail"], problem["instance"])
    assert "application/problem+json" == answer.content_type
    assert {"type", "title", "status", "detail", "instance", "reason"} == set(problem)


PATHS = ["/v1/filters", "/api/banuba-filters"]


@pytest.mark.parametrize("path", PATHS)
async def test_no_exceptions_text(world: World, path: str) -> None:
    """An unexpected exception is a 500 with fixed words."""
    world.notebook.raises = RuntimeError("secret words of a library")

    async with world.http.get(path) as answer:
        text = await answer.text()

    assert (500, False) == (answer.status, "secret" in text)


@pytest.mark.parametrize("path", PATHS)
async def test_a_service_that_is_away(start: Start, path: str) -> None:
    """A service that is away is a 503 that names it."""
    async with start(away=("video",)) as world, world.http.get(path) as answer:
        problem = await answer.json()

    assert (503, "The video service is away.") == (answer.status, problem["detail"])


async def test_details_travel(world: World) -> None:
    """Field, metadata and the time to wait come through."""
    world.notebook.raises = errors.Overloaded(
        "The queue is full.", field="queue", retry_after=7, reason="QUEUE_FULL", metadata={"capacity": "8"}
    )

    async with world.http.get("/v1/filters") as answer:
        problem = await answer.json()

    assert (429, "7", "QUEUE_FULL") == (answer.status, answer.headers["Retry-After"], problem["reason"])
    assert ("queue", {"capacity": "8"}) == (problem["field"], problem["metadata"])


ROUTES = [
    ("GET", "/nope", 404, "ROUTE_NOT_FOUND"),
    ("GET", "/v1/images:nope", 404, "ROUTE_NOT_FOUND"),
    ("GET", "/v1/videos/a:b:cancel", 404, "ROUTE_NOT_FOUND"),
    ("POST", "/v1/videos//webhook", 404, "ROUTE_NOT_FOUND"),
    ("DELETE", "/v1/filters", 405, "METHOD_NOT_ALLOWED"),
    ("GET", "/api/generate-video", 405, "METHOD_NOT_ALLOWED"),
    ("OPTIONS", "/v1/filters", 405, "METHOD_NOT_ALLOWED"),
]


@pytest.mark.parametrize(("verb", "path", "status", "reason"), ROUTES)
async def test_routes_that_are_not_there(
    world: World, verb: str, path: str, status: int, reason: str
) -> None:
    """Unknown addresses and methods are problem documents too."""
    async with world.http.request(verb, path) as answer:
        problem = await answer.json()

    assert (status, reason) == (answer.status, problem["reason"])
    assert ("application/problem+json", status == 405) == (answer.content_type, "Allow" in answer.headers)


@pytest.mark.parametrize(("given", "kept"), [("abc-1", True), ("x" * 65, False), ("a b", False), ("", False)])
async def test_request_ids(world: World, given: str, kept: bool) -> None:
    """A sane request id is kept, another replaced."""
    async with world.http.get("/healthz", headers={"X-Request-Id": given}) as answer:
        assert kept == (given == answer.headers["X-Request-Id"])
        assert answer.headers["X-Request-Id"]


async def test_errors_are_counted(world: World) -> None:
    """The metrics have requests, times, and errors by reason."""
    async with world.http.get("/v1/videos/nope") as answer:
        await answer.read()

    async with world.http.get("/metrics") as answer:
        text = await answer.text()

    assert 'sutradhar_http_errors_total{reason="NOT_FOUND",route="/v1/videos/{job_id}"}' in text
    assert 'sutradhar_http_total{method="GET",route="/v1/videos/{job_id}",status="404"}' in text
    assert 'sutradhar_http_seconds_bucket{le="0.5",method="GET",route="/v1/videos/{job_id}"}' in text


async def test_paths_make_no_series(world: World) -> None:
    """A path that a caller made up is never a label."""
    async with world.http.get("/made-up-by-a-caller") as answer:
        await answer.read()

    async with world.http.get("/metrics") as answer:
        assert "made-up-by-a-caller" not in await answer.text()


async def test_safety_headers(world: World) -> None:
    """Every answer forbids sniffing, framing and caching, and does not name the server."""
    async with world.http.get("/nope") as answer:
        headers = answer.headers

    assert ("nosniff", "DENY", "no-store") == (
        headers["X-Content-Type-Options"],
        headers["X-Frame-Options"],
        headers["Cache-Control"],
    )
    assert "Server" not in headers


async def _breaks(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b"begun")
    raise errors.NotFound("words for the caller")


async def test_an_answer_that_has_begun_is_broken_off(tmp_path: Path) -> None:
    """After its first byte no second answer may follow: it would land in the middle of a video."""
    settings = GatewaySettings(port=0, artifacts_url=f"file://{tmp_path}", drain_seconds=1)
    app = build(settings, {})
    app.router.add_get("/breaks", _breaks)
    server = GatewayServer(app, settings)
    port = await server.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /breaks HTTP/1.1\r\nHost: x\r\n\r\n")
    async with asyncio.timeout(5):
        answer = await reader.read()
    writer.close()
    await server.stop()

    assert (b"HTTP/1.1 200 OK", b"begun") == (answer.split(b"\r\n")[0], answer.split(b"\r\n\r\n", 1)[1])
