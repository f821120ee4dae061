import pytest
from pydantic import ValidationError

from tools.mesh.settings import RunSettings, inherited


def test_ports_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A single port is moved by the variable of its name."""
    monkeypatch.setenv("DETECTOR_PORT", "40000")

    assert 40000 == RunSettings().detector_port


@pytest.mark.parametrize(
    ("name", "value"), [("PORT_OFFSET", "-1"), ("GATEWAY_PORT", "70000"), ("REDIS_PORT", "x")]
)
def test_what_is_no_port_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """Nonsense is refused at the start."""
    monkeypatch.setenv(name, value)

    with pytest.raises(ValidationError):
        RunSettings()


def test_the_users_environment_travels_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service's own setting reaches it through the mesh."""
    monkeypatch.setenv("DETECTOR_DECODE_THREADS", "3")

    assert "3" == inherited()["DETECTOR_DECODE_THREADS"]
