"""Small web sites for the gateway to fetch from."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web


@asynccontextmanager
async def one_file(body: bytes) -> AsyncIterator[str]:
    """Serves one file on loopback and yields its address."""

    async def handle(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="image/jpeg")

    app = web.Application()
    app.router.add_get("/dog.jpg", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/dog.jpg"
    await runner.cleanup()
