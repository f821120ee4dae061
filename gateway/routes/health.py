"""Is the process alive, can it work, and what has it counted."""

import asyncio
import time

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from gateway.clients import Clients
from gateway.keys import GATEWAY

CACHE_SECONDS = 1.0


class Readiness:
    """Asks every service whether it serves, at most once a second however many ask us."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._lock = asyncio.Lock()
        self._asked = float("-inf")
        self._services: dict[str, bool] = {}

    async def services(self) -> dict[str, bool]:
        """Which services serve."""
        async with self._lock:
            if time.monotonic() - self._asked > CACHE_SECONDS:
                self._services = await self._clients.health()
                self._asked = time.monotonic()
            return self._services


READINESS = web.AppKey("readiness", Readiness)


def add_routes(app: web.Application) -> None:
    """Adds /healthz, /readyz and /metrics."""
    app[READINESS] = Readiness(app[GATEWAY].clients)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)


async def healthz(_: web.Request) -> web.Response:
    """The process answers: that is all it says."""
    return web.json_response({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """200 when every service serves and the gateway is not stopping; otherwise 503 and who is away."""
    services = await request.app[READINESS].services()
    away = sorted(name for name, serves in services.items() if not serves)
    draining = request.app[GATEWAY].draining.is_set()
    ready = not away and not draining
    body = {
        "status": "ready" if ready else "stopping" if draining else "not_ready",
        "services": {name: "serving" if serves else "away" for name, serves in services.items()},
        "away": away,
    }
    return web.json_response(body, status=200 if ready else 503)


async def metrics(_: web.Request) -> web.Response:
    """Prometheus' text format."""
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
