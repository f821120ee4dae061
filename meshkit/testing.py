"""In-process harness: a real server on a port of the system's choice, and a real channel to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc

from meshkit.client import connect
from meshkit.health import Probe
from meshkit.server import Binding, MeshServer
from meshkit.settings import ServerSettings

_SETTINGS = ServerSettings(port=0, drain_grace_seconds=0.2, probe_interval_seconds=0.2)


@asynccontextmanager
async def running(
    *bindings: Binding, probe: Probe | None = None, settings: ServerSettings = _SETTINGS
) -> AsyncIterator[str]:
    """Serves the bindings with all interceptors and yields the target, such as `127.0.0.1:40001`."""
    server = MeshServer(settings, bindings, probe)
    port = await server.start()
    try:
        yield f"{settings.host}:{port}"
    finally:
        await server.stop()


@asynccontextmanager
async def serving(
    *bindings: Binding, probe: Probe | None = None, settings: ServerSettings = _SETTINGS
) -> AsyncIterator[grpc.aio.Channel]:
    """Like `running`, but yields an open channel to the server."""
    async with running(*bindings, probe=probe, settings=settings) as target:
        channel = connect(target)
        try:
            yield channel
        finally:
            await channel.close()
