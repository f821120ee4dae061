"""Ports that the server needs, and a predecessor may still hold."""

import socket
import time

_POLL = 0.1  # seconds


class PortTaken(Exception):
    """The message names the port."""


def await_free_port(name: str, host: str, port: int, deadline: float) -> None:
    """Return when the port can be used; raises PortTaken when it cannot at the deadline (of time.monotonic).

    A launcher that was killed is started anew before its Triton has let go of the ports.
    """
    while trouble := _trouble(host, port):
        if time.monotonic() >= deadline:
            raise PortTaken(f"the {name} port {host}:{port} cannot be used: {trouble}")
        time.sleep(_POLL)


def _trouble(host: str, port: int) -> str:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror or "unknown"
    return ""
