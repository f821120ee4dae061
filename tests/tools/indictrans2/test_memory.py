"""A model is tried where there is room for it."""

from pathlib import Path

import pytest

from tools.indictrans2.memory import can_be_tried


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Two kilobytes, which want four."""
    (tmp_path / "model.bin").write_bytes(bytes(2048))
    return tmp_path / "model.bin"


def proc(folder: Path, kilobytes: str = "MemAvailable: 9 kB\n") -> Path:
    """What the kernel tells of the machine, and in which group this process is."""
    (folder / "proc" / "self").mkdir(parents=True)
    (folder / "proc" / "meminfo").write_text(kilobytes)
    (folder / "proc" / "self" / "cgroup").write_text("0::/pod/container\n")
    return folder / "proc"


def limit(group: Path, most: str, current: int = 0, files: int = 0) -> None:
    """What the kernel tells of a group."""
    group.mkdir(parents=True, exist_ok=True)
    (group / "memory.max").write_text(f"{most}\n")
    (group / "memory.current").write_text(f"{current}\n")
    (group / "memory.stat").write_text(f"anon 5\ninactive_file {files}\nactive_file 0\n")


@pytest.mark.parametrize(
    ("kilobytes", "can"),
    [("MemTotal: 9 kB\nMemAvailable:      4 kB\n", True), ("MemAvailable: 3 kB\n", False), ("", True)],
)
def test_a_model_needs_room_for_twice_its_file(
    tmp_path: Path, model: Path, kilobytes: str, can: bool
) -> None:
    """Of what is available; without that line nothing is held against it."""
    assert can is can_be_tried(model, proc(tmp_path, kilobytes), tmp_path / "cgroup")


@pytest.mark.parametrize(
    ("own", "above", "can"),
    [
        (("max",), ("max",), True),
        (("4096",), ("max",), True),
        (("4095",), ("max",), False),
        (("5000", 1000), ("max",), False),
        (("5000", 1000, 500), ("max",), True),
        (("max",), ("8192", 5000), False),
    ],
)
def test_a_container_has_the_room_that_its_limits_leave(
    tmp_path: Path, model: Path, own: tuple[str], above: tuple[str], can: bool
) -> None:
    """Its own, and those of the groups that it is in; files that the kernel could drop do not count as used."""
    groups = tmp_path / "cgroup"
    limit(groups / "pod" / "container", *own)
    limit(groups / "pod", *above)

    assert can is can_be_tried(model, proc(tmp_path), groups)


def test_other_systems_are_not_asked(tmp_path: Path) -> None:
    """They have no such files."""
    (tmp_path / "model.bin").touch()

    assert can_be_tried(tmp_path / "model.bin", tmp_path / "nothing", tmp_path / "nothing")
