"""COCO-SSD behind the detector's contract: letterboxed RGB frames in, suppressed boxes out. See ../config.pbtxt.

Runs inside Triton's python backend with numpy and onnxruntime; it imports nothing from the repository.
"""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import triton_python_backend_utils as pb_utils
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class TritonPythonModel:
    """One instance holds one ONNX session."""

    def initialize(self, args: dict[str, str]) -> None:
        """Read the parameters of config.pbtxt and load the network."""
        config = json.loads(args["model_config"])
        parameters = {name: entry["string_value"] for name, entry in config["parameters"].items()}
        self._score_threshold = float(parameters["score_threshold"])
        self._iou_threshold = float(parameters["iou_threshold"])
        self._rows = int(next(each for each in config["output"] if each["name"] == "BOXES")["dims"][0])
        network = Path(args["model_repository"], parameters["onnx_path"]).resolve()
        instances = sum(int(group["count"]) for group in config["instance_group"])
        self._session = _load(network, int(parameters["threads"]) or _threads_for(instances))

    def execute(self, requests: list[Any]) -> list[Any]:
        """Answer each request by itself: one that fails does not fail the others."""
        return [self._answer(request) for request in requests]

    def _answer(self, request: Any) -> Any:
        try:
            boxes, counts = self._detect(pb_utils.get_input_tensor_by_name(request, "IMAGES").as_numpy())
        except Exception as error:  # noqa: BLE001 - whatever it is, only this request fails
            pb_utils.Logger.log_error(f"coco_ssd: {error!r}")
            return pb_utils.InferenceResponse(
                error=pb_utils.TritonError("the detector failed on this request")
            )
        return pb_utils.InferenceResponse([pb_utils.Tensor("BOXES", boxes), pb_utils.Tensor("COUNT", counts)])

    def _detect(self, frames: NDArray[np.uint8]) -> tuple[Floats, NDArray[np.int32]]:
        boxes = np.zeros((len(frames), self._rows, 6), np.float32)
        counts = np.zeros((len(frames), 1), np.int32)
        for index, frame in enumerate(frames):  # one at a time: see the measurement in config.pbtxt
            image = frame.transpose(2, 0, 1).astype(np.float32) * np.float32(2 / 255) - np.float32(1)
            corners, scores = self._session.run(["boxes", "scores"], {"images": image[None]})
            rows = self._select(corners[0], scores[0])
            boxes[index, : len(rows)] = rows
            counts[index] = len(rows)
        return boxes, counts

    def _select(self, corners: Floats, scores: Floats) -> Floats:
        """Rows (x0, y0, x1, y1, score, class), best first, of the anchors that survive threshold and suppression."""
        classes = scores.argmax(axis=1)
        best = scores[np.arange(len(scores)), classes]
        candidates = np.flatnonzero(best >= self._score_threshold)
        candidates = candidates[np.argsort(-best[candidates], kind="stable")]
        boxes = np.clip(corners[candidates][:, [1, 0, 3, 2]], 0, 1)
        rows = np.column_stack([boxes, best[candidates], classes[candidates]]).astype(np.float32)
        return rows[suppress(boxes, self._iou_threshold, self._rows)]


def suppress(boxes: Floats, iou_threshold: float, limit: int) -> list[int]:
    """Indices of at most `limit` boxes, in order, none overlapping an earlier kept one by more than the threshold.

    Class-agnostic: a dog that is also a bit of a cat yields one box, of the better class. `boxes` are
    (x0, y0, x1, y1), best first.
    """
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    alive = np.ones(len(boxes), bool)
    kept: list[int] = []
    for index in range(len(boxes)):
        if len(kept) == limit:
            break
        if alive[index]:
            kept.append(index)
            alive[index + 1 :] &= _iou(boxes, areas, index) <= iou_threshold
    return kept


def _iou(boxes: Floats, areas: Floats, index: int) -> Floats:
    """Intersection over union of box `index` with each later one; 0 where both are empty."""
    box, later = boxes[index], boxes[index + 1 :]
    size = np.clip(np.minimum(box[2:], later[:, 2:]) - np.maximum(box[:2], later[:, :2]), 0, None)
    shared = size[:, 0] * size[:, 1]
    return np.asarray(shared / np.maximum(areas[index] + areas[index + 1 :] - shared, 1e-9), np.float32)


def _threads_for(instances: int) -> int:
    # Cores divided among the instances, or they thrash; a net this light gains nothing past four.
    return min(4, max(1, len(os.sched_getaffinity(0)) // instances))


def _load(network: Path, threads: int) -> Any:
    if not network.exists():
        raise FileNotFoundError(f"{network} is missing: make models fetches it")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Waiting threads would otherwise spin and take the cores from the other processes.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
