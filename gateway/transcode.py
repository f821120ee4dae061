"""The canonical /v1 routes: every RPC with a `google.api.http` annotation, by descriptors alone.

A new RPC needs no code here. The request comes from the path, the query (GET and DELETE) or the body: a JSON object,
or a multipart form whose files fill `bytes` fields by dotted name and whose other parts are values as in a query.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from aiohttp import hdrs, web
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from gateway import bodies, fields, jsonproto, sse
from gateway.clients import owner
from gateway.keys import CALLER, GATEWAY, HELD, require_admin
from gateway.media import check_declared, explain
from gateway.rules import Rule
from gateway.settings import GatewaySettings
from meshkit import deadline
from meshkit.errors import InvalidInput, UnsupportedMedia
from meshkit.interceptors.validation import validate

RESUME_FIELD = "after_event_id"
JSON_TYPES = ("application/json", "application/octet-stream")  # the second is aiohttp's word for none


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

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Converts, calls, converts back."""
        gateway = request.app[GATEWAY]
        if self._rule.admin:
            require_admin(request[CALLER])
        message = await self._read(request)
        validate(message)
        refused = await gateway.media.resolve(message, partial(bodies.count, request))
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

    async def _read(self, request: web.Request) -> Message:
        kind, files, size = self._rule.request, list[tuple[str, bytes]](), 0
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
        for name, data in files:
            _set_bytes(message, name, data)
        return message

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
        if request.content_type not in JSON_TYPES and not request.content_type.endswith("+json"):
            raise UnsupportedMedia(
                "The body must be application/json or multipart/form-data; Content-Type says which.",
                reason="BODY_TYPE_UNSUPPORTED",
            )
        _no_query(request)
        body = await bodies.read(request, self._limit(request, 4 / 3))
        decode = request.app[GATEWAY].workers.run(len(body), lambda: jsonproto.decode(body or b"{}"))
        payload = await decode
        return payload if self._rule.body == "*" else {self._rule.body: payload}

    async def _read_form(self, request: web.Request) -> tuple[dict[str, Any], list[tuple[str, bytes]]]:
        kind = self._rule.request
        _no_query(request)
        form = await bodies.read_form(request, self._limit(request, 1), lambda name: _file_limit(kind, name))
        for file in form.files:
            check_declared(file.data, file.content_type, field=file.name)
        return fields.gather(form.fields, kind), [(file.name, file.data) for file in form.files]


def _no_query(request: web.Request) -> None:
    for name in request.query:
        raise InvalidInput(f"{name}: this route takes no query.", field=name, reason="UNKNOWN_FIELD")


def _file_limit(kind: Descriptor, name: str) -> int | None:
    field = fields.find(kind, name)
    if field is None or field.type != FieldDescriptor.TYPE_BYTES or field.is_repeated:
        return None
    return bodies.field_bytes(field)


def _set_bytes(message: Message, name: str, data: bytes) -> None:
    """Puts a file where its dotted name points; the name was found good by _file_limit."""
    *parents, last = name.split(".")
    at: Any = message
    for parent in parents:
        at = getattr(at, _known(at, parent).name)
    field = _known(at, last)
    if field.containing_oneof is not None and at.WhichOneof(field.containing_oneof.name):
        raise InvalidInput(f"{name}: given in two ways.", field=name, reason="CONFLICTING_FIELDS")
    setattr(at, field.name, data)


def _known(message: Any, name: str) -> FieldDescriptor:
    field = jsonproto.field_of(message.DESCRIPTOR, name)
    if field is None:
        raise KeyError(name)
    return field
