"""Where the programs of baselines/ run: environments of their own, and nothing of the repository but what they name."""

import os
from pathlib import Path

from meshkit.settings import ROOT

MODEL = ROOT / "models" / "coco_ssd" / "model.onnx"
_MADE_BY = {
    ".venv-bench": "sh tools/setup.sh bench",
    ".venv-mlserver": "sh tools/setup.sh bench",
    ".venv-torch": "sh tools/setup.sh torch",
}
LABELS = ROOT / "triton_models" / "coco_ssd" / "labels.txt"


def program(environment: str, name: str) -> str:
    """A program of an environment; ends the measurement when that was not made."""
    path = ROOT / environment / "bin" / name
    if not path.exists():
        raise SystemExit(f"{environment} is missing: {_MADE_BY.get(environment, 'make setup')} makes it.")
    return str(path)


def variables(modules: Path | None = None) -> dict[str, str]:
    """This process's, with the module path to the programs, and to the service's decoding for the loop that has it.

    `modules`: another folder of modules that comes before those of the environment.
    """
    path = [str(folder) for folder in (ROOT, ROOT / "gen", modules) if folder]
    return os.environ | {"PYTHONPATH": os.pathsep.join(path)}
