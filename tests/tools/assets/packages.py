"""Small packages and an npm that serves them from a folder, for tests without a network."""

import hashlib
import io
import tarfile
from pathlib import Path

from tools.assets.pins import Package

_NPM = """#!/bin/sh
# npm pack ... --pack-destination FOLDER NAME@VERSION ...
while [ "$1" != --pack-destination ]; do shift; done
into="$2"; shift 2
for spec in "$@"; do
  name=$(printf '%s' "${spec%@*}" | sed 's/^@//; s,/,-,')
  cp "SHELF/$name-${spec##*@}.tgz" "$into/" || { echo "404 $spec is not in this registry" >&2; exit 1; }
done
"""


def put_npm(folder: Path, shelf: Path) -> None:
    """An `npm` in `folder` that packs what lies on `shelf`."""
    script = folder / "npm"
    script.write_text(_NPM.replace("SHELF", str(shelf)))
    script.chmod(0o755)


def shelve(shelf: Path, name: str, files: dict[str, bytes]) -> Package:
    """Put version 1.0.0 of a package on the shelf; returns its true pins."""
    archive = shelf / f"{name.removeprefix('@').replace('/', '-')}-1.0.0.tgz"
    with tarfile.open(archive, "w:gz") as tar:
        for member, data in files.items():
            entry = tarfile.TarInfo(member)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return Package(
        "npm", name, "1.0.0", "MIT", sha256(archive.read_bytes()), {m: sha256(d) for m, d in files.items()}
    )


def sha256(data: bytes) -> str:
    """Hexadecimal, as pins hold it."""
    return hashlib.sha256(data).hexdigest()
