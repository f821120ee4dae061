"""Hostile pictures through the gateway: a problem that names the field, whatever way they are sent."""

import base64
from typing import Any

import aiohttp
import pytest

from tests.e2e.client import PHOTOS, Client
from tests.fixtures.mesh import Mesh
from tests.services.detector import hostile

pytestmark = pytest.mark.xdist_group("mesh")

STATUS = {"IMAGE_TYPE_UNSUPPORTED": 415}
NAMES = (
    *("bmp", "heic", "html", "zip before a jpeg", "1 x 50,000", "50,000 x 1", "png claims 400 megapixels"),
    *("webp claims 39 megapixels", "a comment of 100 MB", "1,000 scans"),
)


async def detect(client: Client, data: bytes) -> tuple[int, str, Any]:
    """Status, media type and body of `/v1/images:detect` for an uploaded file."""
    form = aiohttp.FormData()
    form.add_field("image.data", data, filename="dog")
    async with client.http.post("/v1/images:detect", data=form) as answer:
        return answer.status, answer.content_type, await answer.json()


@pytest.mark.parametrize("name", NAMES)
async def test_refused(mesh: Mesh, name: str) -> None:
    """400 or 415 as application/problem+json, with the reason and the field; nothing of a library's words."""
    make, reason = hostile.REFUSED[name]
    async with Client(mesh.base_url) as client:
        status, kind, problem = await detect(client, make())

    assert (STATUS.get(reason, 400), "application/problem+json") == (status, kind)
    assert (reason, "image") == (problem["reason"], problem["field"])


@pytest.mark.parametrize("name", ["jpeg and zip", "exif, loop", "mpo"])
async def test_answered(mesh: Mesh, name: str) -> None:
    """What is harmless after all is answered."""
    async with Client(mesh.base_url) as client:
        status, _, body = await detect(client, hostile.ANSWERED[name]())

    assert (200, *hostile.SIDES) == (status, body["width"], body["height"])


async def test_poison_in_a_batch(mesh: Mesh) -> None:
    """The dogs on both sides of it are found."""
    files = ((PHOTOS / "dog.webp").read_bytes(), hostile.claiming("PNG", 20_000, 20_000))
    dog, poison = ({"data": base64.b64encode(data).decode()} for data in files)
    async with Client(mesh.base_url) as client:
        status, body = await client.post("/v1/images:detectBatch", {"images": [dog, poison, dog]})
    first, second, third = body["results"]

    assert 200 == status
    assert {"dog"} == {each["response"]["detections"][0]["label"] for each in (first, third)}
    assert ("IMAGE_TOO_MANY_PIXELS", "data") == (second["error"]["reason"], second["error"]["field"])
