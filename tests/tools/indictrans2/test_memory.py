"""A model is tried where there is room for it."""

from pathlib import Path

import pytest

from tools.indictrans2.memory import can_be_tried


@pytest.mark.parametrize(
    ("kilobytes", "can"),
    [("MemTotal: 9 kB\nMemAvailable:      4 kB\n", True), ("MemAvailable: 3 kB\n", False), ("", True)],
)
def test_a_model_needs_room_for_twice_its_file(tmp_path: Path, kilobytes: str, can: bool) -> None:
    """Of what is available; without that line nothing is held against it."""
    (tmp_path / "model.bin").write_bytes(bytes(2048))
    (tmp_path / "meminfo").write_text(kilobytes)

    assert can is can_be_tried(tmp_path / "model.bin", tmp_path / "meminfo")


def test_other_systems_are_not_asked(tmp_path: Path) -> None:
    """They have no such file."""
    (tmp_path / "model.bin").touch()

    assert can_be_tried(tmp_path / "model.bin", tmp_path / "nothing")
