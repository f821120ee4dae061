"""What a model in Triton's python backend knows of Triton, for tests without one: tensors, responses, metrics."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

TRITONSERVER_RESPONSE_COMPLETE_FINAL = 1


@dataclass
class Tensor:
    """A tensor by its name."""

    name: str
    array: NDArray[Any]

    def as_numpy(self) -> NDArray[Any]:
        """Its numbers or strings."""
        return self.array


@dataclass
class TritonError:
    """Why a request has no answer."""

    message: str
    code: str

    UNAVAILABLE = "UNAVAILABLE"
    INVALID_ARG = "INVALID_ARG"
    CANCELLED = "CANCELLED"
    INTERNAL = "INTERNAL"


@dataclass
class InferenceResponse:
    """What goes back for a request."""

    output_tensors: list[Tensor] = field(default_factory=list)
    error: TritonError | None = None

    def column(self, name: str) -> list[Any]:
        """One output, row by row."""
        (found,) = (each for each in self.output_tensors if each.name == name)
        assert found.array.shape == (len(found.array), 1)
        column: list[Any] = found.array.reshape(-1).tolist()
        return column


@dataclass
class Request:
    """What has come; it is its own sender."""

    inputs: dict[str, NDArray[Any]] = field(default_factory=dict)
    has_gone: bool = False
    asked: int = 0  # how often somebody wanted to know that
    sent: list[InferenceResponse] = field(default_factory=list)

    def get_response_sender(self) -> "Request":
        """Where its answer goes."""
        return self

    def is_cancelled(self) -> bool:
        """Whether the caller has gone."""
        self.asked += 1
        return self.has_gone

    def send(self, response: InferenceResponse, flags: int) -> None:
        """Triton takes one answer, and says so of a second one."""
        assert flags == TRITONSERVER_RESPONSE_COMPLETE_FINAL
        assert self.sent == []
        self.sent.append(response)


def get_input_tensor_by_name(request: Request, name: str) -> Tensor | None:
    """None where the request does not have it."""
    return Tensor(name, request.inputs[name]) if name in request.inputs else None


@dataclass
class Counter:
    """One line of the metrics."""

    labels: dict[str, str]
    value: float = 0.0

    def increment(self, more: float) -> None:
        """Never less."""
        assert more > 0
        self.value += more


class MetricFamily:
    """A metric with its lines; `shown` are all families by name."""

    COUNTER = "counter"
    shown: ClassVar[dict[str, list[Counter]]] = {}

    def __init__(self, name: str, description: str, kind: str) -> None:
        assert description
        assert kind == self.COUNTER
        self.lines: list[Counter] = []
        MetricFamily.shown[name] = self.lines

    def Metric(self, labels: dict[str, str]) -> Counter:
        """One more line."""
        self.lines.append(Counter(labels))
        return self.lines[-1]


def strings(*values: str) -> NDArray[Any]:
    """A column of strings."""
    return np.array([[value.encode()] for value in values], np.object_)
