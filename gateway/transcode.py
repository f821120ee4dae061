"""The canonical /v1 routes: every RPC with a `google.api.http` annotation, by descriptors alone.

A new RPC needs no code here. The request comes from the path, the query (GET and DELETE) or the body: a JSON object,
or a multipart form whose files fill `bytes` fields by dotted name and whose other parts are values as in a query.
"""

import re
from collections.abc import Iterable
from functools import partial
from typing import Any

from aiohttp import hdrs, web
from google.protobuf.message import Message

from gateway import bodies, fields, jsonproto, sse
from gateway.clients import owner
from gateway.forms import FileRules
from gateway.keys import CALLER, GATEWAY, HELD, require_admin
from gateway.media import explain
from gateway.rules import Rule
from gateway.settings import GatewaySettings
from meshkit import deadline
from meshkit.errors import FieldViolation, InvalidInput, MeshError
from meshkit.interceptors.validation import validate

_LONG_FLOAT = re.compile(r"\b[0-9]+\.[0-9]{8,}")
RESUME_FIELD = "after_event_id"


def add_routes(app: web.Application, rules: Iterable[Rule]) -> None:
    """Adds one route per rule."""
    for rule in rules:
        route = app.router.add_route(rule.verb, rule.path, Endpoint(rule).handle)
        if rule.streams and route.resource is not None:
            app[GATEWAY].stream_routes.add(route.resource.canonical)


class Endpoint:
    """The handler of one rule."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._files = bodies.file_bytes(rule.request)
        self._form = FileRules(rule.request)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Converts, calls, converts back."""
        gateway = request.app[GATEWAY]
        if self._rule.admin:
            require_admin(request[CALLER])
        message, refused = await self._read(request)
        _validate(message)
        refused = await gateway.media.resolve(message, partial(bodies.count, request)) | refused
        if self._rule.streams:
            deadline.enter(self._patience(gateway.settings))
            call = gateway.clients.stream(self._rule.method, message)
            return await sse.respond(request, call, owner(self._rule.method))
        answer = await gateway.clients.call(self._rule.method, message)
        explain(answer, refused)
        text = await gateway.workers.run(answer.ByteSize(), lambda: jsonproto.write(answer))
        return web.json_response(text=text)

    def _patience(self, settings: GatewaySettings) -> float | None:
        """Seconds that a stream may take; a log is followed for as long as its reader likes."""
        if RESUME_FIELD in self._rule.request.fields_by_name:
            return None
        return settings.clip_timeout if self._files else settings.stream_timeout

    async def _read(self, request: web.Request) -> tuple[Message, dict[int, MeshError]]:
        """The request, and which of a list's files are refused, by their places."""
        kind, files, size = self._rule.request, list[bodies.FilePart](), 0
        if not self._rule.body:
            payload = fields.gather(request.query.items(), kind)
        elif bodies.is_form(request):
            payload, files = await self._read_form(request)
        else:
            payload = await self._read_json(request)
            size = request.get(HELD, 0)
        for name in self._rule.variables:
            payload.pop(name, None)
            fields.put(payload, kind, name, request.match_info[name.replace(".", "__")])
        self._resume(request, payload)
        message = await request.app[GATEWAY].workers.run(size, lambda: jsonproto.to_message(payload, kind))
        return message, self._form.put(message, files)

    def _resume(self, request: web.Request, payload: dict[str, Any]) -> None:
        """A browser that reconnects says in a header where it was."""
        last = request.headers.get(hdrs.LAST_EVENT_ID)
        if last and self._rule.streams and RESUME_FIELD in self._rule.request.fields_by_name:
            payload[RESUME_FIELD] = last

    def _limit(self, request: web.Request, growth: float) -> int:
        """The largest body: room for texts, plus the files in their encoded size."""
        cap = request.app[GATEWAY].settings.max_body_bytes
        return min(int(bodies.TEXT_BYTES + self._files * growth), cap)

    async def _read_json(self, request: web.Request) -> dict[str, Any]:
        if not bodies.is_json(request):
            raise bodies.wrong_type(request)
        _no_query(request)
        body = await bodies.read(request, self._limit(request, 4 / 3))
        decode = request.app[GATEWAY].workers.run(len(body), lambda: jsonproto.decode(body or b"{}"))
        payload = await decode
        return payload if self._rule.body == "*" else {self._rule.body: payload}

    async def _read_form(self, request: web.Request) -> tuple[dict[str, Any], list[bodies.FilePart]]:
        _no_query(request)
        form = await bodies.read_form(request, self._limit(request, 1), self._form)
        given = []
        for name, value in form.fields:
            if value:
                given.append((name, value))
            else:  # pages send the fields that were left empty, too
                self._form.unplaced(name)
        return fields.gather(given, self._rule.request), form.files


def _no_query(request: web.Request) -> None:
    for name in request.query:
        raise InvalidInput(f"{name}: this route takes no query.", field=name, reason="UNKNOWN_FIELD")


def _validate(message: Message) -> None:
    """Checks the rules of the contract; raises InvalidInput with their limits as they were written."""
    try:
        validate(message)
    except InvalidInput as error:
        found = [FieldViolation(field, _plain(what)) for field, what in error.violations]
        raise InvalidInput(_plain(error.message), violations=found) from None


def _plain(text: str) -> str:
    """0.05, where the validator tells what became of it in 32 bits: 0.05000000074505806."""
    return _LONG_FLOAT.sub(lambda match: f"{float(match[0]):.7g}", text)
