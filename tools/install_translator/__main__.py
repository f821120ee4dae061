"""Installs a translation model: `make indictrans2 MODEL=FOLDER`.

FOLDER is a ready Triton model (config.pbtxt and a version folder) with the tensors that the translator
service's README lists. It is checked, copied to models/triton/translator, and loaded by the Triton at
TRITON_URL if that one runs on this model repository.
"""

import argparse
import shutil
import signal
import sys
from functools import partial
from pathlib import Path

from meshkit.settings import load as load_settings
from tools.install_translator.model import UnusableModelError, check_model
from tools.install_translator.own import NAME, lay
from tools.model_repository.install import install
from tools.model_repository.live import LoadFailedError
from tools.model_repository.settings import RepositorySettings


def main() -> int:
    """Install, and say what to do next. Exit code 1 with a sentence on standard error when it cannot."""
    parser = argparse.ArgumentParser(prog="python -m tools.install_translator", description=__doc__)
    parser.add_argument("folder", type=Path, help="a Triton model folder")
    folder: Path = parser.parse_args().folder
    settings = load_settings(RepositorySettings)
    # Ending tidies up, whoever asks for it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        print(install_translator(folder, settings))
    except (UnusableModelError, LoadFailedError, OSError, shutil.Error) as error:
        print(f"not installed: {error}", file=sys.stderr)
        return 1
    return 0


def install_translator(folder: Path, settings: RepositorySettings) -> str:
    """Check, copy and load the model; answers what was done. Raises UnusableModelError and what install raises."""
    source = folder.resolve()
    if source == settings.folder(NAME).resolve():
        raise UnusableModelError(f"{folder}: this is the installed model itself")
    return install(NAME, settings, partial(lay, source, check_model(source)))


if __name__ == "__main__":
    sys.exit(main())
