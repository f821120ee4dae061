"""Errors as problem+json (RFC 9457), and the few forms that dialects need instead.

No exception's own text is ever sent: a MeshError's message is written for callers, anything else is replaced.
"""

import math
from http import HTTPStatus
from typing import Any

from aiohttp import hdrs, web

from meshkit import tracing
from meshkit.errors import MeshError

PROBLEM_JSON = "application/problem+json"
CLIENT_CLOSED_REQUEST = 499  # nginx's number; HTTPStatus has none


def title(status: int) -> str:
    """The usual words for a status."""
    return "Client Closed Request" if status == CLIENT_CLOSED_REQUEST else HTTPStatus(status).phrase


def problem(error: MeshError) -> dict[str, Any]:
    """The members of an error's problem document."""
    body = _members(error.http_status, error.message, error.reason)
    if error.field:
        body["field"] = error.field
        body["violations"] = [violation._asdict() for violation in error.violations]
    if error.metadata:
        body["metadata"] = error.metadata
    return body


def render(error: MeshError) -> web.Response:
    """An error as a response."""
    return web.json_response(
        problem(error), status=error.http_status, headers=headers(error), content_type=PROBLEM_JSON
    )


def headers(error: MeshError) -> dict[str, str]:
    """The headers that an error brings along."""
    found: dict[str, str] = {}
    if error.retry_after is not None:
        found[hdrs.RETRY_AFTER] = str(max(1, math.ceil(error.retry_after)))
    if error.http_status == HTTPStatus.UNAUTHORIZED:
        found[hdrs.WWW_AUTHENTICATE] = "Bearer"
    return found


def render_http(error: web.HTTPException) -> web.Response:
    """Aiohttp's own refusals (404, 405, 408, 413 …) as a response; `Allow` is kept."""
    response = render_status(error.status)
    if hdrs.ALLOW in error.headers:
        response.headers[hdrs.ALLOW] = error.headers[hdrs.ALLOW]
    return response


def render_status(status: int) -> web.Response:
    """A bare status as a response."""
    body = _members(status, _WORDS.get(status, title(status) + "."), reason_of(status))
    return web.json_response(body, status=status, content_type=PROBLEM_JSON)


_WORDS = {
    400: "This is not a well-formed HTTP request.",
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
    408: "The body did not arrive in time.",
}


def reason_of(status: int) -> str:
    """The word for a bare status."""
    return "ROUTE_NOT_FOUND" if status == HTTPStatus.NOT_FOUND else HTTPStatus(status).name


def _members(status: int, detail: str, reason: str) -> dict[str, Any]:
    identity = tracing.current()
    return {
        "type": "about:blank",
        "title": title(status),
        "status": status,
        "detail": detail,
        "instance": identity.request_id if identity else "",
        "reason": reason,
    }
