"""Misbehaves on command; see ../config.pbtxt."""

import os
import pathlib
import time
from typing import Any

import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    """COMMAND is obeyed, then becomes ANSWER."""

    def execute(self, requests: list[Any]) -> list[Any]:
        """One answer for each request."""
        return [
            _obey(pb_utils.get_input_tensor_by_name(request, "COMMAND").as_numpy()) for request in requests
        ]


def _obey(command: Any) -> Any:
    word, _, argument = command.item().decode().partition(" ")
    if word == "die":
        os._exit(1)
    if word == "fail":
        return pb_utils.InferenceResponse(error=pb_utils.TritonError("failed on command"))
    if word == "sleep":
        seconds, marker = argument.split()
        pathlib.Path(marker).touch()
        time.sleep(float(seconds))
    return pb_utils.InferenceResponse([pb_utils.Tensor("ANSWER", command)])
