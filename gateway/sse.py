"""Server streams as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).

`event: message` carries an answer of the stream, `event: error` a problem document. A reconnection that finds nothing
more gets 204, at which a browser's EventSource stops by itself.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import grpc
from aiohttp import hdrs, web
from google.protobuf.message import Message

from gateway import metrics, problem
from gateway.jsonproto import encode
from gateway.keys import GATEWAY
from meshkit import deadline
from meshkit.errors import Internal, MeshError, from_rpc_error
from meshkit.log import get_logger

log = get_logger(__name__)

# How long the first answer may keep the headers back: a refusal that comes in this time has its own status.
FIRST_SECONDS = 1.0
# What a client has, after the deadline, to read the event that says so.
LAST_SECONDS = 5.0
# What a browser waits before it reconnects, in milliseconds.
RETRY_MS = 3000


async def respond(request: web.Request, call: Any, service: str) -> web.StreamResponse:
    """Answers a request with a gRPC stream. Raises MeshError when the stream fails before its first answer."""
    gateway = request.app[GATEWAY]
    left = deadline.remaining()
    # The call ends with its deadline by itself; this is for a client that does not read what it is sent.
    async with gateway.streams.slot(), asyncio.timeout(None if left is None else left + LAST_SECONDS):
        events = _Events(call, service, gateway.draining, gateway.settings.heartbeat_seconds)
        try:
            return await _respond(request, events)
        finally:
            await events.close()


async def _respond(request: web.Request, events: "_Events") -> web.StreamResponse:
    first = await events.first()
    if first is None and events.ended and hdrs.LAST_EVENT_ID in request.headers:
        return web.Response(status=204)
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
    )
    response.enable_chunked_encoding()
    await response.prepare(request)
    metrics.EVENT_STREAMS.inc()
    try:
        await response.write(f"retry: {RETRY_MS}\n\n".encode())
        if first is not None:
            await response.write(first)
        async for event in events:
            await response.write(event)
        await response.write_eof()
    finally:
        metrics.EVENT_STREAMS.dec()
    return response


class _Events:
    """The lines to send for a gRPC stream; owns the read in flight."""

    def __init__(self, call: Any, service: str, draining: asyncio.Event, heartbeat: float) -> None:
        self._call = call
        self._service = service
        self._heartbeat = heartbeat
        self._read = asyncio.ensure_future(call.read())
        self._drained = asyncio.ensure_future(draining.wait())
        self.ended = False

    async def close(self) -> None:
        """Cancels the call and what waits for it."""
        self._call.cancel()
        self._read.cancel()
        self._drained.cancel()
        await asyncio.gather(self._read, self._drained, return_exceptions=True)

    async def first(self) -> bytes | None:
        """The first event, when it comes soon."""
        await self._wait(FIRST_SECONDS)
        return self._take() if self._read.done() else None

    async def _wait(self, seconds: float) -> None:
        """Waits for an answer, for the gateway to stop, or for the time to pass."""
        waiting = {self._read, self._drained}
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._lines()

    async def _lines(self) -> AsyncIterator[bytes]:
        while not self.ended:
            await self._wait(self._heartbeat)
            if self._read.done():
                try:
                    event = self._take()
                except MeshError as error:
                    yield _frame("error", problem.problem(error))
                    return
                if event is not None:
                    yield event
            elif self._drained.done():
                yield b": the gateway is stopping, reconnect\n\n"
                return
            else:
                yield b": heartbeat\n\n"

    def _take(self) -> bytes | None:
        """The event of the finished read; starts the next one. None at the end of the stream."""
        try:
            message = self._read.result()
        except grpc.aio.AioRpcError as error:
            raise from_rpc_error(error, self._service) from error
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("event stream failed", service=self._service)
            raise Internal from None
        if message is grpc.aio.EOF:
            self.ended = True
            return None
        self._read = asyncio.ensure_future(self._call.read())
        return _frame("message", encode(message), event_id(message))


def event_id(message: Message) -> str:
    """The `event_id` of an answer, or of the event in it; empty when it has none."""
    for field, value in message.ListFields():
        if field.name == "event_id":
            return str(value)
        if isinstance(value, Message) and "event_id" in value.DESCRIPTOR.fields_by_name:
            return str(value.event_id)  # type: ignore[attr-defined]
    return ""


def _frame(event: str, data: dict[str, Any], identity: str = "") -> bytes:
    head = f"id: {identity}\n" if identity and "\n" not in identity else ""
    return f"{head}event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
