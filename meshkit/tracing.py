"""Request identity: the request id and the W3C trace context, kept in context variables and in every log line.

Format: https://www.w3.org/TR/trace-context/#traceparent-header
"""

import re
import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from typing import NamedTuple

import structlog

REQUEST_ID = "x-request-id"
TRACEPARENT = "traceparent"

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Identity(NamedTuple):
    """Who a piece of work is done for."""

    request_id: str
    trace_id: str
    span_id: str
    flags: str

    @property
    def traceparent(self) -> str:
        """The header that hands this span on as the parent."""
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"


_current: ContextVar[Identity | None] = ContextVar("identity", default=None)


def enter(headers: Mapping[str, str]) -> Identity:
    """Starts work for the caller that sent `headers` (names in lower case): continues its trace, or begins one.

    A request id or traceparent that is malformed is replaced, never echoed.
    """
    request_id = headers.get(REQUEST_ID, "")
    match = _TRACEPARENT.fullmatch(headers.get(TRACEPARENT, ""))
    identity = Identity(
        request_id if _REQUEST_ID.fullmatch(request_id) else secrets.token_hex(8),
        match[1] if match and set(match[1]) != {"0"} else secrets.token_hex(16),
        secrets.token_hex(8),
        match[3] if match else "01",
    )
    _current.set(identity)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(
        request_id=identity.request_id, trace_id=identity.trace_id, span_id=identity.span_id
    )
    return identity


def current() -> Identity | None:
    """The identity of the work in hand, if any."""
    return _current.get()


def outgoing() -> dict[str, str]:
    """The headers that hand the identity on to the next process."""
    identity = _current.get()
    if identity is None:
        return {}
    return {REQUEST_ID: identity.request_id, TRACEPARENT: identity.traceparent}
