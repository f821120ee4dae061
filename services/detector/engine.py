"""The detector model on Triton: tensor names, shapes and labels. See README.md for the contract."""

import time

import numpy as np
from tritonclient.grpc import model_config_pb2

from meshkit.errors import BackendUnavailable, Internal, InvalidInput
from meshkit.log import get_logger
from meshkit.triton import TritonClient
from services.detector.detector import Candidate, Model
from services.detector.pictures import Frame

_log = get_logger(__name__)

_IMAGES, _BOXES, _COUNT = "IMAGES", "BOXES", "COUNT"
_LABELS = "labels"  # parameter of config.pbtxt: the class names by index, comma-separated


class TritonEngine:
    """One detector model on Triton. What the model is gets asked again every few seconds: it may be exchanged."""

    def __init__(
        self, triton: TritonClient, name: str, infer_seconds: float, config_seconds: float = 2.0
    ) -> None:
        self._triton = triton
        self._name = name
        self._seconds = infer_seconds
        self._config_seconds = config_seconds
        self._model: Model | None = None
        self._read_at = 0.0

    async def model(self) -> Model:
        """Frame size and labels.

        Raises BackendUnavailable, DeadlineExceeded; Internal when the model breaks the contract.
        """
        if self._model is None or time.monotonic() - self._read_at > self._config_seconds:
            self._model = described(self._name, await self._triton.model_config(self._name))
            self._read_at = time.monotonic()
        return self._model

    async def find(self, frame: Frame) -> list[Candidate]:
        """What the model sees in one frame of its size, uint8 [height, width, 3].

        Raises BackendUnavailable, DeadlineExceeded, Overloaded; Internal when the model breaks the contract.
        """
        labels = (await self.model()).labels
        try:
            answer = await self._triton.infer(
                self._name, {_IMAGES: frame[np.newaxis]}, [_BOXES, _COUNT], timeout=self._seconds
            )
        except BackendUnavailable:
            self._model = None  # another model may stand there when Triton is back
            raise
        except InvalidInput:
            self._model = None
            _log.error("the model refuses frames of the size in its configuration", model=self._name)
            raise Internal from None
        rows = answer[_BOXES].reshape(-1, 6)[: int(answer[_COUNT].flat[0])]
        return [_candidate(row.tolist(), labels) for row in rows if np.isfinite(row).all()]


def described(name: str, config: model_config_pb2.ModelConfig) -> Model:
    """The model that a configuration describes. Raises Internal when it breaks the contract."""
    dims = next((tuple(one.dims) for one in config.input if one.name == _IMAGES), ())
    labels = tuple(label.strip() for label in config.parameters[_LABELS].string_value.split(","))
    if len(dims) < 3 or min(dims[-3:]) < 1 or dims[-1] != 3 or labels == ("",):
        _log.error("the model's configuration breaks the contract", model=name, dims=dims, labels=len(labels))
        raise Internal
    return Model(name, width=dims[-2], height=dims[-3], labels=labels)


def _candidate(row: list[float], labels: tuple[str, ...]) -> Candidate:
    *corners, score, index = row
    if not 0 <= index < len(labels):
        _log.error("the model answers a class that it has no label for", index=index, labels=len(labels))
        raise Internal
    x0, y0, x1, y1 = corners
    return Candidate(labels[int(index)], score, (x0, y0, x1, y1))
