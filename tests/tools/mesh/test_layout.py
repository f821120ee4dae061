import stat
from pathlib import Path

from tools.mesh.layout import ROOT, Layout, layout_for
from tools.mesh.settings import RunSettings


def test_each_offset_has_a_home_of_its_own() -> None:
    """Two meshes of one tree never share a folder."""
    homes = [layout_for(RunSettings(port_offset=offset)).home for offset in (0, 100)]

    assert [ROOT / "var", ROOT / "var" / "offset-100"] == homes


def test_var_dir_is_the_home(tmp_path: Path) -> None:
    """VAR_DIR wins over the offset."""
    assert tmp_path == layout_for(RunSettings(var_dir=tmp_path, port_offset=5)).home


def test_the_socket_of_a_deep_home_fits(tmp_path: Path) -> None:
    """The path of a Unix socket holds 107 bytes; a deep home gets a socket elsewhere, and always the same."""
    deep = Layout(tmp_path / ("d" * 100))

    assert len(str(deep.socket)) < 90
    assert deep.socket == Layout(deep.home).socket


def test_folders_with_secrets_are_the_owners_alone(layout: Layout) -> None:
    """Neither secrets nor the control socket can be reached by others."""
    modes = [stat.S_IMODE(folder.stat().st_mode) for folder in (layout.run, layout.secrets.parent)]

    assert [0o700, 0o700] == modes
