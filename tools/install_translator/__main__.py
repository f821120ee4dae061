"""Installs a translation model: `make indictrans2 MODEL=FOLDER`.

FOLDER is a ready Triton model (config.pbtxt and a version folder) with the tensors that the translator
service's README lists. It is checked, copied to models/triton/translator, and loaded by the Triton at
TRITON_URL if that one runs on this model repository.
"""

import argparse
import contextlib
import shutil
import signal
import sys
from pathlib import Path

from meshkit.settings import load as load_settings
from tools.install_translator import live
from tools.install_translator.model import UnusableModelError, check_model
from tools.install_translator.place import NAME, placed
from tools.install_translator.settings import InstallSettings


def main() -> int:
    """Install, and say what to do next. Exit code 1 with a sentence on standard error when it cannot."""
    parser = argparse.ArgumentParser(prog="python -m tools.install_translator", description=__doc__)
    parser.add_argument("folder", type=Path, help="a Triton model folder")
    folder: Path = parser.parse_args().folder
    settings = load_settings(InstallSettings)
    # Ending tidies up, whoever asks for it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        print(install(folder, settings))
    except (UnusableModelError, live.LoadFailedError, OSError, shutil.Error) as error:
        print(f"not installed: {error}", file=sys.stderr)
        return 1
    return 0


def install(folder: Path, settings: InstallSettings) -> str:
    """Check, copy and load the model; answers what was done.

    Raises UnusableModelError, live.LoadFailedError (the model that was there before is back then), OSError,
    shutil.Error.
    """
    source = folder.resolve()
    if source == (settings.models_dir / "triton" / NAME).resolve():
        raise UnusableModelError(f"{folder}: this is the installed model itself")
    config = check_model(source)
    try:
        with placed(source, config, settings.models_dir) as target:
            if not live.knows(settings.triton_url, NAME):
                return f"installed {target}; start the mesh, or start it anew, to load it"
            live.load(settings.triton_url, NAME)
    except live.LoadFailedError:
        # The former model, if there was one, is in its place again.
        with contextlib.suppress(live.LoadFailedError):
            live.load(settings.triton_url, NAME)
        raise
    return f"installed {target}; Triton at {settings.triton_url} has loaded it"


if __name__ == "__main__":
    sys.exit(main())
