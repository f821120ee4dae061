"""tools/model_repository/settings.py."""

import pytest

from tools.model_repository.settings import RepositorySettings

NAMES = ("TRITON_URL", "TRITON_GRPC_PORT", "PORT_OFFSET")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "127.0.0.1:8101"),
        ({"PORT_OFFSET": "3000"}, "127.0.0.1:11101"),
        ({"PORT_OFFSET": "3000", "TRITON_GRPC_PORT": "9001"}, "127.0.0.1:9001"),
        ({"PORT_OFFSET": "3000", "TRITON_URL": "triton:8001"}, "triton:8001"),
    ],
)
def test_the_triton_of_the_mesh_is_found_as_the_mesh_was_started(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], expected: str
) -> None:
    """The variables that move the mesh's Triton move where an installer looks for it."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    assert expected == RepositorySettings().triton_url
