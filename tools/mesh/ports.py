"""The ports of the mesh: their defaults, the settings that move them, and whether they are free."""

import errno
import socket
from collections.abc import Mapping

import psutil

from tools.mesh.settings import RunSettings

# Environment name → default port; the field of RunSettings has the same name in lower case.
DEFAULTS: Mapping[str, int] = {
    "GATEWAY_PORT": 8000,
    "DETECTOR_PORT": 50051,
    "TRANSLATOR_PORT": 50052,
    "SPEECH_PORT": 50053,
    "VIDEO_PORT": 50054,
    "DETECTOR_METRICS_PORT": 9151,
    "TRANSLATOR_METRICS_PORT": 9152,
    "SPEECH_METRICS_PORT": 9153,
    "VIDEO_METRICS_PORT": 9154,
    "VIDEO_WORKER_METRICS_PORT": 9155,
    "TRITON_HTTP_PORT": 8100,
    "TRITON_GRPC_PORT": 8101,
    "TRITON_METRICS_PORT": 8102,
    "REDIS_PORT": 6380,
}


class PortTaken(Exception):
    """A port of the mesh belongs to another process; the message names the setting that moves it."""


def resolve(settings: RunSettings) -> dict[str, int]:
    """Every port by its environment name: what is set, otherwise the default plus the offset."""
    chosen = settings.model_dump()
    return {
        name: chosen[name.lower()] or default + settings.port_offset
        for name, default in DEFAULTS.items()
        if not is_elsewhere(name, settings)
    }


def is_elsewhere(name: str, settings: RunSettings) -> bool:
    """Whether the port belongs to a neighbour that runs elsewhere and is not started here."""
    return (name.startswith("TRITON") and settings.triton_url != "") or (
        name == "REDIS_PORT" and settings.redis_url != ""
    )


def check(ports: Mapping[str, int]) -> None:
    """Raises PortTaken for ports that are taken, or given twice."""
    lines = []
    for name, port in ports.items():
        twin = next((other for other, number in ports.items() if number == port and other != name), None)
        if twin:
            lines.append(f"port {port} is given to both {name} and {twin}")
        elif is_taken(port):
            lines.append(
                f"port {port} is taken{holder(port)}; {name}=... moves it, PORT_OFFSET=... moves all"
            )
    if lines:
        raise PortTaken("\n".join(lines))


def is_taken(port: int) -> bool:
    """Whether somebody listens there. Binding is the test: gRPC servers would silently share a port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))  # noqa: S104 - nothing listens on this socket
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False


def holder(port: int) -> str:
    """Who listens on a port, as far as this user may see it: ' by nginx (process 12)' or ''."""
    try:
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN
            if listens and connection.pid and tuple(connection.laddr)[1:] == (port,):
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        pass
    return ""


def is_open(port: int) -> bool:
    """Whether a connection to the port succeeds."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
