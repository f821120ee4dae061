"""Asks a classifier whether what the detector took for a cat is a dog, or the reverse.

SSDLite-MobileNetV2 mixes up the two. A classifier that knows 118 breeds of dogs seldom does, and sees only the crop.
How often that helps, and what it costs, is in ../config.pbtxt.
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from suppression import Floats

MAX_CROPS = 4  # of a frame: bounds its time. The best rows are asked about.
# Scores to ask about: weaker rows are hardly shown, of stronger ones 3 in 369 were wrong.
DOUBTFUL = 0.3, 0.95
# To overrule a detector that is right more than nine times in ten, the classifier must be sure: the other animal at
# least so probable, and so many times as probable as the detector's. With 5 times 3 more of 785 rows were mended, and
# 3 right ones spoilt.
MIN_PROBABILITY, MIN_ODDS = 0.5, 16.0


class Arbiter:
    """One ONNX session of the classifier (its graph is described in tools/assets/pet_arbiter_onnx.py), on the CPU."""

    def __init__(self, path: Path, labels: list[str]) -> None:
        """`labels` are the detector's. Raises FileNotFoundError, ValueError (no cat or no dog) or onnxruntime's."""
        if not path.exists():
            raise FileNotFoundError(f"{path} is missing: make models fetches it")
        options = onnxruntime.SessionOptions()
        # One thread: a crop takes milliseconds, and the other cores have other frames to work on.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self._classes = np.array([labels.index("cat"), labels.index("dog")], np.float32)

    def judge(self, frame: NDArray[np.uint8], rows: Floats) -> Floats:
        """The rows of one frame, with cats that are dogs called dogs, and the reverse.

        `frame` is uint8 [H, W, 3]; `rows` float32 [n, 6], (x0, y0, x1, y1, score, class), best first, with corners in
        0..1 of the frame. Scores stay the detector's.
        """
        asked = self._doubtful(rows)
        if not len(asked):
            return rows
        judged = rows.copy()
        crops = squares(rows[asked, :4], *frame.shape[:2])
        judged[asked, 5] = self._verdicts(rows[asked, 5], self._opinions(frame, crops))
        return judged

    def _opinions(self, frame: NDArray[np.uint8], crops: Floats) -> Floats:
        """The classifier's probabilities of cat and of dog, [n, 2], for crops [n, 4] in pixels."""
        # One by one: together they take as much CPU time, and four of them 35 MB more.
        runs = [self._session.run(None, {"FRAME": frame[None], "CROPS": crop[None]})[0] for crop in crops]
        return np.concatenate(runs)

    def _doubtful(self, rows: Floats) -> NDArray[np.intp]:
        low, high = DOUBTFUL
        scores = rows[:, 4]
        # The classifier refuses corners that are no numbers, and would take the whole request along.
        pets = np.isin(rows[:, 5], self._classes) & np.isfinite(rows[:, :4]).all(axis=1)
        return np.flatnonzero(pets & (scores >= low) & (scores < high))[:MAX_CROPS]

    def _verdicts(self, classes: Floats, opinions: Floats) -> Floats:
        """The class of each row, [n], in the light of the opinions, [n, 2]."""
        said = (classes == self._classes[1]).astype(np.intp)
        each = np.arange(len(said))
        other = opinions[each, 1 - said]
        overruled = (other >= MIN_PROBABILITY) & (other >= MIN_ODDS * opinions[each, said])
        return np.where(overruled, self._classes[1 - said], classes)


def squares(boxes: Floats, height: int, width: int) -> Floats:
    """The squares around boxes, [n, 4], in pixels, cut off at the frame's edge.

    A square keeps the animal's proportions: with boxes stretched into squares nearly three times as many right labels
    were spoilt.
    """
    size = np.array([width, height, width, height], np.float32)
    corners = boxes * size
    centres = (corners[:, :2] + corners[:, 2:]) / 2
    half = (corners[:, 2:] - corners[:, :2]).max(axis=1, keepdims=True) / 2
    return np.asarray(np.hstack([centres - half, centres + half]).clip(0, size), np.float32)
