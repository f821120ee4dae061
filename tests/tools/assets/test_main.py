"""The command: all or nothing, and nothing twice."""

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.assets.packages import sha256, shelve
from tools.assets.__main__ import ensure, main
from tools.assets.errors import AssetError
from tools.assets.pins import Package, load_pins
from tools.assets.recipes import RECIPES, ROOT
from tools.assets.store import Store


@pytest.fixture
def package(shelf: Path) -> Package:
    """Stands for the documentation page's package: the recipe copies whatever is pinned."""
    return shelve(shelf, "swagger-ui-dist", {"package/page.js": b"js", "package/page.css": b"css"})


def test_an_asset_is_made_once(
    shelf: Path, package: Package, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second run needs no registry."""
    store = Store(tmp_path / "models")
    with store.locked():
        ensure(store, "swagger-ui", (package,))
        next(shelf.iterdir()).unlink()
        ensure(store, "swagger-ui", (package,))

    assert b"js" == (store.folder("swagger-ui") / "page.js").read_bytes()
    assert "assets: swagger-ui is in place" == capsys.readouterr().out.splitlines()[-1]


@pytest.mark.parametrize("damage", ["changed", "removed", "added"])
def test_a_damaged_asset_is_made_again(package: Package, tmp_path: Path, damage: str) -> None:
    """Each file's sum is looked at, and nothing may be missing or too much."""
    store = Store(tmp_path / "models")
    with store.locked():
        ensure(store, "swagger-ui", (package,))
        _damage(store.folder("swagger-ui"), damage)
        ensure(store, "swagger-ui", (package,))

    assert {"page.js", "page.css", ".manifest.json"} == {
        path.name for path in store.folder("swagger-ui").iterdir()
    }
    assert b"js" == (store.folder("swagger-ui") / "page.js").read_bytes()


def test_a_failed_fetch_leaves_everything_as_it_was(package: Package, tmp_path: Path) -> None:
    """The old asset stays whole, and no work folder is left."""
    store = Store(tmp_path / "models")
    tampered = dataclasses.replace(package, sha256=sha256(b""))
    with store.locked():
        ensure(store, "swagger-ui", (package,))
        with pytest.raises(AssetError):
            ensure(store, "swagger-ui", (tampered,))

    assert b"js" == (store.folder("swagger-ui") / "page.js").read_bytes()
    assert {".lock", "swagger-ui"} == {path.name for path in (tmp_path / "models").iterdir()}


def test_what_a_killed_run_left_is_cleared(tmp_path: Path) -> None:
    """The next run takes the lock and removes it."""
    (tmp_path / ".making-x" / "work").mkdir(parents=True)
    with Store(tmp_path).locked():
        left = {path.name for path in tmp_path.iterdir()}

    assert {".lock"} == left


def test_a_failure_is_one_clear_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1, no traceback."""
    monkeypatch.setenv("PATH", str(tmp_path))

    code = main(["swagger-ui", "--models", str(tmp_path / "models")])

    assert 1 == code
    assert capsys.readouterr().err.startswith("assets: npm was not found on PATH")


def test_every_asset_has_pins_and_a_recipe() -> None:
    """And every package a licence and files."""
    pins = load_pins()

    assert set(RECIPES) == set(pins)
    assert [] == [package.name for packages in pins.values() for package in packages if not package.licence]
    assert [] == [package.name for packages in pins.values() for package in packages if not package.files]


def test_a_malformed_pins_file_is_named(tmp_path: Path) -> None:
    """With what is wrong."""
    path = tmp_path / "pins.toml"
    path.write_text("[[fonts.packages]]\nname = 'x'\n")

    with pytest.raises(AssetError, match=r"pins\.toml is malformed"):
        load_pins(path)


def test_what_is_in_place_is_left_alone() -> None:
    """The whole command, on the real assets: nothing is fetched and nothing written."""
    files = [path for name in RECIPES for path in (ROOT / "models" / name).rglob("*")]
    before = [path.stat().st_mtime_ns for path in files]
    done = subprocess.run(
        [sys.executable, "-m", "tools.assets"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert [f"assets: {name} is in place" for name in RECIPES] == done.stdout.splitlines()
    assert before == [path.stat().st_mtime_ns for path in files]


def _damage(folder: Path, how: str) -> None:
    if how == "removed":
        (folder / "page.js").unlink()
    else:
        (folder / ("page.js" if how == "changed" else "extra.js")).write_bytes(b"damage")
