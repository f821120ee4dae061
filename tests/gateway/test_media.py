"""Pictures by address, through the gateway."""

import asyncio
import base64
import socket

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from gateway.media import places
from sutradhar.common.v1.common_pb2 import Image
from sutradhar.detector.v1 import detector_pb2
from sutradhar.video.v1 import video_pb2
from tests.gateway.conftest import Start, picture
from tests.gateway.sites import one_file, serve


class OneAddress(AbstractResolver):
    """A resolver to whom every name is the same address."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses, whatever the name."""
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        """Nothing to close."""


def test_every_picture_of_a_message_is_found() -> None:
    """Single, listed, and with the path that a caller would write."""
    one = detector_pb2.DetectRequest(image=Image(uri="a"))
    many = detector_pb2.DetectBatchRequest(images=[Image(uri="a"), Image(data=b"b")])
    none = video_pb2.GetVideoRequest(job_id="x")

    assert [("image", None)] == [(place.path, place.index) for place in places(one)]
    assert [("images[0]", 0), ("images[1]", 1)] == [(place.path, place.index) for place in places(many)]
    assert [] == list(places(none))


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "::ffff:10.0.0.1"])
@pytest.mark.parametrize(
    ("path", "field", "status"),
    [("/v1/images:detect", "image.uri", 400), ("/api/generate-video", "image_url", 400)],
)
async def test_names_of_private_addresses(
    start: Start, address: str, path: str, field: str, status: int
) -> None:
    """A name that leads into the network is refused on every route, and the service is not asked."""
    url = "http://photos.example/dog.jpg"
    body = {"image": {"uri": url}} if path.startswith("/v1") else {"text": "a", "image_url": url}

    async with start(resolver=OneAddress("93.184.216.34", address)) as world:
        async with world.http.post(path, json=body) as answer:
            problem = await answer.json()

    assert (status, field, "URL_NOT_ALLOWED") == (answer.status, problem["field"], problem["reason"])
    assert [] == world.notebook.asked


async def test_a_picture_by_address(start: Start) -> None:
    """The service gets the bytes and never sees the address."""
    async with start(allow_private_urls=True) as world, one_file(picture()) as url:
        async with world.http.post("/v1/images:detect", json={"image": {"uri": url}}) as answer:
            await answer.read()

    assert (200, picture()) == (answer.status, world.asked.image.data)


async def test_many_pictures_by_address(start: Start) -> None:
    """All of a list are fetched; one that cannot be is left to the service."""
    async with start(allow_private_urls=True) as world, one_file(picture()) as url:
        body = {"images": [{"uri": url}] * 10 + [{"uri": url + "x"}]}
        async with world.http.post("/v1/images:detectBatch", json=body) as answer:
            results = (await answer.json())["results"]

    assert ["response"] * 10 + ["error"] == [next(iter(result)) for result in results]


async def test_pictures_that_are_too_large_together(start: Start) -> None:
    """What one request may fetch together is bounded."""
    large = picture() + b"\0" * (9 * 1024 * 1024)
    async with start(allow_private_urls=True) as world, one_file(large) as url:
        async with world.http.post("/v1/images:detectBatch", json={"images": [{"uri": url}] * 8}) as answer:
            problem = await answer.json()

    assert (413, "IMAGES_TOO_LARGE") == (answer.status, problem["reason"])


async def test_given_and_fetched_pictures_count_together(start: Start) -> None:
    """The bound is on what the service is sent, however its parts came."""
    large = picture() + b"\0" * (9 * 1024 * 1024)
    given = {"data": base64.b64encode(large).decode()}
    async with start(allow_private_urls=True) as world, one_file(large) as url:
        body = {"images": [given] * 3 + [{"uri": url}] * 4}
        async with world.http.post("/v1/images:detectBatch", json=body) as answer:
            problem = await answer.json()

    assert (413, "IMAGES_TOO_LARGE") == (answer.status, problem["reason"])


async def test_fetched_pictures_count_as_held(start: Start) -> None:
    """What is fetched for a request takes from the same budget as what is sent with one."""
    large = picture() + b"\0" * (700 * 1024)
    async with (
        start(allow_private_urls=True, max_bytes_in_flight=1024 * 1024) as world,
        one_file(large) as url,
    ):
        async with world.http.post("/v1/images:detectBatch", json={"images": [{"uri": url}] * 2}) as answer:
            problem = await answer.json()
        held = world.gateway.budget.held

    assert (429, "UPLOADS_FULL", 0) == (answer.status, problem["reason"], held)


async def test_fetching_ends_with_the_requests_time(start: Start) -> None:
    """Many slow addresses do not hold a request beyond its time, whatever each one of them may take."""
    async with start(allow_private_urls=True, fetch_timeout=10, request_timeout=0.5) as world:
        async with serve(_slow) as url, asyncio.timeout(5):
            async with world.http.post(
                "/v1/images:detectBatch", json={"images": [{"uri": url}] * 9}
            ) as answer:
                problem = await answer.json()

    assert (504, "DEADLINE_EXCEEDED", []) == (answer.status, problem["reason"], world.notebook.asked)


async def _endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"\xff" * 65536)


async def _slow(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    await asyncio.Event().wait()
    return response


@pytest.mark.parametrize(
    ("handler", "status", "reason"), [(_endless, 413, "URL_TOO_LARGE"), (_slow, 400, "URL_UNREACHABLE")]
)
async def test_bodies_without_end(start: Start, handler: object, status: int, reason: str) -> None:
    """A body without end, in bytes or in time, is given up and named."""
    async with start(allow_private_urls=True, fetch_timeout=0.5 if status == 400 else 15) as world:
        async with serve(handler) as url:
            async with world.http.post("/api/generate-video", json={"text": "a", "image_url": url}) as answer:
                problem = await answer.json()

    assert (status, "image_url", reason) == (answer.status, problem["field"], problem["reason"])
