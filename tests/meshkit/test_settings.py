"""Settings: read from the environment, frozen, and clear when wrong."""

import pytest
from pydantic import ValidationError

from meshkit.settings import EX_CONFIG, ServerSettings, load


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shared names have no prefix."""
    monkeypatch.setenv("BIND_HOST", "0.0.0.0")

    assert "0.0.0.0" == load(ServerSettings).host


def test_settings_do_not_change() -> None:
    """A process's settings are what they were at its start."""
    settings = ServerSettings()

    with pytest.raises(ValidationError):
        settings.host = "elsewhere"


def test_a_wrong_setting_ends_the_process_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code tells a supervisor not to try again."""
    monkeypatch.setenv("LOG_LEVEL", "loud")

    with pytest.raises(SystemExit) as info:
        load(ServerSettings)

    assert EX_CONFIG == info.value.code
    assert "LOG_LEVEL" in capsys.readouterr().err
