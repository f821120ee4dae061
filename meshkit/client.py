"""Channels to the mesh's services.

round_robin over every address of the name (grpcio's default is pick_first),
client health checking, keepalive, retries of UNAVAILABLE under a retry budget
(gRFC A6), and interceptors that hand the deadline and the identity on.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import grpc

from meshkit import deadline, tracing
from meshkit.errors import DeadlineExceeded, from_rpc_error

MAX_MESSAGE_BYTES = 64 * 1024 * 1024
# No unary call waits for ever, even when its caller set no deadline.
DEFAULT_TIMEOUT_SECONDS = 60.0

_SERVICE_CONFIG = {
    "loadBalancingConfig": [{"round_robin": {}}],
    "healthCheckConfig": {"serviceName": ""},
    "methodConfig": [
        {
            "name": [{}],
            "retryPolicy": {
                "maxAttempts": 3,
                "initialBackoff": "0.05s",
                "maxBackoff": "0.5s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ],
    # Each failure costs a token and each success gives 0.2 back: at most one
    # retry in five calls while a service is ill.
    "retryThrottling": {"maxTokens": 10, "tokenRatio": 0.2},
}
OPTIONS: tuple[tuple[str, Any], ...] = (
    ("grpc.service_config", json.dumps(_SERVICE_CONFIG)),
    ("grpc.enable_retries", 1),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    # A neighbour that comes back is used again within a second or two.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 2_000),
    ("grpc.enable_http_proxy", 0),
    # Channels to one target must not share state: each has its own retry budget and health.
    ("grpc.use_local_subchannel_pool", 1),
)


# A deadline in the past: grpc ends the call with DEADLINE_EXCEEDED. An interceptor that raised instead would leave a
# broken call behind.
_OVER = -1.0


def _timeout(own: float | None) -> float | None:
    try:
        return deadline.budget(own)
    except DeadlineExceeded:
        return _OVER


def _outgoing(details: grpc.aio.ClientCallDetails, own: float | None) -> grpc.aio.ClientCallDetails:
    metadata = grpc.aio.Metadata(*(details.metadata or ()))
    for key, value in tracing.outgoing().items():
        metadata.add(key, value)
    return grpc.aio.ClientCallDetails(
        method=details.method,
        timeout=_timeout(details.timeout if details.timeout is not None else own),
        metadata=metadata,
        credentials=details.credentials,
        wait_for_ready=details.wait_for_ready,
    )


class _UnaryContext(grpc.aio.UnaryUnaryClientInterceptor):
    """Hands deadline and identity on with unary calls."""

    async def intercept_unary_unary(
        self, continuation: Callable[..., Any], client_call_details: grpc.aio.ClientCallDetails, request: Any
    ) -> Any:
        return await continuation(_outgoing(client_call_details, DEFAULT_TIMEOUT_SECONDS), request)


class _StreamContext(grpc.aio.UnaryStreamClientInterceptor):
    """Hands deadline and identity on with server streams, which may be long."""

    async def intercept_unary_stream(
        self, continuation: Callable[..., Any], client_call_details: grpc.aio.ClientCallDetails, request: Any
    ) -> Any:
        return await continuation(_outgoing(client_call_details, None), request)


def connect(target: str) -> grpc.aio.Channel:
    """Opens a channel to a service, such as `dns:///detector:50051` or `127.0.0.1:50051`.

    Nothing is dialled yet; a service that is away fails its calls with
    UNAVAILABLE at once, and is found again by itself.
    """
    return grpc.aio.insecure_channel(
        target, options=OPTIONS, interceptors=[_UnaryContext(), _StreamContext()]
    )


@contextmanager
def calling(service: str) -> Iterator[None]:
    """Turns a failed call to `service` into the MeshError that it means."""
    try:
        yield
    except grpc.aio.AioRpcError as error:
        raise from_rpc_error(error, service) from error
