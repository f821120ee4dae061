"""bench/__main__.py"""

import pytest

from bench.__main__ import main


def test_an_unknown_measurement_is_named() -> None:
    """And nothing is measured."""
    with pytest.raises(
        SystemExit, match="no such measurement: speed; there are detector, pet_video, translator, nano"
    ):
        main(["speed"])


def test_flags_reach_the_measurement(capsys: pytest.CaptureFixture[str]) -> None:
    """What follows a name is that measurement's."""
    with pytest.raises(SystemExit):
        main(["detector", "--help"])

    assert "--cases" in capsys.readouterr().out
