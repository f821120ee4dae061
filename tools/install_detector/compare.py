"""Compares an installed YOLO with ultralytics itself: are the boxes the same?

    python -m tools.install_detector.compare WEIGHTS PHOTOS [--name yolo] [--confidence 0.25]

WEIGHTS is the .pt or .onnx file that was installed as NAME. The photos of a folder, mirrored and cropped too, are
letterboxed as the detector service does it; the same frames go to the model on the Triton at TRITON_URL and to
`predict` of ultralytics in .venv-yolo (iou 0.7, best class of a box, suppression within a class, 300 boxes). Prints
one JSON line. Exit code 1 when a box is missing, too many, of another class, of an IoU below 0.99, or of a score that
differs by more than 0.001, and when neither finds any.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tritonclient.grpc import InferenceServerClient, InferInput

from meshkit.settings import ROOT
from meshkit.settings import load as load_settings
from services.detector.letterbox import Letterbox
from tools.install_detector.exported import ENVIRONMENT
from tools.install_detector.match import Floats, Match, match
from tools.model_repository.settings import RepositorySettings

MIN_IOU: Final = 0.99
MAX_SCORE_DIFFERENCE: Final = 1e-3
_SUFFIXES: Final = {".jpg", ".jpeg", ".png", ".webp"}
_GREY: Final = (114, 114, 114)


def main() -> int:
    """See the module's docstring."""
    chosen = _parser().parse_args()
    if not chosen.python.exists():
        sys.exit(f"{chosen.python} is missing: make yolo WEIGHTS=FILE.pt ACCEPT_AGPL=1 makes .venv-yolo")
    triton = load_settings(RepositorySettings).triton_url
    with InferenceServerClient(triton, channel_args=[("grpc.enable_http_proxy", 0)]) as client:
        height, width, _ = client.get_model_config(chosen.name).config.input[0].dims
        frames = list(frames_of(chosen.photos, width, height))[: chosen.frames]
        ours = [found(client, chosen.name, frame, chosen.confidence) for frame in frames]
    theirs = reference(chosen, np.stack(frames))
    whole = match(ours, theirs)
    print(json.dumps({"weights": chosen.weights.name, "frames": len(frames), **whole.figures()}))
    return 0 if agrees(whole) else 1


def agrees(whole: Match) -> bool:
    """Whether the boxes are the same within the tolerances; none at all agree in nothing."""
    return (
        whole.pairs > 0
        and whole.only_ours + whole.only_theirs == 0
        and whole.min_iou >= MIN_IOU
        and whole.max_score_difference <= MAX_SCORE_DIFFERENCE
    )


def frames_of(folder: Path, width: int, height: int) -> Iterator[NDArray[np.uint8]]:
    """Each photo upright, mirrored, and its middle, letterboxed."""
    photos = [
        Image.open(path).convert("RGB")
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in _SUFFIXES
    ]
    mirrored = [photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT) for photo in photos]
    for photo in [*photos, *mirrored, *map(_middle, photos)]:
        yield _letterboxed(photo, width, height)


def found(client: InferenceServerClient, name: str, frame: NDArray[np.uint8], confidence: float) -> Floats:
    """Rows (x0, y0, x1, y1, score, class) of a frame, corners in pixels, of scores above the confidence."""
    images = InferInput("IMAGES", [1, *frame.shape], "UINT8")
    images.set_data_from_numpy(frame[np.newaxis])
    answer = client.infer(name, [images])
    rows: Floats = answer.as_numpy("BOXES")[0, : int(answer.as_numpy("COUNT")[0, 0])]
    height, width, _ = frame.shape
    pixels = rows * np.array([width, height, width, height, 1, 1], np.float32)
    return pixels[pixels[:, 4] > confidence]


def reference(chosen: argparse.Namespace, frames: NDArray[np.uint8]) -> list[Floats]:
    """What ultralytics finds in the frames."""
    with tempfile.TemporaryDirectory(prefix="compare-") as scratch:
        source, target = Path(scratch, "frames.npy"), Path(scratch, "found.json")
        np.save(source, frames)
        command: list[Any] = [chosen.python, "-m", "tools.install_detector.reference"]
        command += [chosen.weights.resolve(), source, target, str(chosen.confidence)]
        subprocess.run([*command, "free" if chosen.nms_free else "auto"], cwd=ROOT, check=True, stdout=2)
        return [np.array(rows, np.float32).reshape(-1, 6) for rows in json.loads(target.read_text())]


def _letterboxed(photo: Image.Image, width: int, height: int) -> NDArray[np.uint8]:
    place = Letterbox.fit(photo.width, photo.height, width, height)
    frame = Image.new("RGB", (width, height), _GREY)
    frame.paste(photo.resize((place.inner_width, place.inner_height)), (place.left, place.top))
    return np.asarray(frame)


def _middle(photo: Image.Image) -> Image.Image:
    left, top = photo.width // 4, photo.height // 4
    return photo.crop((left, top, photo.width - left, photo.height - top))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.install_detector.compare",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("weights", type=Path, help="a .pt or .onnx file")
    parser.add_argument("photos", type=Path, help="a folder of pictures")
    parser.add_argument("--name", default="yolo", help="the model's name on Triton")
    parser.add_argument("--confidence", type=float, default=0.25, help="scores must be above it")
    parser.add_argument("--frames", type=int, default=20, help="how many frames are compared")
    parser.add_argument(
        "--nms-free", action="store_true", help="of a .pt with two heads, take the end-to-end one"
    )
    parser.add_argument(
        "--python",
        type=Path,
        default=ENVIRONMENT.folder / "bin" / "python",
        help="an interpreter with ultralytics",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
