"""Small web sites for the gateway to fetch from."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from aiohttp import web


@asynccontextmanager
async def serve(handler: Any) -> AsyncIterator[str]:
    """Serves a handler on loopback and yields its address."""
    app = web.Application()
    app.router.add_get("/dog.jpg", handler)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/dog.jpg"
    await runner.cleanup()


def one_file(body: bytes, content_type: str = "image/jpeg") -> AbstractAsyncContextManager[str]:
    """Serves one file."""

    async def handle(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type=content_type)

    return serve(handle)
