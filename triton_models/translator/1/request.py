"""One request of Triton: its items in, one response when all of them are done."""

import threading
import time
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import triton_python_backend_utils as pb_utils
from piece import MODEL_FAILED
from text import Answer
from wishes import Item

# As Triton itself says it of its own queues: the words by which a caller knows that later is better.
_FULL: Final = "Exceeds maximum queue size: the translator has too much to do"
_TOO_LARGE: Final = "Too much text for one request: divide it"
_GONE: Final = "The caller has gone"
_FAILED: Final = "The translator could not take the request in"
_KNOWN_SECONDS: Final = 0.05  # so long a caller who waited is taken to wait: asking Triton takes a while


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
        self._has_gone = False
        self._asked = -_KNOWN_SECONDS

    def is_wanted(self) -> bool:
        """False when the caller has gone, or its time is over."""
        now = time.monotonic()
        if not self._has_gone and now - self._asked >= _KNOWN_SECONDS:
            self._has_gone = self._request.is_cancelled()
            self._asked = now
        return not self._has_gone

    def receiver(self, row: int) -> Callable[[Answer], None]:
        """Who takes the answer of a row."""
        return lambda answer: self._take(row, answer)

    def refuse_for_now(self) -> None:
        """There is no room: nothing of the request is done."""
        self._send_error(_FULL, pb_utils.TritonError.UNAVAILABLE)

    def refuse_for_good(self) -> None:
        """There will never be room for so much."""
        self._send_error(_TOO_LARGE, pb_utils.TritonError.INVALID_ARG)

    def give_up(self) -> None:
        """Nobody waits for it: nothing of the request is done."""
        self._send_error(_GONE, pb_utils.TritonError.CANCELLED)

    def fail(self) -> None:
        """Something is wrong here: nothing of the request is done."""
        self._send_error(_FAILED, pb_utils.TritonError.INTERNAL)

    def _take(self, row: int, answer: Answer) -> None:
        with self._lock:
            self._answers[row] = answer
            self._open -= 1
            is_last = not self._open
        if is_last:
            answers = [each or Answer(error=MODEL_FAILED) for each in self._answers]
            self._send(pb_utils.InferenceResponse(_tensors(answers)))

    def _send_error(self, message: str, code: Any) -> None:
        self._send(pb_utils.InferenceResponse(error=pb_utils.TritonError(message, code)))

    def _send(self, response: Any) -> None:
        self._sender.send(response, flags=pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL)


def _column(request: Any, name: str) -> list[Any] | None:
    tensor = pb_utils.get_input_tensor_by_name(request, name)
    return None if tensor is None else tensor.as_numpy().reshape(-1).tolist()


def _tensors(answers: list[Answer]) -> list[Any]:
    columns = {
        "OUTPUT_TEXT": np.array([[answer.text.encode()] for answer in answers], np.object_),
        "SCORE": np.array([[answer.score] for answer in answers], np.float32),
        "CONFIDENCE": np.array([[answer.verdict.confidence] for answer in answers], np.float32),
        "DOUBTS": np.array([[",".join(answer.verdict.doubts).encode()] for answer in answers], np.object_),
        "ERROR": np.array([[answer.error.encode()] for answer in answers], np.object_),
    }
    return [pb_utils.Tensor(name, column) for name, column in columns.items()]
