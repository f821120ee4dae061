"""Inference on a Triton server over the KServe v2 gRPC protocol, wherever that server runs."""

import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any

import grpc
import numpy as np
import numpy.typing as npt
from tritonclient.grpc import InferInput, InferRequestedOutput, model_config_pb2
from tritonclient.grpc.aio import InferenceServerClient
from tritonclient.utils import InferenceServerException, np_to_triton_dtype

from meshkit import deadline
from meshkit.client import MAX_MESSAGE_BYTES
from meshkit.errors import BackendUnavailable, DeadlineExceeded, Internal, InvalidInput, MeshError, Overloaded
from meshkit.log import get_logger
from meshkit.metrics import TRITON_ERRORS, TRITON_SECONDS
from meshkit.triton_memory import SharedInputs

_log = get_logger(__name__)

# What Triton says, as INTERNAL, when the process of a Python model has died; a reload brings it back.
_STUB_IS_DEAD = "is not healthy"
# Of CANCELLED nothing is known but that it was not us: a Triton that is just starting says it now and then.
_AWAY = (grpc.StatusCode.UNAVAILABLE.name, grpc.StatusCode.CANCELLED.name)
# What it says, as UNAVAILABLE, when a queue takes no more, and to who has waited longer than the queue allows.
_BUSY = ("Exceeds maximum queue size", "Request timeout expired")
MODEL_MISSING = "MODEL_MISSING"
"""The reason when Triton answers that it has no such model; MODEL_UNAVAILABLE is that of a Triton that is away."""

_CHANNEL_ARGS: list[tuple[str, Any]] = [
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    # A restarted Triton is found again within a second.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 1_000),
    ("grpc.enable_http_proxy", 0),
]


class TritonClient:
    """A client of one Triton server at `url` (`host:port` of its gRPC endpoint).

    Must be made inside a running event loop. Arrays go over the wire as raw
    bytes; numpy object or bytes arrays become BYTES tensors.
    """

    def __init__(self, url: str, timeout: float = 10.0, *, shared_memory: bool = False) -> None:
        """With `shared_memory`, large inputs go through memory where Triton is on the same host."""
        self._client = InferenceServerClient(url, channel_args=_CHANNEL_ARGS)
        self._timeout = timeout
        self._shared = SharedInputs(self._client) if shared_memory else None

    async def close(self) -> None:
        """Closes the channel."""
        if self._shared is not None:
            await self._shared.close()
        await self._client.close()

    async def infer(
        self,
        model: str,
        inputs: Mapping[str, npt.NDArray[Any]],
        outputs: Sequence[str],
        *,
        timeout: float | None = None,
    ) -> dict[str, npt.NDArray[Any]]:
        """Runs one inference within the deadline in force.

        Args:
            inputs: tensors by name, in the model's shapes (batch first where it batches).
            outputs: names of the tensors to return.
            timeout: seconds at most; the client's own when None.

        Raises:
            BackendUnavailable: Triton is away, or (MODEL_MISSING) has no such model.
            DeadlineExceeded: no answer in time.
            Overloaded: the model's queue is full, or the call waited in it for longer than it allows.
            InvalidInput: Triton refuses the tensors.
        """
        started = time.perf_counter()
        try:
            result = await self._infer(
                model, inputs, [InferRequestedOutput(name) for name in outputs], timeout
            )
        except InferenceServerException as error:
            raise _meaning(error, model) from error
        TRITON_SECONDS.labels(model).observe(time.perf_counter() - started)
        return {name: _output(result, name) for name in outputs}

    async def _infer(
        self,
        model: str,
        inputs: Mapping[str, npt.NDArray[Any]],
        outputs: Sequence[InferRequestedOutput],
        timeout: float | None,
    ) -> Any:
        limit = timeout or self._timeout
        if self._shared is not None:
            async with self._shared.hold(inputs) as shared:
                try:
                    tensors = [shared.get(name) or _input(name, array) for name, array in inputs.items()]
                    return await self._client.infer(
                        model, tensors, outputs=outputs, client_timeout=deadline.budget(limit)
                    )
                except InferenceServerException as error:
                    if not self._shared.is_lost(error):
                        raise
        tensors = [_input(name, array) for name, array in inputs.items()]
        return await self._client.infer(
            model, tensors, outputs=outputs, client_timeout=deadline.budget(limit)
        )

    async def model_ready(self, model: str) -> bool:
        """Whether Triton says that the model is loaded; False also when it is away or no time is left to ask."""
        try:
            ready = await self._client.is_model_ready(model, client_timeout=deadline.budget(self._timeout))
        except (InferenceServerException, DeadlineExceeded):
            return False
        return bool(ready)

    async def model_config(self, model: str) -> model_config_pb2.ModelConfig:
        """The model's configuration (input and output shapes, parameters).

        Raises:
            BackendUnavailable: Triton or the model is away.
            DeadlineExceeded: no answer in time.
        """
        try:
            response = await self._client.get_model_config(
                model, client_timeout=deadline.budget(self._timeout)
            )
        except InferenceServerException as error:
            raise _meaning(error, model) from error
        return response.config


def _input(name: str, array: npt.NDArray[Any]) -> InferInput:
    tensor = InferInput(name, list(array.shape), np_to_triton_dtype(array.dtype))
    tensor.set_data_from_numpy(np.ascontiguousarray(array))
    return tensor


def _output(result: Any, name: str) -> npt.NDArray[Any]:
    array: npt.NDArray[Any] | None = result.as_numpy(name)
    if array is None:
        _log.error("Triton's answer lacks an output", output=name)
        raise Internal
    return array


def _meaning(error: InferenceServerException, model: str) -> MeshError:
    """Maps Triton's status; its text is logged, never shown to a caller."""
    code, text = str(error.status() or "").removeprefix("StatusCode."), error.message() or ""
    # A model that is not there may be one that nobody has installed: no reason to warn.
    level = logging.INFO if code == grpc.StatusCode.NOT_FOUND.name else logging.WARNING
    _log.log(level, "Triton refused", model=model, code=code, message=text)
    meaning: MeshError
    if code == grpc.StatusCode.DEADLINE_EXCEEDED.name:
        meaning = DeadlineExceeded(f"The model {model} did not answer in time.")
    elif code == grpc.StatusCode.INVALID_ARGUMENT.name:
        meaning = InvalidInput(f"The model {model} refused its input.", reason="MODEL_REFUSED_INPUT")
    elif code == grpc.StatusCode.RESOURCE_EXHAUSTED.name or any(words in text for words in _BUSY):
        meaning = Overloaded(f"The queue of the model {model} is too long.", retry_after=1.0)
    elif code == grpc.StatusCode.NOT_FOUND.name:
        meaning = BackendUnavailable(f"Triton has no model {model}.", reason=MODEL_MISSING)
    elif code in _AWAY or _STUB_IS_DEAD in text:
        meaning = BackendUnavailable(f"The model {model} is away.", reason="MODEL_UNAVAILABLE")
    else:
        meaning = Internal()
    TRITON_ERRORS.labels(model, meaning.reason).inc()
    return meaning
