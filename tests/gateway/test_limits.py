"""Limits on number, size and time, and what is no HTTP at all."""

import asyncio
import base64
from typing import Any

import pytest

from sutradhar.video.v1 import video_pb2
from tests.gateway.conftest import Start, World, picture, statuses
from tests.gateway.sites import one_file


async def test_requests_at_once(start: Start) -> None:
    """One request more than fits is refused at once; event streams are counted apart."""
    async with start(max_concurrent_requests=1) as world:
        world.jobs["open"] = video_pb2.Job(job_id="open")
        async with world.http.get("/v1/videos/open:watch") as stream:
            await stream.content.readuntil(b"\n\n")
            beside_a_stream = await statuses(world, 1)
        async with world.gateway.requests.slot():
            beside_a_request = await statuses(world, 1)
        afterwards = await statuses(world, 1)

    assert ([200], [429], [200]) == (beside_a_stream, beside_a_request, afterwards)


SIZES = [
    ("/v1/texts:translate", 4 * 1024 * 1024 + 1),
    ("/v1/images:detect", 19 * 1024 * 1024),
    ("/api/translate-text", 64 * 1024 + 1),
    ("/api/revid-webhook", 64 * 1024 + 1),
]


@pytest.mark.parametrize(("path", "size"), SIZES)
@pytest.mark.parametrize("chunked", [False, True])
async def test_bodies_that_are_too_large(world: World, path: str, size: int, chunked: bool) -> None:
    """A body over its route's limit is a 413, announced or not."""

    async def pieces() -> Any:
        for _ in range(size // 65536 + 1):
            yield b" " * 65536

    data = pieces() if chunked else b" " * size
    async with world.http.post(path, data=data, headers={"Content-Type": "application/json"}) as answer:
        problem = await answer.json()

    assert (413, "BODY_TOO_LARGE") == (answer.status, problem["reason"])


async def test_the_largest_photo_fits(world: World) -> None:
    """A photo of exactly 10 MiB, as base64, is let through to the header check."""
    photo = picture() + b"\0" * (10 * 1024 * 1024 - len(picture()))
    body = {"image": {"data": base64.b64encode(photo).decode()}}

    async with world.http.post("/v1/images:detect", json=body) as answer:
        assert 200 == answer.status


async def test_large_uploads_at_once(start: Start) -> None:
    """While one is being answered the next is refused with a time to come back; small ones pass all the while."""
    clip = base64.b64encode(b"endless" + bytes(17 * 1024 * 1024)).decode()
    async with start(max_large_uploads=1) as world:
        async with world.http.post("/v1/clips:detect", json={"video": clip}) as first:
            async with world.http.post("/v1/clips:detect", json={"video": clip}) as second:
                problem = await second.json()
            beside = await statuses(world, 1)
            world.notebook.release.set()
            await first.read()

    assert (200, 429, "UPLOADS_FULL") == (first.status, second.status, problem["reason"])
    assert ("5", [200]) == (second.headers["Retry-After"], beside)
    assert (0, 0) == (world.gateway.budget.large, world.gateway.budget.held)


async def test_compressed_bodies(world: World) -> None:
    """Bodies are not unpacked."""
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}

    async with world.http.post("/v1/texts:translate", data=b"x", headers=headers) as answer:
        problem = await answer.json()

    assert (415, "BODY_ENCODED") == (answer.status, problem["reason"])


async def raw(world: World, *pieces: bytes, wait: float = 5) -> bytes:
    """Writes bytes to the gateway as they are and reads what comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
    for piece in pieces:
        writer.write(piece)
    await writer.drain()
    try:
        return await asyncio.wait_for(reader.read(65536), wait)
    finally:
        writer.close()


HEAD = b"POST /v1/texts:translate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n"


async def test_a_body_that_does_not_come(start: Start) -> None:
    """A body that is not sent in time is a 408."""
    async with start(body_timeout=0.2) as world:
        answer = await raw(world, HEAD, b"{")

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in answer


async def test_a_head_that_does_not_come(start: Start) -> None:
    """A connection that never finishes its first request is closed."""
    async with start(keepalive_timeout=0.2) as world:
        assert b"" == await raw(world, b"GET /healthz HTTP/1.1\r\nHo")


GARBAGE = [
    b"\x16\x03\x01 nonsense\r\n\r\n",
    b"BREW /v1/filters HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 500 + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"b" * 20_000 + b"\r\n\r\n",
    b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
]


NO_TEXT = [
    (b"POST /api/revid-webhook HTTP/1.1\r\nX-Revid-Signature: \xff", 401),
    (b"POST /api/generate-video HTTP/1.1\r\nIdempotency-Key: \xff", 400),
    (b"POST /v1/texts:translate HTTP/1.1\r\nX-API-Key: \xff", 401),
    (b"GET /v1/videos/a:watch HTTP/1.1\r\nLast-Event-ID: \xff", 400),
    (b"POST /api/translate-text HTTP/1.1\r\nOrigin: \xff\r\nX-Request-Id: \xff\r\ntraceparent: \xff", 200),
]


@pytest.mark.parametrize(("head", "status"), NO_TEXT, ids=range(len(NO_TEXT)))
async def test_headers_that_are_no_text(start: Start, head: bytes, status: int) -> None:
    """A header of bytes that are no UTF-8 is just a wrong header."""
    body = b'{"text": "a", "target_language": "hi", "image_url": "%s"}'
    async with start(cors_origins=("*",), allow_private_urls=True) as world, one_file(picture()) as url:
        body = body % url.encode()
        length = b"\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
        answer = await raw(world, head, length, body)

    assert b"HTTP/1.1 %d " % status == answer[:13]


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
async def test_garbage(world: World, garbage: bytes) -> None:
    """What is not good HTTP is a 400 in our own words, and the gateway lives on."""
    answer = await raw(world, garbage)

    assert b" 400 " in answer.split(b"\r\n")[0]
    assert b"This is not a well-formed HTTP request." in answer
    assert b"aiohttp" not in answer
    assert [200] == await statuses(world, 1)


FORMS = [
    (b"--B\r\nContent-Disposition: form-data; name=text\r\n\r\nx", "MALFORMED_FORM"),
    (b"", "MALFORMED_FORM"),
    (b"nonsense", "MALFORMED_FORM"),
    (b"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--\r\n", "MALFORMED_FORM"),
    (b"--B\r\n\r\nx\r\n--B--\r\n", "MALFORMED_FORM"),
    (b'--B\r\nContent-Disposition: form-data; name="-\x18"\r\n\r\nx\r\n--B--\r\n', "MALFORMED_FORM"),
    (b"--B\r\n" + b"A: b\r\n" * 200 + b"\r\nx\r\n--B--\r\n", "MALFORMED_FORM"),
    (b"--B\r\nContent-Disposition: " + b"a" * 20_000 + b"\r\n\r\nx\r\n--B--\r\n", "MALFORMED_FORM"),
    (
        b"--B\r\nContent-Type: multipart/mixed; boundary=C\r\n\r\n--C\r\n\r\nx\r\n--C--\r\n--B--\r\n",
        "MALFORMED_FORM",
    ),
    (
        b"--B\r\nContent-Disposition: form-data; name=image.data\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\nxx\r\n--B--\r\n",
        "MALFORMED_FORM",
    ),
    (b"--B\r\nContent-Disposition: form-data; name=a\r\n\r\n\xff\xfe\r\n--B--\r\n", "MALFORMED_FORM"),
    (b"--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n" * 300 + b"--B--\r\n", "TOO_MANY_PARTS"),
]


@pytest.mark.parametrize(("body", "reason"), FORMS, ids=range(len(FORMS)))
async def test_broken_forms(world: World, body: bytes, reason: str) -> None:
    """A form that is cut or odd is a 400."""
    headers = {"Content-Type": "multipart/form-data; boundary=B"}

    async with world.http.post("/v1/images:detect", data=body, headers=headers) as answer:
        problem = await answer.json()

    assert (400, reason) == (answer.status, problem["reason"])


async def test_a_form_without_a_boundary(world: World) -> None:
    """A form must say where its parts end."""
    async with world.http.post(
        "/v1/images:detect", data=b"x", headers={"Content-Type": "multipart/form-data"}
    ) as answer:
        assert 400 == answer.status


async def test_bytes_in_flight(start: Start) -> None:
    """Uploads beyond what the process may hold are refused, and what ended is given back."""
    async with start(max_bytes_in_flight=1024 * 1024) as world:
        found = []
        for size in (2 * 1024 * 1024, 900_000, 900_000):
            body = {"texts": ["a"], "target_language": "hi", "source_language": "x" * size}
            async with world.http.post("/v1/texts:translate", json=body) as answer:
                found.append((answer.status, (await answer.json())["reason"]))

    assert [(429, "UPLOADS_FULL"), (400, "INVALID_INPUT"), (400, "INVALID_INPUT")] == found


async def test_a_call_that_takes_too_long(start: Start) -> None:
    """The request's deadline is the call's."""
    async with start(request_timeout=0.5) as world:
        await statuses(world, 1)

    assert 0 < (world.notebook.time_left[-1] or 0) <= 0.5
