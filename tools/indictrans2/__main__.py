"""Converts an IndicTrans2 checkpoint for the translator: `python -m tools.indictrans2 MODEL`.

MODEL is a folder with a published checkpoint (config.json, weights as safetensors or pytorch_model.bin, model.SRC,
model.TGT, dict.SRC.json, dict.TGT.json), a folder with a model that is converted to CTranslate2 already, or a name on
the Hugging Face hub such as ai4bharat/indictrans2-en-indic-dist-200M. No code of the checkpoint is run. The result is
models/indictrans2/NAME.
"""

import argparse
import signal
import sys
from pathlib import Path

from tools.indictrans2.directions import DIRECTIONS
from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.install import ROOT, Wanted, install_checkpoint
from tools.indictrans2.variables import DEVICES, QUANTIZATIONS


def main() -> int:
    """Convert, and say where the result is. Exit code 1 with a sentence on standard error when it cannot."""
    chosen = _parser().parse_args()
    # Ending tidies up, whoever asks for it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    wanted = Wanted(chosen.model, chosen.name, chosen.direction, chosen.quantization, chosen.device)
    try:
        installed = install_checkpoint(wanted, chosen.models_dir)
    except (UnusableCheckpointError, OSError) as error:
        print(f"not converted: {error}", file=sys.stderr)
        return 1
    print(f"{installed.folder}: {'; '.join(installed.notes)}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.indictrans2",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", help="a folder, or a name on the hub")
    parser.add_argument("--name", help="of the folder to make; otherwise the model's own")
    parser.add_argument("--direction", choices=DIRECTIONS, help="where the model's name does not say it")
    parser.add_argument("--device", choices=DEVICES, default=DEVICES[0], help="what it shall run on")
    parser.add_argument("--quantization", choices=QUANTIZATIONS, help="otherwise int8, for a GPU float16")
    parser.add_argument("--models-dir", type=Path, default=ROOT / "models", help="the folder of models")
    return parser


if __name__ == "__main__":
    sys.exit(main())
