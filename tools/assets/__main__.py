"""`python -m tools.assets`: put every third-party asset in place; what is there and right is left alone."""

import argparse
import sys
import time
from pathlib import Path

from tools.assets.errors import AssetError
from tools.assets.fetch import fetch
from tools.assets.pins import Package, fingerprint, load_pins
from tools.assets.recipes import RECIPES, ROOT
from tools.assets.store import Store


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 when all assets are in place, 1 (with one clear message) when one could not be made."""
    options = _parse(arguments)
    store = Store(options.models)
    try:
        pins = load_pins()
        with store.locked():
            for asset in options.assets:
                ensure(store, asset, pins[asset])
    except AssetError as error:
        print(f"assets: {error}", file=sys.stderr)
        return 1
    return 0


def ensure(store: Store, asset: str, packages: tuple[Package, ...]) -> None:
    """Make `asset` unless the store has it complete. Raises AssetError; the store is then as it was before."""
    recipe = RECIPES[asset]
    mark = fingerprint(packages, recipe.sources)
    if store.is_complete(asset, mark):
        print(f"assets: {asset} is in place")
        return
    started = time.monotonic()
    print(f"assets: {asset}: fetching {len(packages)} package(s) ...", flush=True)
    with store.making(asset, mark) as (work, output):
        fetch(packages, work / "packages")
        recipe.make(work / "packages", output)
    print(f"assets: {asset} made in {time.monotonic() - started:.1f} s")


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.assets", description=__doc__)
    parser.add_argument(
        "assets", nargs="*", default=list(RECIPES), help=f"some of: {', '.join(RECIPES)}; all if none"
    )
    parser.add_argument("--models", type=Path, default=ROOT / "models", help="the folder to keep them in")
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.assets) - set(RECIPES)):
        parser.error(f"unknown asset: {', '.join(unknown)}")
    return options


if __name__ == "__main__":
    sys.exit(main())
