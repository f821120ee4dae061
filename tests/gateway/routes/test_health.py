"""Alive and ready."""

import pytest

from meshkit.health import Probe
from tests.gateway.conftest import Start, World


async def test_alive(world: World) -> None:
    """The process answers."""
    async with world.http.get("/healthz") as answer:
        assert (200, {"status": "ok"}) == (answer.status, await answer.json())


async def test_alive_without_services(start: Start) -> None:
    """Being alive does not hang on others."""
    async with start(away=("detector", "translator", "speech", "video")) as world:
        async with world.http.get("/healthz") as answer:
            assert 200 == answer.status


async def test_ready(world: World) -> None:
    """Every service is named."""
    async with world.http.get("/readyz") as answer:
        found = await answer.json()

    assert (200, "ready", []) == (answer.status, found["status"], found["away"])
    assert {"detector": "serving", "translator": "serving", "speech": "serving", "video": "serving"} == found[
        "services"
    ]


@pytest.mark.parametrize("away", [("speech",), ("detector", "video")])
async def test_not_ready(start: Start, away: tuple[str, ...]) -> None:
    """Who is away is named, and the status says so."""
    async with start(away=away) as world, world.http.get("/readyz") as answer:
        found = await answer.json()

    assert (503, "not_ready", list(away)) == (answer.status, found["status"], found["away"])


async def _ill() -> None:
    raise RuntimeError("the model is away")


@pytest.mark.parametrize("probe", [_ill])
async def test_a_service_that_is_ill(start: Start, probe: Probe) -> None:
    """A service that answers, but says NOT_SERVING, is away too."""
    async with start(probe=probe) as world, world.http.get("/readyz") as answer:
        found = await answer.json()

    assert (503, 4) == (answer.status, len(found["away"]))


async def test_stopping(start: Start) -> None:
    """A gateway that stops is not ready, whatever the services say."""
    async with start() as world:
        world.gateway.draining.set()
        async with world.http.get("/readyz") as answer:
            found = await answer.json()

    assert (503, "stopping") == (answer.status, found["status"])


async def test_metrics(world: World) -> None:
    """Prometheus' text format."""
    async with world.http.get("/metrics") as answer:
        text = await answer.text()

    assert "text/plain" == answer.content_type
    assert "# TYPE sutradhar_http_seconds histogram" in text
