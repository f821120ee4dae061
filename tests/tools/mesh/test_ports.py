import os
import socket

import pytest

from tools.mesh.ports import DEFAULTS, PortTaken, check, is_open, is_taken, resolve
from tools.mesh.settings import RunSettings


def test_the_offset_moves_every_port_that_is_not_set() -> None:
    """A port that is set by itself stays where it is put."""
    ports = resolve(RunSettings(port_offset=100, speech_port=4711))

    assert {**{name: port + 100 for name, port in DEFAULTS.items()}, "SPEECH_PORT": 4711} == ports


def test_neighbours_elsewhere_need_no_ports() -> None:
    """With TRITON_URL and REDIS_URL neither is started here."""
    ports = resolve(RunSettings(triton_url="triton:8001", redis_url="redis://redis:6379/0"))

    assert [] == [name for name in ports if name.startswith(("TRITON", "REDIS"))]


def test_every_default_port_has_its_setting() -> None:
    """The settings have a field for each port of the table."""
    assert set() == {name.lower() for name in DEFAULTS} - set(RunSettings.model_fields)


def test_a_taken_port_is_named_with_its_holder_and_its_setting() -> None:
    """The message says which port, who has it, and how to move ours."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(PortTaken) as caught:
            check({"SPEECH_PORT": port})

    assert f"port {port} is taken" in str(caught.value)
    assert f"(process {os.getpid()})" in str(caught.value)
    assert "SPEECH_PORT=... moves it, PORT_OFFSET=... moves all" in str(caught.value)


def test_a_port_given_twice_is_refused() -> None:
    """Two services cannot listen on one port."""
    with pytest.raises(PortTaken, match="port 4711 is given to both A and B"):
        check({"A": 4711, "B": 4711})


def test_open_and_taken_agree_with_a_real_server() -> None:
    """A listening port is open and taken; a closed one is neither."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        assert (True, True) == (is_open(port), is_taken(port))

    assert (False, False) == (is_open(port), is_taken(port))
