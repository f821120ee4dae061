"""What an installed model is made of, as one number: other code or other weights are another model."""

import hashlib
from pathlib import Path


def digest(folder: Path) -> str:
    """SHA-256 over the names and contents of all files below a folder, but for compiled Python. Raises OSError."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").digest()
            whole.update(str(path.relative_to(folder)).encode("utf-8", "surrogateescape") + b"\0" + content)
    return whole.hexdigest()
