"""Small exports in each of the layouts, and an independent account of what each should find.

Written from the published post-processing: the best class of a box, a threshold, then greedy suppression within a
class. In float64, box by box, with nothing of the model's own code.
"""

import dataclasses
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.fixtures.triton import PYTHON, ROOT

HEIGHT, WIDTH = 32, 48
LABELS = ("dog", "cat", "lion; mane")
NAMES = "{0: 'dog', 1: 'cat', 2: 'lion, mane'}"
METADATA = {"task": "detect", "imgsz": f"[{HEIGHT}, {WIDTH}]", "names": NAMES, "stride": "32"}
ANCHORS = 60
THRESHOLD, OVERLAP = 0.05, 0.7

Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Export:
    """What build_exports.py takes. `base` and `slope` are [1, ., .], in the layout of the output."""

    name: str
    base: list[Any]
    slope: list[Any]
    output: list[int | str]
    input: list[int | str] = dataclasses.field(default_factory=lambda: ["batch", 3, "height", "width"])
    metadata: dict[str, str] = dataclasses.field(default_factory=lambda: dict(METADATA))
    half: bool = False
    opset: int = 17
    ir_version: int = 8
    more_outputs: list[str] = dataclasses.field(default_factory=list)
    external: bool = False
    first_only: bool = False  # a batch is declared, and its first frame alone answered
    cut: bool = False  # the number of rows is open: those of low scores are left out

    @property
    def weights(self) -> Floats:
        """A weight for each pixel and channel, so that any exchange of either changes the sum."""
        values = np.random.default_rng(5).uniform(-1, 1, (1, 3, HEIGHT, WIDTH))
        return np.asarray(values / np.abs(values).sum() * 40)

    def raw(self, frame: NDArray[np.uint8]) -> Floats:
        """What the network answers to a frame [H, W, 3]: [., .]."""
        picture = frame.astype(np.float64).transpose(2, 0, 1) / 255
        total = float((picture * self.weights[0]).sum())
        return np.asarray(self.base[0]) + np.asarray(self.slope[0]) * total


def build(exports: Sequence[Export], folder: Path) -> None:
    """Write the files."""
    specs = folder / "specs.json"
    entries = [{**dataclasses.asdict(one), "weights": one.weights.tolist()} for one in exports]
    specs.write_text(json.dumps(entries))
    builder = "tests.tools.install_detector.build_exports"
    subprocess.run([PYTHON, "-m", builder, specs, folder], cwd=ROOT, check=True)


def by_class(name: str = "classes.onnx", classes: int = len(LABELS), **more: Any) -> Export:
    """[N, 4+C, A], as YOLOv8 and 11 have it."""
    table = np.concatenate([_centres(), _scores(classes)], 1)[None].transpose(0, 2, 1)
    slope = np.concatenate([np.full((1, 4, ANCHORS), 0.5), np.full((1, classes, ANCHORS), 0.01)], 1)
    output = ["batch", 4 + classes, "anchors"]
    return Export(name, table.tolist(), slope.tolist(), **{"output": output, **more})


def by_objectness(
    name: str = "objectness.onnx", classes: int = len(LABELS), unbounded: bool = False, **more: Any
) -> Export:
    """[N, A, 5+C], as the original YOLOv5 has it, whose metadata holds names alone; `unbounded`: scores over 1."""
    objectness = np.random.default_rng(9).uniform(0.3, 1, (ANCHORS, 1))
    table = np.concatenate([_centres(), objectness, _scores(classes) * (9 if unbounded else 1)], 1)[None]
    metadata = {"stride": "32", "names": "['dog', 'cat', 'lion, mane']"}
    shapes = {"input": ["batch", 3, HEIGHT, WIDTH], "output": ["batch", ANCHORS, 5 + classes]}
    return Export(
        name, table.tolist(), np.full_like(table, 0.01).tolist(), **{"metadata": metadata, **shapes, **more}
    )


def suppressed(name: str = "suppressed.onnx", classes: int = len(LABELS), **more: Any) -> Export:
    """[1, K, 6], as YOLOv10, 26 and exports with nms=True have it; the rows past the last box are zero."""
    corners = np.sort(np.random.default_rng(3).uniform(-5, 55, (20, 2, 2)), axis=1).reshape(20, 4)
    scores = np.linspace(0.95, 0.01, 20)[:, None]
    numbers = np.arange(20)[:, None] % classes
    table = np.concatenate([np.concatenate([corners, scores, numbers], 1), np.zeros((10, 6))])[None]
    slope = np.zeros_like(table)
    slope[0, :20, :4] = 0.5
    shapes = {"input": [1, 3, HEIGHT, WIDTH], "output": [1, 30, 6]}
    metadata = {**METADATA, "end2end": "True"}
    return Export(name, table.tolist(), slope.tolist(), **{"metadata": metadata, **shapes, **more})


def suppressed_openly(name: str = "suppressed_open.onnx") -> Export:
    """[N, K, 6] with another K for each frame, as graphs have it that end with ONNX's own suppression."""
    shapes: dict[str, Any] = {"input": ["batch", 3, HEIGHT, WIDTH], "output": ["batch", "boxes", 6]}
    export = suppressed(name, **shapes, cut=True)
    slope = np.array(export.slope)
    slope[0, :20, 4] = 0.5
    return dataclasses.replace(export, slope=slope.tolist())


def expected(export: Export, frame: NDArray[np.uint8]) -> Floats:
    """Rows (x0, y0, x1, y1, score, class), corners 0..1 of the frame, best first."""
    raw = export.raw(frame)
    if export.name.startswith("suppressed"):
        rows = [row for row in raw if row[4] >= THRESHOLD]
    else:
        anchors = raw if export.name.startswith("objectness") else raw.T
        rows = _kept([_row(anchor, "objectness" in export.name) for anchor in anchors])
    found = np.array(sorted(rows, key=lambda row: -row[4]), np.float64).reshape(-1, 6)
    found[:, :4] = np.clip(found[:, :4] / [WIDTH, HEIGHT, WIDTH, HEIGHT], 0, 1)
    return found


def _row(anchor: Floats, has_objectness: bool) -> Floats:
    x, y, width, height = anchor[:4]
    scores = anchor[4] * anchor[5:] if has_objectness else anchor[4:]
    best = int(scores.argmax())
    return np.array(
        [x - width / 2, y - height / 2, x + width / 2, y + height / 2, scores[best], best], np.float64
    )


def _kept(rows: list[Floats]) -> list[Floats]:
    kept: list[Floats] = []
    for row in sorted((row for row in rows if row[4] >= THRESHOLD), key=lambda row: -row[4]):
        if all(row[5] != other[5] or _overlap(row, other) <= OVERLAP for other in kept):
            kept.append(row)
    return kept


def _overlap(one: Floats, two: Floats) -> float:
    width = min(one[2], two[2]) - max(one[0], two[0])
    height = min(one[3], two[3]) - max(one[1], two[1])
    shared = max(width, 0.0) * max(height, 0.0)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, two)]
    return float(shared / (sum(areas) - shared))


def _centres() -> Floats:
    """Centres and sizes in pixels: clusters that overlap, some across the frame's edge."""
    chance = np.random.default_rng(1)
    places = np.repeat(chance.uniform([0, 0, 10, 8], [WIDTH, HEIGHT, 30, 24], (ANCHORS // 6, 4)), 6, 0)
    return np.asarray(places + chance.uniform(-2, 2, places.shape))


def _scores(classes: int) -> Floats:
    return np.asarray(0.02 + 0.88 * np.random.default_rng(2).uniform(0, 1, (ANCHORS, classes)) ** 2)
