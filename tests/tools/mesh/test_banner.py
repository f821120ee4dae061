"""tools/mesh/banner.py."""

import pytest

from tools.mesh.banner import arguments


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, ""),
        ({"PORT_OFFSET": "100"}, " PORT_OFFSET=100"),
        ({"VAR_DIR": "v", "PORT_OFFSET": ""}, " VAR_DIR=v"),
    ],
)
def test_other_commands_are_told_how_to_find_this_mesh(environment: dict[str, str], expected: str) -> None:
    """`make status` needs the same variables as `make run`."""
    assert expected == arguments(environment)
