"""What an operator sees: health, metrics, and processes that come back by themselves."""

import asyncio

import aiohttp
import pytest

from tests.e2e.client import PHOTOS, Client
from tests.fixtures.mesh import Mesh

pytestmark = pytest.mark.xdist_group("mesh")


async def text_of(url: str) -> str:
    """The body behind a URL."""
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return await answer.text()


async def test_every_process_has_metrics(mesh: Mesh) -> None:
    """Prometheus finds its text at every port of the README's table."""
    async with Client(mesh.base_url) as client:
        await client.post_photo("none-003.webp", "Roast my windmill")
        gateway = await (await client.http.get("/metrics")).text()
    names = ("DETECTOR", "TRANSLATOR", "SPEECH", "VIDEO", "VIDEO_WORKER")
    others = [
        await text_of(f"http://127.0.0.1:{mesh.ports[f'{name}_METRICS_PORT']}/metrics") for name in names
    ]

    assert "no_pets_detected" in gateway.lower()
    assert "sutradhar_triton_seconds_bucket" in others[0]
    assert all("python_info" in text for text in others)


async def test_the_pages_are_there(mesh: Mesh) -> None:
    """Alive, ready, the interface for programs and the page for people."""
    async with Client(mesh.base_url) as client:
        alive, ready = await client.get("/healthz"), await client.get("/readyz")
        _, interface = await client.get("/openapi.json")
        async with client.http.get("/docs") as answer:
            page = await answer.text()

    assert (200, {"status": "ok"}) == alive
    assert 200 == ready[0]
    assert "/v1/videos/{job_id}" in interface["paths"]
    assert "/api/generate-video" in interface["paths"]
    assert "swagger" in page.lower()


async def test_a_killed_triton_comes_back(mesh: Mesh) -> None:
    """While it is away the answer is 503; afterwards pictures are seen again without anybody's help."""
    photo = (PHOTOS / "dog.webp").read_bytes()
    statuses: list[int] = []
    async with Client(mesh.base_url, mesh.admin_key) as client:
        mesh.kill("triton")
        async with asyncio.timeout(60):
            while statuses.count(200) < 3:
                form = aiohttp.FormData()
                form.add_field("image.data", photo, filename="dog.webp")
                async with client.http.post("/v1/images:detect", data=form) as answer:
                    statuses.append(answer.status)
                await asyncio.sleep(0.2)

    assert {200, 503} >= set(statuses)
    assert 503 in statuses
