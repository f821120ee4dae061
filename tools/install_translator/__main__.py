"""Installs a translation model: `make indictrans2 MODEL=…`, or removes one: `make indictrans2 REMOVE=NAME`.

MODEL is a published IndicTrans2 checkpoint (a folder, or a name on the Hugging Face hub), a folder with such a model
that is converted to CTranslate2 already, or a ready Triton model (config.pbtxt and a version folder) with the tensors
that the translator service's README lists.

A checkpoint is converted into models/indictrans2/NAME, and models/triton/translator is written anew to serve one
network for each direction that is installed there. A ready Triton model takes that folder's place as it is. A Triton
at TRITON_URL that runs on this model repository loads the result.
"""

import argparse
import shutil
import signal
import sys
from functools import partial
from pathlib import Path

from meshkit.settings import load as load_settings
from tools.indictrans2.directions import DIRECTIONS
from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.install import Wanted
from tools.indictrans2.variables import DEVICES, QUANTIZATIONS, Device
from tools.install_translator.checkpoints import add, remove
from tools.install_translator.model import UnusableModelError, check_model
from tools.install_translator.own import NAME, lay
from tools.install_translator.own_networks import lay_own
from tools.model_repository.install import install
from tools.model_repository.live import LoadFailedError
from tools.model_repository.settings import RepositorySettings


def main() -> int:
    """Install or remove, and say what to do next. Exit code 1 with a sentence on standard error when it cannot."""
    chosen = _parser().parse_args()
    settings = load_settings(RepositorySettings)
    # Ending tidies up, whoever asks for it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        print(_do(chosen, settings))
    except (UnusableModelError, UnusableCheckpointError, LoadFailedError, OSError, shutil.Error) as error:
        print(f"not {'removed' if chosen.remove else 'installed'}: {error}", file=sys.stderr)
        return 1
    return 0


def install_translator(wanted: Wanted, device: Device | None, settings: RepositorySettings) -> str:
    """Convert or check, place and load; answers what was done.

    Raises UnusableModelError, UnusableCheckpointError, and what install raises.
    """
    if not wanted.model:
        raise UnusableModelError("MODEL: name a checkpoint's folder: make indictrans2 MODEL=/path/to/folder")
    folder = Path(wanted.model)
    if not (folder / "config.pbtxt").exists():
        return add(wanted, device, settings)
    if wanted.name or wanted.direction or wanted.quantization:
        raise UnusableModelError(
            f"{folder}: a ready Triton model is installed as it is; NAME, DIRECTION and QUANTIZATION are for "
            "checkpoints"
        )
    source = folder.resolve()
    if source == settings.folder(NAME).resolve():
        raise UnusableModelError(f"{folder}: this is the installed model itself")
    return install(NAME, settings, partial(lay, source, check_model(source)))


def _do(chosen: argparse.Namespace, settings: RepositorySettings) -> str:
    if chosen.own:
        return "\n".join(lay_own(settings)) or "nothing is to be done"
    if chosen.remove:
        return remove(chosen.remove, chosen.device or None, settings)
    # An empty variable of make is one that was not given.
    options = [each or None for each in (chosen.name, chosen.direction, chosen.quantization)]
    return install_translator(Wanted(chosen.model, *options), chosen.device or None, settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.install_translator",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_argument = parser.add_argument
    add_argument("model", nargs="?", default="", help="a folder, or a name on the hub")
    add_argument("--name", default="", help="of the folder to make; otherwise the model's own")
    add_argument("--direction", choices=("", *DIRECTIONS), default="", help="where the name does not say it")
    add_argument("--quantization", choices=("", *QUANTIZATIONS), default="", help="int8, for a GPU float16")
    add_argument("--device", choices=("", *DEVICES), default="", help="as before, or else cpu")
    add_argument("--remove", default="", metavar="NAME", help="take an installed network out")
    add_argument(
        "--own",
        action="store_true",
        help="what the set-up does: lay out the repository's own networks and code",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
