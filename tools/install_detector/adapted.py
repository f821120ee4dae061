"""Having an export adapted, in Triton's environment."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from meshkit.settings import ROOT
from tools.install_detector.errors import UnusableWeightsError

_PYTHON: Final = ROOT / ".venv-triton" / "bin" / "python"
_SECONDS: Final = 600.0  # the largest networks take one


@dataclass(frozen=True)
class Adapted:
    """A network of the contract graph. Sizes are pixels."""

    network: Path
    height: int
    width: int
    labels: tuple[str, ...]
    layout: str  # of the export, for people
    suppresses: bool  # whether the graph suppresses overlaps itself
    boxes: int | None  # that it gives for a frame; None: now more, now fewer
    batches: bool  # whether it takes several frames at once


def adapt(export: Path, folder: Path) -> Adapted:
    """Write the contract graph of an export into the folder. Raises UnusableWeightsError."""
    network = folder / "model.onnx"
    command: list[str | Path] = [_PYTHON, "-m", "tools.install_detector.adapter", export.resolve(), network]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise UnusableWeightsError(f"{export}: trying it took longer than {_SECONDS:.0f} s") from None
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"the adapter ended with {done.returncode}"])[-1]
        raise UnusableWeightsError(last)
    said = json.loads(done.stdout.splitlines()[-1])
    return Adapted(network=network, **{**said, "labels": tuple(said["labels"])})
