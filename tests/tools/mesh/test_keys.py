import stat
from pathlib import Path

from tools.mesh.keys import NAMES, ensure, read


def test_secrets_are_made_once_and_kept(tmp_path: Path) -> None:
    """A second start uses the same secrets: links and webhooks stay valid."""
    path = tmp_path / "secrets" / "mesh.env"
    first = ensure(path, {})
    second = ensure(path, {})

    assert first == second
    assert list(NAMES) == list(first)
    assert all(len(value) == 64 for value in first.values())


def test_secrets_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    """The file has mode 600."""
    path = tmp_path / "mesh.env"
    ensure(path, {})

    assert 0o600 == stat.S_IMODE(path.stat().st_mode)


def test_a_secret_from_the_environment_is_not_written(tmp_path: Path) -> None:
    """What the user sets wins and stays with the user."""
    path = tmp_path / "mesh.env"
    keys = ensure(path, {"REVID_WEBHOOK_SECRET": "mine"})

    assert "mine" == keys["REVID_WEBHOOK_SECRET"]
    assert "REVID_WEBHOOK_SECRET" not in read(path)


def test_a_file_that_lost_a_secret_gets_that_one_anew(tmp_path: Path) -> None:
    """The others are kept."""
    path = tmp_path / "mesh.env"
    path.write_text("REVID_WEBHOOK_SECRET=kept\n")
    keys = ensure(path, {})

    assert "kept" == keys["REVID_WEBHOOK_SECRET"]
    assert keys == read(path)
