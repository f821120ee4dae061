"""One request of Triton: its items in, one response when all of them are done."""

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import triton_python_backend_utils as pb_utils
from text import Answer
from wishes import Item

_FULL = "Exceeds maximum queue size"  # as Triton itself says it of its own queues


def items(request: Any) -> list[Item]:
    """The rows of a request."""
    texts, sources, targets = (
        _column(request, name) for name in ("INPUT_TEXT", "INPUT_LANGUAGE_ID", "OUTPUT_LANGUAGE_ID")
    )
    assert texts is not None and sources is not None and targets is not None  # noqa: S101 - Triton has seen to it
    nothing = [None] * len(texts)
    beams, lengths = (_column(request, name) or nothing for name in ("BEAM_SIZE", "MAX_LENGTH"))
    digits = _column(request, "NATIVE_DIGITS") or [False] * len(texts)
    return [Item(*row) for row in zip(texts, sources, targets, beams, lengths, digits, strict=True)]


class Reply:
    """Collects a request's answers, and sends them when the last one is there. Thread-safe."""

    def __init__(self, request: Any, size: int) -> None:
        self._request = request
        self._sender = request.get_response_sender()
        self._lock = threading.Lock()
        self._answers: list[Answer | None] = [None] * size
        self._open = size

    def is_wanted(self) -> bool:
        """False when the caller has gone, or its time is over."""
        return not self._request.is_cancelled()

    def receiver(self, row: int) -> Callable[[Answer], None]:
        """Who takes the answer of a row."""
        return lambda answer: self._take(row, answer)

    def refuse(self) -> None:
        """There is no room: nothing of the request is done."""
        error = pb_utils.TritonError(
            f"{_FULL}: the translator has too much to do", pb_utils.TritonError.UNAVAILABLE
        )
        self._send(pb_utils.InferenceResponse(error=error))

    def _take(self, row: int, answer: Answer) -> None:
        with self._lock:
            self._answers[row] = answer
            self._open -= 1
            is_last = not self._open
        if is_last:
            self._send(pb_utils.InferenceResponse(_tensors([each or Answer() for each in self._answers])))

    def _send(self, response: Any) -> None:
        self._sender.send(response, flags=pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL)


def _column(request: Any, name: str) -> list[Any] | None:
    tensor = pb_utils.get_input_tensor_by_name(request, name)
    return None if tensor is None else tensor.as_numpy().reshape(-1).tolist()


def _tensors(answers: list[Answer]) -> list[Any]:
    columns = {
        "OUTPUT_TEXT": np.array([[answer.text.encode()] for answer in answers], np.object_),
        "SCORE": np.array([[answer.score] for answer in answers], np.float32),
        "ERROR": np.array([[answer.error.encode()] for answer in answers], np.object_),
    }
    return [pb_utils.Tensor(name, column) for name, column in columns.items()]
