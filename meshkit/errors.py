"""The errors of the mesh: raise meaning, map once.

Domain code raises one of the classes below with a sentence for the caller.
`TABLE` alone knows which gRPC code, HTTP status and default reason each has.
A message never holds the text of a foreign exception: details go to the log.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import grpc
from google.protobuf import duration_pb2
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

DOMAIN = "sutradhar"  # google.rpc.ErrorInfo.domain of every error of ours
# A status travels in the trailers, of which a client takes 8 KiB by default: more violations, and it would read
# RESOURCE_EXHAUSTED instead of what is wrong.
MAX_VIOLATIONS = 20


class FieldViolation(NamedTuple):
    """One field at fault: its path in the request, and what is wrong with it."""

    field: str
    description: str


class MeshError(Exception):
    """The base of every error that a caller may see.

    Args:
        message: a sentence for the caller; it names no internals.
        field: the path of the request field at fault, such as `image.data`.
        reason: an UPPER_CASE word for programs; the class's own when empty.
        retry_after: seconds after which trying again makes sense.
        metadata: more facts for programs (ErrorInfo.metadata).
        violations: several fields at fault; `field` and `message` make one when empty.
    """

    def __init__(
        self,
        message: str,
        *,
        field: str = "",
        reason: str = "",
        retry_after: float | None = None,
        metadata: Mapping[str, str] | None = None,
        violations: Sequence[FieldViolation] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.violations = tuple(violations) or ((FieldViolation(field, message),) if field else ())
        self.field = field or (self.violations[0].field if self.violations else "")
        self.reason = reason or TABLE[type(self)].reason
        self.retry_after = retry_after
        self.metadata = dict(metadata or {})

    @property
    def code(self) -> grpc.StatusCode:
        """The gRPC status code."""
        return TABLE[type(self)].code

    @property
    def http_status(self) -> int:
        """The HTTP status of the gateway's answer."""
        return TABLE[type(self)].http_status


class InvalidInput(MeshError):
    """The request is wrong and stays wrong when repeated."""


def white_space_only(field: str) -> InvalidInput:
    """The error of a field whose text says nothing (EMPTY_TEXT)."""
    return InvalidInput(f"{field}: it holds white space only.", field=field, reason="EMPTY_TEXT")


class PayloadTooLarge(MeshError):
    """A body, file or picture is over its size limit."""


class UnsupportedMedia(MeshError):
    """A file is of a kind that is not accepted."""


class NotFound(MeshError):
    """What the request names does not exist."""


class Conflict(MeshError):
    """The request does not fit the present state of its object."""


class Unauthenticated(MeshError):
    """The caller has not shown who it is, or the proof is wrong."""


class PermissionDenied(MeshError):
    """The caller may not do this."""


class Overloaded(MeshError):
    """A limit on rate, queue or concurrency is reached; later it may work."""


class BackendUnavailable(MeshError):
    """Something behind the service is away; the only error worth retrying at once."""


class ProviderError(MeshError):
    """A provider outside the mesh failed or refused."""


class DeadlineExceeded(MeshError):
    """The caller's time ran out before the answer was there."""


class Cancelled(MeshError):
    """The caller took the request back."""


class Unimplemented(MeshError):
    """The method does not exist here."""


class Internal(MeshError):
    """A fault of ours. The message is fixed; the log has the rest."""

    def __init__(self) -> None:
        super().__init__("Internal error; the log of the service has the details.")


class Row(NamedTuple):
    """What the outside sees of an error class."""

    code: grpc.StatusCode
    http_status: int
    reason: str


_C = grpc.StatusCode
TABLE: Mapping[type[MeshError], Row] = {
    InvalidInput: Row(_C.INVALID_ARGUMENT, 400, "INVALID_INPUT"),
    PayloadTooLarge: Row(_C.INVALID_ARGUMENT, 413, "PAYLOAD_TOO_LARGE"),
    UnsupportedMedia: Row(_C.INVALID_ARGUMENT, 415, "UNSUPPORTED_MEDIA"),
    Unauthenticated: Row(_C.UNAUTHENTICATED, 401, "UNAUTHENTICATED"),
    PermissionDenied: Row(_C.PERMISSION_DENIED, 403, "PERMISSION_DENIED"),
    NotFound: Row(_C.NOT_FOUND, 404, "NOT_FOUND"),
    Conflict: Row(_C.FAILED_PRECONDITION, 409, "CONFLICT"),
    Overloaded: Row(_C.RESOURCE_EXHAUSTED, 429, "OVERLOADED"),
    Cancelled: Row(_C.CANCELLED, 499, "CANCELLED"),
    Internal: Row(_C.INTERNAL, 500, "INTERNAL"),
    Unimplemented: Row(_C.UNIMPLEMENTED, 501, "UNIMPLEMENTED"),
    ProviderError: Row(_C.UNKNOWN, 502, "PROVIDER_ERROR"),
    BackendUnavailable: Row(_C.UNAVAILABLE, 503, "BACKEND_UNAVAILABLE"),
    DeadlineExceeded: Row(_C.DEADLINE_EXCEEDED, 504, "DEADLINE_EXCEEDED"),
}
# The class that a bare status code (from a library, not from our services) means.
_BY_CODE = {row.code: kind for kind, row in reversed(list(TABLE.items()))}
_KIND_KEY = "kind"  # ErrorInfo.metadata key that carries the class over the wire
_KINDS = {kind.__name__: kind for kind in TABLE}


def to_rpc_status(error: MeshError) -> status_pb2.Status:
    """Gives the google.rpc.Status (ErrorInfo, BadRequest, RetryInfo) of an error."""
    status = status_pb2.Status(code=error.code.value[0], message=error.message)
    metadata = {**error.metadata, _KIND_KEY: type(error).__name__}
    status.details.add().Pack(
        error_details_pb2.ErrorInfo(reason=error.reason, domain=DOMAIN, metadata=metadata)
    )
    if error.violations:
        bad = error_details_pb2.BadRequest()
        for violation in error.violations[:MAX_VIOLATIONS]:
            bad.field_violations.add(field=violation.field, description=violation.description)
        status.details.add().Pack(bad)
    if error.retry_after is not None:
        delay = duration_pb2.Duration(nanos=0)
        delay.FromNanoseconds(int(error.retry_after * 1e9))
        status.details.add().Pack(error_details_pb2.RetryInfo(retry_delay=delay))
    return status


def from_rpc_error(error: grpc.aio.AioRpcError, service: str) -> MeshError:
    """Gives the error that a failed call to `service` means.

    Errors of our own services come back as they were raised. Of any other
    failure only the code is kept: its text is the library's, not for callers.
    """
    try:
        status = rpc_status.from_call(error)  # type: ignore[arg-type]
    except ValueError:
        status = None
    if status is not None and status.code != code_pb2.OK:
        ours = _from_status(status)
        if ours is not None:
            return ours
    return _from_code(error.code(), service)


def _from_status(status: status_pb2.Status) -> MeshError | None:
    info, bad, retry = (
        error_details_pb2.ErrorInfo(),
        error_details_pb2.BadRequest(),
        error_details_pb2.RetryInfo(),
    )
    for detail in status.details:
        for message in (info, bad, retry):
            if detail.Is(message.DESCRIPTOR):
                detail.Unpack(message)
    kind: type[MeshError] | None = _KINDS.get(info.metadata.get(_KIND_KEY, ""))
    if info.domain != DOMAIN or kind is None:
        return None
    if kind is Internal:
        return Internal()
    return kind(
        status.message,
        reason=info.reason,
        retry_after=retry.retry_delay.ToNanoseconds() / 1e9 if retry.HasField("retry_delay") else None,
        metadata={key: value for key, value in info.metadata.items() if key != _KIND_KEY},
        violations=[FieldViolation(v.field, v.description) for v in bad.field_violations],
    )


def _from_code(code: grpc.StatusCode, service: str) -> MeshError:
    kind = _BY_CODE.get(code, Internal)
    if kind in (Internal, ProviderError):
        return Internal()
    messages: Mapping[type[MeshError], str] = {
        BackendUnavailable: f"The {service} service is away.",
        DeadlineExceeded: f"The {service} service did not answer in time.",
        Overloaded: f"The {service} service is overloaded.",
        Unimplemented: f"The {service} service does not know this method.",
        Cancelled: "The request was cancelled.",
    }
    return kind(messages.get(kind, f"The {service} service refused the request."))
