"""Signed reports of an outside engine."""

import hashlib
import hmac
import json

import pytest

from sutradhar.video.v1 import video_pb2
from tests.gateway.conftest import SECRET, Start, World


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    """The header that a provider sends."""
    return {"X-Revid-Signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


@pytest.mark.parametrize("status", ["processing", "completed", "failed", "queued"])
async def test_webhook(world: World, status: str) -> None:
    """A signed report reaches the video service."""
    world.jobs["known"] = video_pb2.Job(job_id="known", state=video_pb2.JOB_STATE_PROCESSING)
    body = json.dumps(
        {"job_id": "known", "status": status, "video_url": "https://cdn.example/v.mp4"}
    ).encode()

    async with world.http.post("/api/revid-webhook", data=body, headers=signed(body)) as answer:
        found = await answer.json()

    assert (200, {"status": "ok"}) == (answer.status, found)
    assert "known" == world.asked.job_id
    if status == "completed":
        assert (video_pb2.JOB_STATE_COMPLETED, "https://cdn.example/v.mp4") == (
            world.asked.state,
            world.asked.video_uri,
        )


BODY = b'{"job_id": "known", "status": "failed"}'
SIGNATURES = [
    {},
    {"X-Revid-Signature": ""},
    {"X-Revid-Signature": "00" * 32},
    signed(BODY, "other"),
    signed(BODY + b" "),
]


@pytest.mark.parametrize("headers", SIGNATURES, ids=range(len(SIGNATURES)))
async def test_webhook_signatures(world: World, headers: dict[str, str]) -> None:
    """A missing or wrong signature is a 401, and nothing is asked of the service."""
    async with world.http.post("/api/revid-webhook", data=BODY, headers=headers) as answer:
        found = await answer.json()

    assert (401, "Invalid signature", []) == (answer.status, found["detail"], world.notebook.asked)


async def test_webhook_without_a_secret(start: Start) -> None:
    """Where no secret is set, even an empty key's signature is refused."""
    async with start(revid_webhook_secret="") as world:
        async with world.http.post("/api/revid-webhook", data=BODY, headers=signed(BODY, "")) as answer:
            assert 401 == answer.status


WEBHOOK_FAULTS = [
    (b"{", 422),
    (b'{"job_id": "known"}', 422),
    (b'{"job_id": "known", "status": "dancing"}', 422),
    (b'{"job_id": "nope", "status": "failed"}', 404),
    (b'{"job_id": "nope", "status": "queued"}', 404),
    (b'{"job_id": "known", "status": "completed", "video_url": "file:///etc/passwd"}', 400),
]


@pytest.mark.parametrize(("body", "status"), WEBHOOK_FAULTS)
async def test_webhook_faults(world: World, body: bytes, status: int) -> None:
    """A signed body may still be wrong."""
    world.jobs["known"] = video_pb2.Job(job_id="known", state=video_pb2.JOB_STATE_PROCESSING)

    async with world.http.post("/api/revid-webhook", data=body, headers=signed(body)) as answer:
        assert status == answer.status
