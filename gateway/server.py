"""The HTTP server: listens, and stops without losing what it has begun."""

import asyncio
from typing import Any

from aiohttp import hdrs, web

from gateway import metrics, problem
from gateway.keys import GATEWAY
from gateway.middlewares import SECURITY_HEADERS
from gateway.settings import GatewaySettings
from meshkit.log import get_logger

log = get_logger(__name__)


class Protocol(web.RequestHandler):
    """One connection. What is not HTTP never reaches a middleware; it is answered here, in our own words."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answers a request that could not be parsed or handled; aiohttp would repeat its exception's text."""
        log.info("broken request", status=status, error=type(exc).__name__)
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun, no other can be sent")
        metrics.HTTP_ERRORS.labels("unmatched", problem.reason_of(status)).inc()
        response = problem.render_status(status)
        # aiohttp would name itself and its version.
        response.headers.update(SECURITY_HEADERS | {hdrs.SERVER: "sutradhar"})
        response.force_close()
        return response


class GatewayServer:
    """Serves an application on `settings.host:settings.port` (port 0: the system picks one)."""

    def __init__(self, app: web.Application, settings: GatewaySettings) -> None:
        self._app = app
        self._settings = settings
        self._listener: asyncio.Server | None = None
        # aiohttp waits this long twice: for running requests, then for those that it has cancelled.
        self._runner = web.AppRunner(
            app, handler_cancellation=True, shutdown_timeout=settings.drain_seconds / 2
        )

    async def start(self) -> int:
        """Starts listening and returns the port. Raises OSError when the address is taken."""
        host, port = self._settings.host, self._settings.port
        await self._runner.setup()
        try:
            self._listener = await asyncio.get_running_loop().create_server(
                self._protocol, host, port, backlog=512
            )
        except OSError as error:
            await self._runner.cleanup()
            raise OSError(f"cannot listen on {host}:{port}: the port is taken or not ours") from error
        return int(self._listener.sockets[0].getsockname()[1])

    def _protocol(self) -> Protocol:
        server: Any = self._runner.server
        return Protocol(
            server,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type]  # the observing middleware writes one
            keepalive_timeout=self._settings.keepalive_timeout,
            lingering_time=2.0,
            auto_decompress=False,
        )

    async def stop(self) -> None:
        """Says not ready, ends event streams, lets running requests end within `drain_seconds`, closes."""
        self._app[GATEWAY].draining.set()
        await asyncio.sleep(self._settings.drain_wait_seconds)
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        await self._runner.cleanup()
