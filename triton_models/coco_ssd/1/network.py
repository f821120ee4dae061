"""An ONNX detector of the contract graph: frames in, rows out.

The graph takes `IMAGES`, uint8 [N, H, W, 3], and scales it itself. It gives either every anchor's best class,
`boxes` float32 [N, A, 4] with `scores` float32 [N, A] and `classes` int64 [N, A], or, when it has suppressed
overlaps itself, `rows` float32 [N, K, 6]. Corners are (x0, y0, x1, y1) in 0..1 of the frame.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from suppression import Floats, suppress

_DENSE = ["boxes", "scores", "classes"]
_PROVIDERS = {
    "cpu": ["CPUExecutionProvider"],
    "cuda": ["CUDAExecutionProvider"],
    "tensorrt": ["TensorrtExecutionProvider", "CUDAExecutionProvider"],
}


class Network:
    """One ONNX session, and what is left of its answers after threshold and suppression."""

    def __init__(
        self, path: Path, parameters: dict[str, str], *, instances: int, device: int, limit: int
    ) -> None:
        """Load the graph. Raises FileNotFoundError, KeyError (a parameter), or what onnxruntime raises."""
        self._score_threshold = float(parameters["score_threshold"])
        self._iou_threshold = float(parameters["iou_threshold"])
        self._agnostic = parameters["agnostic"] == "true"
        self._frames_per_run = int(parameters["frames_per_run"])
        self._whole_runs = parameters.get("whole_runs") == "true"
        self._limit = limit
        self._session = _load(path, parameters, instances, device)
        given = {output.name for output in self._session.get_outputs()}
        self._outputs = _DENSE if given >= set(_DENSE) else ["rows"]

    def find(self, frames: NDArray[np.uint8]) -> list[Floats]:
        """Of each frame, [N, H, W, 3], its rows (x0, y0, x1, y1, score, class), best first."""
        step = self._frames_per_run
        return [
            rows for start in range(0, len(frames), step) for rows in self._run(frames[start : start + step])
        ]

    def _run(self, frames: NDArray[np.uint8]) -> Iterator[Floats]:
        missing = self._frames_per_run - len(frames) if self._whole_runs else 0
        if missing:
            frames = np.concatenate([frames, np.zeros((missing, *frames.shape[1:]), np.uint8)])
        answers = self._session.run(self._outputs, {"IMAGES": np.ascontiguousarray(frames)})
        for parts in zip(*(answer[: len(frames) - missing] for answer in answers), strict=True):
            yield self._pick(*parts) if len(parts) > 1 else self._pick_rows(*parts)

    def _pick(self, boxes: Floats, scores: Floats, classes: NDArray[np.int64]) -> Floats:
        above = np.flatnonzero(scores >= self._score_threshold)
        order = above[np.argsort(-scores[above], kind="stable")]
        rows = np.column_stack([boxes[order], scores[order], classes[order]]).astype(np.float32)
        # Whole boxes are compared, as the networks' own programs do; what lies outside is cut off after it.
        return _clipped(suppress(rows, self._iou_threshold, self._limit, agnostic=self._agnostic))

    def _pick_rows(self, rows: Floats) -> Floats:
        above = rows[rows[:, 4] >= self._score_threshold]
        return _clipped(above[np.argsort(-above[:, 4], kind="stable")][: self._limit])


def _clipped(rows: Floats) -> Floats:
    rows[:, :4] = rows[:, :4].clip(0, 1)
    return rows


def _load(path: Path, parameters: dict[str, str], instances: int, device: int) -> Any:
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: make models fetches it")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(parameters["threads"]) or _threads_for(instances)
    options.inter_op_num_threads = 1
    # Waiting threads would otherwise spin and take the cores from the other processes.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    names = _PROVIDERS[parameters["providers"]]
    providers = [(name, _provider_options(name, path, device)) for name in names]
    session = onnxruntime.InferenceSession(path, options, providers=providers)
    if names[0] not in session.get_providers():  # it would go on without a word, on the CPU
        raise RuntimeError(f"this onnxruntime cannot use {names[0]}: install onnxruntime-gpu, see README.md")
    return session


def _provider_options(name: str, path: Path, device: int) -> dict[str, str]:
    if name == "CPUExecutionProvider":
        return {}
    if name == "CUDAExecutionProvider":
        return {"device_id": str(device)}
    # Building a plan takes minutes; the next start finds it beside the network.
    cache = {"trt_engine_cache_enable": "True", "trt_engine_cache_path": str(path.parent)}
    return {"device_id": str(device), "trt_fp16_enable": "True", **cache}


def _threads_for(instances: int) -> int:
    # Cores divided among the instances, or they thrash; nets this light gain nothing past four.
    return min(4, max(1, len(os.sched_getaffinity(0)) // instances))
