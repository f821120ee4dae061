"""Decode, run the network, suppress: what an engineer writes who needs a detector in one process."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from bench.baselines.boxes import select
from bench.baselines.photos import letterbox

_THRESHOLD = 0.5
_OVERLAP = 0.5

Decode = Callable[[bytes, int, int], npt.NDArray[np.uint8]]


@dataclass(frozen=True)
class Found:
    """One object: its class, score 0 to 1, and corners (x0, y0, x1, y1) in 0 to 1 of the frame."""

    label: str
    score: float
    box: list[float]


class Detector:
    """One ONNX network with uint8 frames [N, H, W, 3] in and every anchor's box, score and class out."""

    def __init__(self, model: Path, labels: Path, threads: int = 0, decode: Decode = letterbox) -> None:
        """Loads the network. `threads` of one inference; 0: onnxruntime's default, which is the cores."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0]
        self._labels = labels.read_text().splitlines()
        self._decode = decode

    def detect(self, photo: bytes) -> list[Found]:
        """What a photo shows, best first."""
        _, height, width, _ = self._input.shape
        frame = self._decode(photo, width, height)
        (boxes,), (scores,), (classes,) = self._session.run(
            ["boxes", "scores", "classes"], {self._input.name: frame[np.newaxis]}
        )
        return [
            Found(self._labels[classes[i]], float(scores[i]), boxes[i].tolist())
            for i in select(boxes, scores, classes, _THRESHOLD, _OVERLAP)
        ]
