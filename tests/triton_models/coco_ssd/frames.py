"""Letterboxed frames and what the model says of them."""

import dataclasses
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tritonclient.grpc import InferenceServerClient, InferInput

from tests.fixtures.triton import ROOT

PHOTOS = ROOT / "tests" / "testdata" / "photos"
MODEL = ROOT / "triton_models" / "coco_ssd"
LABELS = (MODEL / "labels.txt").read_text().splitlines()
SIDE = 300


@dataclasses.dataclass(frozen=True)
class Box:
    """One row of BOXES."""

    corners: tuple[float, float, float, float]
    score: float
    label: str


def frame_of(photo: Path) -> NDArray[np.uint8]:
    """The photo scaled to fit, on grey."""
    image = Image.open(photo).convert("RGB")
    image.thumbnail((SIDE, SIDE), Image.Resampling.BILINEAR)
    frame = Image.new("RGB", (SIDE, SIDE), (114, 114, 114))
    frame.paste(image, ((SIDE - image.width) // 2, (SIDE - image.height) // 2))
    return np.asarray(frame)


def detect(url: str, frames: list[NDArray[np.uint8]]) -> list[list[Box]]:
    """The boxes of each frame, best first, all in one request."""
    images = InferInput("IMAGES", [len(frames), SIDE, SIDE, 3], "UINT8")
    images.set_data_from_numpy(np.stack(frames))
    with InferenceServerClient(url) as client:
        answer = client.infer("coco_ssd", [images])
    rows, counts = answer.as_numpy("BOXES"), answer.as_numpy("COUNT")
    return [[_box(row) for row in rows[index, : counts[index, 0]]] for index in range(len(frames))]


def _box(row: NDArray[np.float32]) -> Box:
    x0, y0, x1, y1, score, label = (float(each) for each in row)
    return Box((x0, y0, x1, y1), score, LABELS[int(label)])
