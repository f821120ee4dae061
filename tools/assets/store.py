"""The models folder: one sub-folder an asset, complete or absent, with a manifest of what it must contain."""

import fcntl
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MANIFEST = ".manifest.json"
_WORK_PREFIX = ".making-"


class Store:
    """Assets under one folder. A build happens beside its target and is renamed into place when it is whole."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def folder(self, asset: str) -> Path:
        """Where `asset` is, or would be."""
        return self._root / asset

    def is_complete(self, asset: str, fingerprint: str) -> bool:
        """Whether `asset` was made from `fingerprint` and every one of its files still hashes as it did then."""
        folder = self.folder(asset)
        try:
            manifest = json.loads((folder / MANIFEST).read_text())
            return bool(manifest["fingerprint"] == fingerprint) and _sums(folder) == manifest["files"]
        except (OSError, ValueError, KeyError, TypeError):
            return False

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder against other runs of this tool, and clear what a killed run left half made."""
        self._root.mkdir(parents=True, exist_ok=True)
        with (self._root / ".lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            for leftover in self._root.glob(f"{_WORK_PREFIX}*"):
                shutil.rmtree(leftover)
            yield

    @contextmanager
    def making(self, asset: str, fingerprint: str) -> Iterator[tuple[Path, Path]]:
        """Yield (work folder, output folder); on success the output becomes `asset`, on error both vanish."""
        with tempfile.TemporaryDirectory(prefix=_WORK_PREFIX, dir=self._root) as scratch:
            work, output = Path(scratch, "work"), Path(scratch, "output")
            work.mkdir()
            output.mkdir()
            yield work, output
            manifest = {"fingerprint": fingerprint, "files": _sums(output)}
            (output / MANIFEST).write_text(json.dumps(manifest, indent=1))
            self._replace(asset, output, Path(scratch, "old"))

    def _replace(self, asset: str, output: Path, old: Path) -> None:
        target = self.folder(asset)
        if target.exists():
            target.replace(old)
        output.replace(target)


def _sums(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != MANIFEST)
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
