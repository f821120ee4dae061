"""Ports: waited for within reason, and named when they stay taken."""

import socket
import threading
import time

import pytest

from tools.triton.ports import PortTaken, await_free_port


def test_a_port_that_becomes_free_is_waited_for() -> None:
    """A launcher that is started anew right after a kill finds its ports still held for a moment."""
    holder = socket.create_server(("127.0.0.1", 0))
    port = holder.getsockname()[1]
    release = threading.Timer(0.3, holder.close)
    release.start()

    await_free_port("grpc", "127.0.0.1", port, time.monotonic() + 20)

    assert -1 == holder.fileno()
    release.join()


def test_a_port_that_stays_taken_is_named() -> None:
    """The error says which one, and why."""
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(
            PortTaken, match=f"the http port 127.0.0.1:{port} cannot be used: Address already"
        ):
            await_free_port("http", "127.0.0.1", port, time.monotonic())
