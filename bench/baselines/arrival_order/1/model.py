"""A batch of Triton's batcher, translated in one call; each request is answered when all of them are done.

From the environment: `MODEL`, the folder of weights; `BEAM`; `TRANSLATORS` side by side, `THREADS` of each, and
`PIECES` that one of them takes at once.
"""

import os
from pathlib import Path
from typing import Any

import numpy as np
import triton_python_backend_utils as pb

from bench.baselines.translation import Network, Pieces, Settings

_INPUTS = ("INPUT_TEXT", "INPUT_LANGUAGE_ID", "OUTPUT_LANGUAGE_ID")


class TritonPythonModel:
    """One network: its translators share the weights."""

    def initialize(self, args: dict[str, str]) -> None:
        """Load the network."""
        folder = Path(os.environ["MODEL"])
        settings = Settings(*(int(os.environ[name]) for name in ("TRANSLATORS", "THREADS", "PIECES", "BEAM")))
        self._pieces, self._network = Pieces(folder), Network(folder, settings)

    def execute(self, requests: list[Any]) -> list[Any]:
        """Every request has one text."""
        read = [self._pieces.read(*_texts(request)) for request in requests]
        answers = self._network.translate([tokens for tokens, _ in read])
        return [
            _response(self._pieces.write(answer, prepared))
            for answer, (_, prepared) in zip(answers, read, strict=True)
        ]


def _texts(request: Any) -> list[str]:
    return [pb.get_input_tensor_by_name(request, name).as_numpy().item().decode() for name in _INPUTS]


def _response(text: str) -> Any:
    return pb.InferenceResponse([pb.Tensor("OUTPUT_TEXT", np.array([[text.encode()]], np.object_))])
