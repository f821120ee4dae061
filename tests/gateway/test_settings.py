"""The gateway's settings."""

import pytest
from pydantic import ValidationError

from gateway.settings import GatewaySettings, targets


def test_lists_are_comma_separated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists are written as people write them."""
    monkeypatch.setenv("GATEWAY_CORS_ORIGINS", "https://a.example, https://b.example,")
    monkeypatch.setenv("GATEWAY_ADMIN_KEYS", "sixteen-characters")

    settings = GatewaySettings()

    assert ("https://a.example", "https://b.example") == settings.cors_origins
    assert ("sixteen-characters",) == settings.admin_keys


@pytest.mark.parametrize(
    ("name", "value"), [("GATEWAY_ADMIN_KEYS", "short"), ("TRUSTED_PROXIES", "nonsense")]
)
def test_wrong_values_are_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A key that can be guessed and a network that is none stop the start."""
    monkeypatch.setenv(name, value)

    with pytest.raises(ValidationError):
        GatewaySettings()


def test_targets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each service's target has a variable of its own."""
    monkeypatch.setenv("SPEECH_TARGET", "dns:///speech:50053")

    assert {"speech": "dns:///speech:50053", "video": "x:1"} == targets({"speech": "y:1", "video": "x:1"})
