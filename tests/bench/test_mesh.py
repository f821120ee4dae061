"""bench/mesh.py; tests/e2e/test_bench.py measures a real one."""

from pathlib import Path

import pytest

from bench.mesh import mesh_of


async def test_a_folder_without_a_mesh(tmp_path: Path) -> None:
    """Is named, and nothing is measured."""
    with pytest.raises(SystemExit, match="No mesh runs in"):
        async with mesh_of(tmp_path):
            pass
