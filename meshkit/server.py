"""The gRPC server that every service is: interceptors, health, reflection, graceful drain."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import grpc
from grpc_health.v1 import health, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from meshkit import lifecycle, metrics
from meshkit.client import MAX_MESSAGE_BYTES
from meshkit.health import HealthMonitor, Probe
from meshkit.interceptors.concurrency import ConcurrencyInterceptor
from meshkit.interceptors.deadline import DeadlineInterceptor
from meshkit.interceptors.errors import ErrorsInterceptor
from meshkit.interceptors.logging import LoggingInterceptor
from meshkit.interceptors.metrics import MetricsInterceptor
from meshkit.interceptors.validation import ValidationInterceptor
from meshkit.log import get_logger
from meshkit.settings import ServerSettings

_log = get_logger(__name__)


@dataclass(frozen=True)
class Binding:
    """One gRPC service and what serves it: `Binding(full_name, add_XServicer_to_server, servicer)`."""

    full_name: str
    add: Callable[[Any, Any], None]
    servicer: object


class MeshServer:
    """A gRPC server on `settings.host:settings.port` (port 0: the system picks one)."""

    def __init__(
        self, settings: ServerSettings, bindings: Sequence[Binding], probe: Probe | None = None
    ) -> None:
        names = [binding.full_name for binding in bindings]
        self.settings = settings
        self.port = settings.port
        self._health = HealthMonitor(
            names, probe, settings.probe_interval_seconds, settings.probe_timeout_seconds
        )
        self._server = grpc.aio.server(interceptors=_interceptors(settings), options=_options(settings))
        for binding in bindings:
            binding.add(binding.servicer, self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health.servicer, self._server)
        reflection.enable_server_reflection(
            [*names, health.SERVICE_NAME, reflection.SERVICE_NAME], self._server
        )

    async def start(self) -> int:
        """Starts serving.

        Returns: the port that it listens on.

        Raises:
            OSError: the address is taken.
        """
        address = f"{self.settings.host}:{self.settings.port}"
        try:
            self.port = self._server.add_insecure_port(address)
        except RuntimeError as error:
            raise OSError(f"cannot listen on {address}: the port is taken or not ours") from error
        await self._server.start()
        await self._health.start()
        return self.port

    async def stop(self) -> None:
        """Says NOT_SERVING, waits until load balancers have seen it, lets running calls end, stops."""
        await self._health.stop()
        await asyncio.sleep(self.settings.drain_wait_seconds)
        await self._server.stop(self.settings.drain_grace_seconds)


async def run_until_stopped(server: MeshServer, *closers: Callable[[], Awaitable[None]]) -> None:
    """Serves until SIGTERM or SIGINT, then drains and closes what the service holds, in the order given.

    A port that cannot be had ends the process with status 1 and one line in the log.
    """
    settings = server.settings
    try:
        metrics.serve_metrics(settings.host, settings.metrics_port)
        port = await server.start()
    except OSError as error:
        _log.error("cannot start", why=str(error), metrics_port=settings.metrics_port)
        sys.exit(1)
    _log.info("serving", host=settings.host, port=port, metrics_port=settings.metrics_port)
    await lifecycle.stop_signal()
    _log.info("stopping")
    await server.stop()
    await lifecycle.close_all(*closers)
    _log.info("stopped")


def _interceptors(settings: ServerSettings) -> list[grpc.aio.ServerInterceptor]:
    """Outermost first: what observes, then what translates errors, then what may refuse."""
    return [
        LoggingInterceptor(),
        MetricsInterceptor(),
        ErrorsInterceptor(),
        ConcurrencyInterceptor(settings.max_concurrent_rpcs),
        DeadlineInterceptor(),
        ValidationInterceptor(),
    ]


def _options(settings: ServerSettings) -> list[tuple[str, Any]]:
    return [
        ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
        ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
        ("grpc.max_connection_age_ms", settings.max_connection_age_seconds * 1000),
        ("grpc.max_connection_age_grace_ms", 60_000),
        # Clients ping every 30 s; without these the server calls that abuse.
        ("grpc.http2.min_recv_ping_interval_without_data_ms", 10_000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.so_reuseport", 0),
    ]
