"""Installs a YOLO: `make yolo WEIGHTS=yolo11n.onnx [NAME=yolo] [DEVICE=cpu|gpu]`.

WEIGHTS is a detection network that ultralytics exported to ONNX (YOLOv5 to 26), or its .pt file, which is exported
first if ACCEPT_AGPL=1 is given. A .pt file is a pickle: opening it executes code that it brings, so give only files
whose origin you trust. The network is adapted to the detector's contract, tried, put into models/triton/NAME, and
loaded by the Triton at TRITON_URL if that one runs on this model repository. The detector serves it with
DETECTOR_MODEL=NAME.
"""

import argparse
import shutil
import signal
import sys
import tempfile
from functools import partial
from pathlib import Path

from meshkit.settings import load as load_settings
from tools.install_detector.adapted import adapt
from tools.install_detector.errors import UnusableWeightsError
from tools.install_detector.exported import NOTICE, exported
from tools.install_detector.model import Device, check_name, lay
from tools.model_repository.install import install
from tools.model_repository.live import LoadFailedError
from tools.model_repository.settings import RepositorySettings


def main() -> int:
    """Install, and say what to do next. Exit code 1 with a sentence on standard error when it cannot."""
    chosen = _parser().parse_args()
    settings = load_settings(RepositorySettings)
    # Ending tidies up, whoever asks for it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        print(install_detector(chosen.weights, chosen.name, chosen.device, chosen.accept_agpl, settings))
    except (UnusableWeightsError, LoadFailedError, OSError, shutil.Error) as error:
        print(f"not installed: {error}", file=sys.stderr)
        return 1
    print(f"the detector serves it when it is started with DETECTOR_MODEL={chosen.name}")
    return 0


def install_detector(
    weights: Path, name: str, device: Device, accept_agpl: bool, settings: RepositorySettings
) -> str:
    """Export if need be, adapt, place and load; answers what was done.

    Raises UnusableWeightsError, and what install raises.
    """
    if weights.suffix not in {".onnx", ".pt"}:
        raise UnusableWeightsError(
            "WEIGHTS: name a .onnx file, or a .pt file: make yolo WEIGHTS=yolo11n.onnx"
        )
    if weights.suffix == ".pt" and not accept_agpl:
        raise UnusableWeightsError(NOTICE.format(weights=weights))
    check_name(name, settings.folder(name))
    with tempfile.TemporaryDirectory(prefix="yolo-") as scratch:
        folder = Path(scratch)
        export = exported(weights, folder) if weights.suffix == ".pt" else weights
        adapted = adapt(export, folder)
        done = install(name, settings, partial(lay, adapted, name, device, weights.name))
    return f"{done}\n{weights.name}: {len(adapted.labels)} classes, {adapted.width} x {adapted.height} pixels"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.install_detector",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("weights", type=Path, help="a .onnx or .pt file")
    parser.add_argument("--name", default="yolo", help="the model's name on Triton")
    parser.add_argument("--device", choices=("cpu", "gpu"), default="cpu", help="what config.pbtxt is for")
    parser.add_argument("--accept-agpl", action="store_true", help="let ultralytics (AGPL-3.0) export a .pt")
    return parser


if __name__ == "__main__":
    sys.exit(main())
