"""Answers what it was asked."""

from typing import Any

import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    """INPUT becomes OUTPUT."""

    def execute(self, requests: list[Any]) -> list[Any]:
        """One answer for each request."""
        return [pb_utils.InferenceResponse([_renamed(request)]) for request in requests]


def _renamed(request: Any) -> Any:
    return pb_utils.Tensor("OUTPUT", pb_utils.get_input_tensor_by_name(request, "INPUT").as_numpy())
