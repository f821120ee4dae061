"""Any ONNX detector behind the detector's contract: letterboxed RGB frames in, suppressed boxes out.

Runs inside Triton's python backend with numpy and onnxruntime; it imports nothing from the repository. What it
serves, and how, is in the parameters of config.pbtxt.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import triton_python_backend_utils as pb_utils
from arbiter import Arbiter
from network import Network
from numpy.typing import NDArray
from suppression import Floats


class TritonPythonModel:
    """One instance holds one network."""

    def initialize(self, args: dict[str, str]) -> None:
        """Read the parameters of config.pbtxt and load the network."""
        config = json.loads(args["model_config"])
        parameters = {name: entry["string_value"] for name, entry in config["parameters"].items()}
        self._name = args["model_name"]
        self._rows = int(next(each for each in config["output"] if each["name"] == "BOXES")["dims"][0])
        self._network = Network(
            Path(args["model_repository"], parameters["onnx_path"]).resolve(),
            parameters,
            instances=sum(int(group["count"]) for group in config["instance_group"]),
            device=int(args["model_instance_device_id"]),
            limit=self._rows,
        )
        self._arbiter = _arbiter(args["model_repository"], parameters)

    def execute(self, requests: list[Any]) -> list[Any]:
        """Answer all requests; one that fails does not fail the others."""
        frames = [pb_utils.get_input_tensor_by_name(request, "IMAGES").as_numpy() for request in requests]
        try:
            return self._answers(frames)
        except Exception as error:  # noqa: BLE001 - whatever it is, each is tried by itself
            pb_utils.Logger.log_error(f"{self._name}: {error!r}")
        return [self._answer_alone(one) for one in frames]

    def _answers(self, frames: list[NDArray[np.uint8]]) -> list[Any]:
        found = self._find(frames[0] if len(frames) == 1 else np.concatenate(frames))
        ends = np.cumsum([len(one) for one in frames]).tolist()
        return [self._response(found[end - len(one) : end]) for one, end in zip(frames, ends, strict=True)]

    def _find(self, frames: NDArray[np.uint8]) -> list[Floats]:
        found = self._network.find(frames)
        if self._arbiter is None:
            return found
        return [self._arbiter.judge(frame, rows) for frame, rows in zip(frames, found, strict=True)]

    def _answer_alone(self, frames: NDArray[np.uint8]) -> Any:
        try:
            return self._answers([frames])[0]
        except Exception as error:  # noqa: BLE001 - whatever it is, only this request fails
            pb_utils.Logger.log_error(f"{self._name}: {error!r}")
            return pb_utils.InferenceResponse(
                error=pb_utils.TritonError("the detector failed on this request")
            )

    def _response(self, found: list[Floats]) -> Any:
        boxes = np.zeros((len(found), self._rows, 6), np.float32)
        counts = np.array([[len(rows)] for rows in found], np.int32)
        for index, rows in enumerate(found):
            boxes[index, : len(rows)] = rows
        return pb_utils.InferenceResponse([pb_utils.Tensor("BOXES", boxes), pb_utils.Tensor("COUNT", counts)])


def _arbiter(repository: str, parameters: dict[str, str]) -> Arbiter | None:
    path = parameters.get("arbiter_path", "")
    return Arbiter(Path(repository, path).resolve(), parameters["labels"].split(",")) if path else None
