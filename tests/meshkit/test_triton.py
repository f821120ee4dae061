"""meshkit/triton.py: what Triton's failures mean, with the real Triton, and with one that fails as it is told."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import numpy.typing as npt
import pytest
from tritonclient.grpc import service_pb2_grpc

from meshkit import deadline
from meshkit.errors import (
    BackendUnavailable,
    DeadlineExceeded,
    Internal,
    InvalidInput,
    MeshError,
    Overloaded,
)
from meshkit.triton import MODEL_MISSING, TritonClient
from tests.fixtures.triton import Triton


@pytest.fixture
async def client(triton: Triton) -> AsyncIterator[TritonClient]:
    """A client of the test process's Triton."""
    one = TritonClient(triton.grpc_url)
    yield one
    await one.close()


def command(text: str) -> dict[str, npt.NDArray[Any]]:
    """An order for the model `flaky`."""
    return {"COMMAND": np.array([[text.encode()]], object)}


async def refusal(client: TritonClient, text: str) -> MeshError:
    """The error that an order ends with."""
    with pytest.raises(MeshError) as caught:
        await client.infer("flaky", command(text), ["ANSWER"])
    return caught.value


async def test_a_full_queue_is_overload(client: TritonClient, tmp_path: Path) -> None:
    """Of ten calls at once, one runs and two wait; the others are told to come later, not that the model is away."""
    order = command(f"sleep 0.2 {tmp_path / 'begun'}")
    calls = (client.infer("flaky", order, ["ANSWER"]) for _ in range(10))
    answers = await asyncio.gather(*calls, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, BaseException)]

    assert {Overloaded} == {type(error) for error in refused}
    assert {1.0} == {error.retry_after for error in refused if isinstance(error, Overloaded)}
    assert 10 > len(refused)


async def test_a_model_that_fails_is_our_fault(client: TritonClient) -> None:
    """The text of its error is not for callers."""
    error = await refusal(client, "fail")

    assert Internal is type(error)
    assert "command" not in error.message


async def test_tensors_that_triton_refuses(client: TritonClient) -> None:
    """A wrong shape is the input's fault."""
    with pytest.raises(InvalidInput) as caught:
        await client.infer("flaky", {"COMMAND": np.array([b"", b""], object)}, ["ANSWER"])

    assert "MODEL_REFUSED_INPUT" == caught.value.reason


async def test_a_model_that_is_not_there(client: TritonClient) -> None:
    """It is told apart from a Triton that is away."""
    with pytest.raises(BackendUnavailable) as caught:
        await client.model_config("no_such_model")

    assert MODEL_MISSING == caught.value.reason
    assert not await client.model_ready("no_such_model")


class Failing(service_pb2_grpc.GRPCInferenceServiceServicer):  # type: ignore[misc] # the library has no types
    """A Triton whose inferences end with a status."""

    def __init__(self, code: grpc.StatusCode, text: str) -> None:
        self._status = code, text

    async def ModelInfer(self, request: Any, context: Any) -> None:
        await context.abort(*self._status)


class Endless(service_pb2_grpc.GRPCInferenceServiceServicer):  # type: ignore[misc] # the library has no types
    """A Triton whose inferences never end by themselves."""

    def __init__(self) -> None:
        self.begun, self.cancelled = asyncio.Event(), asyncio.Event()

    async def ModelInfer(self, request: Any, context: Any) -> None:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.cancelled.set()


async def test_a_cancelled_call_is_cancelled_at_triton() -> None:
    """So that a model may drop what nobody waits for any more."""
    endless, server = Endless(), grpc.aio.server()
    service_pb2_grpc.add_GRPCInferenceServiceServicer_to_server(endless, server)
    client = TritonClient(f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}")
    await server.start()
    call = asyncio.create_task(client.infer("flaky", command("hello"), ["ANSWER"]))
    async with asyncio.timeout(10):
        await endless.begun.wait()
        call.cancel()
        await endless.cancelled.wait()
    await asyncio.gather(call, return_exceptions=True)
    await client.close()
    await server.stop(None)

    assert call.cancelled()


async def test_who_has_no_time_left_finds_no_model_ready(client: TritonClient) -> None:
    """The question never raises."""

    async def late() -> bool:
        deadline.enter(0.001)  # less than the margin that is kept back
        return await client.model_ready("flaky")

    assert not await asyncio.create_task(late())


MEANINGS: list[tuple[grpc.StatusCode, str, type[MeshError], str]] = [
    (grpc.StatusCode.UNAVAILABLE, "Socket closed", BackendUnavailable, "MODEL_UNAVAILABLE"),
    (grpc.StatusCode.UNAVAILABLE, "[request id: 1] Exceeds maximum queue size", Overloaded, "OVERLOADED"),
    (grpc.StatusCode.UNAVAILABLE, "Request timeout expired", Overloaded, "OVERLOADED"),
    (grpc.StatusCode.RESOURCE_EXHAUSTED, "", Overloaded, "OVERLOADED"),
    (grpc.StatusCode.NOT_FOUND, "unknown model", BackendUnavailable, MODEL_MISSING),
    (
        grpc.StatusCode.INTERNAL,
        "Stub process 'x_0_0' is not healthy.",
        BackendUnavailable,
        "MODEL_UNAVAILABLE",
    ),
    (grpc.StatusCode.CANCELLED, "CANCELLED", BackendUnavailable, "MODEL_UNAVAILABLE"),
    (grpc.StatusCode.DEADLINE_EXCEEDED, "", DeadlineExceeded, "DEADLINE_EXCEEDED"),
    (grpc.StatusCode.INVALID_ARGUMENT, "unexpected shape", InvalidInput, "MODEL_REFUSED_INPUT"),
    (grpc.StatusCode.INTERNAL, "the model's own words", Internal, "INTERNAL"),
    (grpc.StatusCode.UNKNOWN, "", Internal, "INTERNAL"),
]


@pytest.mark.parametrize(("code", "text", "kind", "reason"), MEANINGS)
async def test_what_a_status_means(
    code: grpc.StatusCode, text: str, kind: type[MeshError], reason: str
) -> None:
    """Each status that Triton gives, or its absence, has its error; Triton's text stays inside."""
    server = grpc.aio.server()
    service_pb2_grpc.add_GRPCInferenceServiceServicer_to_server(Failing(code, text), server)
    client = TritonClient(f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}")
    await server.start()
    error = await refusal(client, "hello")
    await client.close()
    await server.stop(None)

    assert (kind, reason) == (type(error), error.reason)
    assert not text or text not in error.message
