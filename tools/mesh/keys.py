"""The secrets of a mesh: taken from the environment, otherwise made at the first run and kept."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

# Signs outgoing and checks incoming webhooks; signs links to artifacts; opens the gateway's administration.
NAMES = ("REVID_WEBHOOK_SECRET", "ARTIFACT_SIGNING_SECRET", "GATEWAY_ADMIN_KEYS")


def ensure(path: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Returns every secret; what neither the environment nor the file has is made and added to the file."""
    kept = read(path)
    missing = [name for name in NAMES if not environment.get(name) and name not in kept]
    if missing:
        kept |= {name: secrets.token_hex(32) for name in missing}
        write(path, kept)
    return {name: environment.get(name) or kept[name] for name in NAMES}


def read(path: Path) -> dict[str, str]:
    """The NAME=value lines of a file; none when there is no file."""
    if not path.exists():
        return {}
    pairs = (line.partition("=") for line in path.read_text().splitlines() if "=" in line)
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip() in NAMES}


def write(path: Path, values: Mapping[str, str]) -> None:
    """Replaces the file at once; at no moment may another user read it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())
    fresh.replace(path)
