"""bench/__main__.py"""

import pytest

from bench.__main__ import main


def test_an_unknown_measurement_is_named() -> None:
    """And nothing is measured."""
    with pytest.raises(SystemExit, match="no such measurement: speed; there are detector_latency, pet_video"):
        main(["speed"])
