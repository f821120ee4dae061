"""A real gateway on a port of the system's choice, before real (tiny) services."""

import io
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver
from PIL import Image

from gateway.app import build
from gateway.clients import DEFAULT_TARGETS
from gateway.keys import GATEWAY, Gateway
from gateway.server import GatewayServer
from gateway.settings import GatewaySettings
from meshkit.health import Probe
from meshkit.testing import running
from tests.gateway.neighbours import Notebook, bindings

ADMIN_KEY = "an-administrators-key"
API_KEY = "a-known-callers-key"
SECRET = "webhook-secret"
LINK_SECRET = "link-secret"


@dataclass
class World:
    """A gateway that runs, a client to it, and its neighbours."""

    http: aiohttp.ClientSession
    app: web.Application
    server: GatewayServer
    port: int
    notebook: Notebook
    jobs: dict[str, Any] = field(default_factory=dict)

    @property
    def gateway(self) -> Gateway:
        """What the gateway's handlers share."""
        return self.app[GATEWAY]

    @property
    def asked(self) -> Any:
        """The last request that a service got."""
        return self.notebook.asked[-1]


Start = Callable[..., AbstractAsyncContextManager[World]]


@asynccontextmanager
async def start_world(
    folder: Path,
    resolver: AbstractResolver | None = None,
    away: tuple[str, ...] = (),
    probe: Probe | None = None,
    **settings: Any,
) -> AsyncIterator[World]:
    """Starts services and gateway; the services in `away` are at a port where nobody listens."""
    defaults: dict[str, Any] = {
        "port": 0,
        "admin_keys": (ADMIN_KEY,),
        "api_keys": (API_KEY,),
        "requests_per_second": 0,
        "anonymous_per_minute": 0,
        "revid_webhook_secret": SECRET,
        "artifact_signing_secret": LINK_SECRET,
        "artifacts_url": f"file://{folder}",
        "drain_seconds": 1,
    }
    config = GatewaySettings(**(defaults | settings))
    notebook, jobs = Notebook(), dict[str, Any]()
    async with running(*bindings(notebook, jobs), probe=probe) as target:
        nowhere = f"127.0.0.1:{free_port()}"
        targets = {name: nowhere if name in away else target for name in DEFAULT_TARGETS}
        app = build(config, targets, resolver)
        server = GatewayServer(app, config)
        port = await server.start()
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", auto_decompress=False) as http:
            yield World(http, app, server, port, notebook, jobs)
        await server.stop()


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Starts a world with settings of the test's choice."""

    def starter(**settings: Any) -> AbstractAsyncContextManager[World]:
        return start_world(tmp_path, **settings)

    return starter


@pytest.fixture
async def world(start: Start) -> AsyncIterator[World]:
    """A world with the usual settings."""
    async with start() as running_world:
        yield running_world


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", size, (200, 120, 40)).save(out, kind, **options)
    return out.getvalue()


async def statuses(world: World, count: int, path: str = "/v1/filters", **options: Any) -> list[int]:
    """The statuses of some requests in a row."""
    found = []
    for _ in range(count):
        async with world.http.get(path, **options) as answer:
            found.append(answer.status)
    return found
