"""From weights (.pt) to an ONNX file, with ultralytics in an environment that is made when it is first asked for."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from tools import setup
from tools.install_detector.errors import UnusableWeightsError

ENVIRONMENT: Final = setup.Environment(setup.ROOT / ".venv-yolo", ("yolo.txt",), pip_options=("--no-deps",))
# Bytes: the environment takes 5.5 GB, pip's downloads lie beside it for a while.
_DISK_NEEDED: Final = 9 << 30
_SECONDS: Final = 1800.0

NOTICE: Final = """\
{weights} are PyTorch weights. Exporting them takes ultralytics, which is licensed under the AGPL-3.0, as
the weights of Ultralytics are; its terms reach services that are offered over a network. Sutradhar (Apache-2.0)
contains none of it. It would be installed into .venv-yolo (5.5 GB).
And a .pt file is a pickle: opening it runs code that it brings. Give only files whose origin you trust.
If that is what you want:  make yolo WEIGHTS={weights} ACCEPT_AGPL=1
Or export it elsewhere to ONNX (dynamic=True, opset=17) and give the .onnx file."""


def exported(weights: Path, folder: Path) -> Path:
    """Export the weights into the folder. Only for those who accepted NOTICE. Raises UnusableWeightsError."""
    if not weights.is_file():
        raise UnusableWeightsError(f"{weights}: there is no such file")
    _make_environment()
    # The exporter writes beside the weights.
    copy = Path(shutil.copyfile(weights, folder / "weights.pt"))
    command: list[str | Path] = [
        ENVIRONMENT.folder / "bin" / "python",
        "-m",
        "tools.install_detector.export_weights",
        copy,
    ]
    settings = {"YOLO_CONFIG_DIR": str(folder), "MPLCONFIGDIR": str(folder)}
    try:
        done = subprocess.run(
            command, cwd=setup.ROOT, env={**os.environ, **settings}, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise UnusableWeightsError(f"{weights}: exporting took longer than {_SECONDS:.0f} s") from None
    result = copy.with_suffix(".onnx")
    if done.returncode or not result.is_file():
        raise UnusableWeightsError(f"{weights}: ultralytics could not export it; its words are above")
    return result


def _make_environment() -> None:
    with setup.alone():
        if ENVIRONMENT.ready():
            return
        if shutil.disk_usage(setup.ROOT).free < _DISK_NEEDED:
            raise UnusableWeightsError(f".venv-yolo needs {_DISK_NEEDED >> 30} GB of free disk space")
        try:
            setup.step("install .venv-yolo (ultralytics, AGPL-3.0)", ENVIRONMENT.make)
        except setup.SetupError as error:
            raise UnusableWeightsError(f".venv-yolo could not be made: {error}") from error
