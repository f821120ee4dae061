"""Bad input through the whole mesh: the documented status, a body that names the field, and nothing left behind."""

import hashlib
import hmac
import io
import json
from typing import Any

import pytest
from PIL import Image

from tests.e2e.client import PHOTOS, Client
from tests.fixtures.mesh import Mesh

pytestmark = pytest.mark.xdist_group("mesh")

NO_PETS = {
    "detail": {
        "error": "no_pets_detected",
        "message": "No pets found in the uploaded image. Please upload an image or video containing pets "
        "(dogs, cats, birds, etc.) to generate a roast video.",
        "suggestion": "Try uploading a clear photo or video of your pet.",
    }
}


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    """A plain picture of that size."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height)).save(buffer, kind)
    return buffer.getvalue()


async def jobs(mesh: Mesh) -> int:
    """How many jobs there are."""
    async with Client(mesh.base_url, mesh.admin_key) as admin:
        return int((await admin.get("/v1/videos"))[1].get("totalSize", 0))


async def test_a_photo_without_a_pet_is_refused_and_forgotten(mesh: Mesh) -> None:
    """The exact body of the dialect, and no job."""
    before = await jobs(mesh)
    async with Client(mesh.base_url) as client:
        answer = await client.post_photo("none-003.webp", "Roast my windmill")

    assert (400, NO_PETS) == answer
    assert before == await jobs(mesh)


@pytest.mark.parametrize(
    ("photo", "fields", "status", "named"),
    [
        (picture(16, 16), {}, 400, "image"),
        (picture(64, 64, "GIF"), {}, 415, "image"),
        (b"\xff\xd8\xff" + b"\0" * 64, {}, 400, "image"),
        ((PHOTOS / "dog.webp").read_bytes()[:40_000], {}, 400, "image"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * (10 * 1024 * 1024), {}, 413, "image"),
        ("dog.webp", {"text": ""}, 422, "text"),
        ("dog.webp", {"text": "x" * 2001}, 422, "text"),
        ("dog.webp", {"target_language": "xx"}, 400, "target_language"),
        ("dog.webp", {"filter_id": "sparkle"}, 400, "filter_id"),
        ("dog.webp", {"provider": "nobody"}, 400, "provider"),
        ("dog.webp", {"webhook_url": "http://127.0.0.1/hook"}, 400, "webhook_url"),
    ],
)
async def test_bad_input_names_its_field(
    mesh: Mesh, photo: str | bytes, fields: dict[str, str], status: int, named: str
) -> None:
    """Every limit of a new video, in the dialect's form."""
    before = await jobs(mesh)
    async with Client(mesh.base_url) as client:
        got, body = await client.post_photo(photo, **{"text": "Good dog.", **fields})

    assert status == got
    assert named in json.dumps(body)
    assert before == await jobs(mesh)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/dog.jpg",
        "http://[::1]/dog.jpg",
        "http://169.254.169.254/latest/meta-data",
        "http://2130706433/dog.jpg",
        "http://localhost/dog.jpg",
        "file:///etc/passwd",
        "ftp://example.org/dog.jpg",
    ],
)
async def test_an_address_inside_is_not_fetched(mesh: Mesh, url: str) -> None:
    """A URL that is not public http(s) is refused and names its field."""
    async with Client(mesh.base_url) as client:
        status, body = await client.post("/api/generate-video", {"text": "Good dog.", "image_url": url})

    assert 400 == status
    assert "image_url" in json.dumps(body)


async def test_malformed_json_is_422(mesh: Mesh) -> None:
    """A body that is no JSON, or lacks its fields."""
    async with Client(mesh.base_url) as client:
        async with client.http.post(
            "/api/generate-video", data=b"{", headers={"Content-Type": "application/json"}
        ) as answer:
            broken = answer.status
        missing, body = await client.post("/api/generate-video", {"image_url": "http://example.org/a.jpg"})

    assert (422, 422) == (broken, missing)
    assert "text" in json.dumps(body)


@pytest.mark.parametrize("path", ["video-status", "video-result"])
async def test_an_unknown_job_is_404(mesh: Mesh, path: str) -> None:
    """Both routes of the dialect."""
    async with Client(mesh.base_url) as client:
        status, body = await client.get(f"/api/{path}/no-such-job")

    assert (404, "Job ID not found") == (status, body["detail"])


async def test_a_result_asked_too_early_is_409(mesh: Mesh) -> None:
    """While the job is being made there is no result; afterwards nothing is left of it here."""
    async with Client(mesh.base_url) as client:
        _, accepted = await client.post_photo("dog.webp", "A long story about a lazy dog. " * 20)
        status, body = await client.get(f"/api/video-result/{accepted['job_id']}")
        await client.post(f"/v1/videos/{accepted['job_id']}:cancel", {})

    assert (409, "Video still processing") == (status, body["detail"])


async def revid(client: Client, body: bytes, signature: str) -> tuple[int, Any]:
    """Sends an incoming webhook."""
    headers = {"X-Revid-Signature": signature, "Content-Type": "application/json"}
    async with client.http.post("/api/revid-webhook", data=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_an_incoming_webhook_must_be_signed(mesh: Mesh) -> None:
    """A wrong signature is 401; with the right one an unknown job is 404."""
    body = json.dumps({"job_id": "no-such-job", "status": "failed"}).encode()
    right = hmac.new(mesh.webhook_secret.encode(), body, hashlib.sha256).hexdigest()
    async with Client(mesh.base_url) as client:
        wrong = await revid(client, body, "0" * 64)
        unknown = await revid(client, body, right)

    assert (401, "Invalid signature") == (wrong[0], wrong[1]["detail"])
    assert 404 == unknown[0]


async def test_a_tampered_link_is_403(mesh: Mesh) -> None:
    """A link opens one file, and only as it was signed."""
    async with Client(mesh.base_url) as client:
        _, accepted = await client.post_photo("cat.webp", "Good morning.")
        job = await client.finished(accepted["job_id"])
        link = job["result"]["videoUri"]
        async with client.http.get(link[:-1] + ("1" if link.endswith("0") else "0")) as answer:
            status = answer.status

    assert 403 == status


async def test_administrators_methods_need_a_key(mesh: Mesh) -> None:
    """Strangers do not see other people's jobs."""
    async with Client(mesh.base_url) as client:
        status, body = await client.get("/v1/videos")

    assert 401 == status
    assert "UNAUTHENTICATED" == body["reason"]
