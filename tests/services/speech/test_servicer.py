"""The service over a real gRPC connection."""

import asyncio
import io
import os
import signal
import wave
from collections.abc import AsyncIterator
from typing import Any, TypeAlias

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from meshkit.errors import from_rpc_error
from meshkit.testing import running
from services.speech.speech import Speech
from services.speech.workers import WorkerPool
from sutradhar.speech.v1 import speech_pb2 as pb
from sutradhar.speech.v1 import speech_pb2_grpc as pb_grpc
from tests.services.speech.conftest import SENTENCES, speech_binding

Stub: TypeAlias = "pb_grpc.SpeechServiceAsyncStub"


async def test_synthesize(stub: Stub) -> None:
    """A WAV file of the stated length, and the words that were spoken."""
    answer = await stub.Synthesize(pb.SynthesizeRequest(text=SENTENCES["hi"], language="hi"))
    with wave.open(io.BytesIO(answer.audio)) as file:
        seconds = file.getnframes() / file.getframerate()

    assert SENTENCES["hi"] == "".join(word.text for word in answer.words)
    assert answer.duration.ToTimedelta().total_seconds() == pytest.approx(seconds, abs=0.001)
    assert 22050 == answer.sample_rate_hertz


async def test_health(speech: Speech, pool: WorkerPool) -> None:
    """The service is healthy once its engine has spoken."""
    async with (
        running(speech_binding(speech), probe=speech.probe) as target,
        grpc.aio.insecure_channel(target) as channel,  # ours would not send to what is not healthy yet
    ):
        async with asyncio.timeout(10):
            async for answer in _watch(channel):
                if answer.status == health_pb2.HealthCheckResponse.SERVING:
                    break

    assert pool.pids


async def test_list_voices(stub: Stub) -> None:
    """All, or those of a language."""
    every = await stub.ListVoices(pb.ListVoicesRequest())
    tamil = await stub.ListVoices(pb.ListVoicesRequest(language="tam"))

    assert 26 == len(every.voices)
    assert ["ta-female", "ta-male"] == [voice.name for voice in tamil.voices]


@pytest.mark.parametrize(
    ("request_", "field", "reason"),
    [
        (pb.SynthesizeRequest(text="", language="en"), "text", "INVALID_INPUT"),
        (pb.SynthesizeRequest(text="x" * 2001, language="en"), "text", "INVALID_INPUT"),
        (pb.SynthesizeRequest(text="🙂!", language="en"), "text", "NOTHING_TO_SPEAK"),
        (pb.SynthesizeRequest(text="hello", language="tlh"), "language", "UNKNOWN_LANGUAGE"),
        (pb.SynthesizeRequest(text="hello"), "language", "INVALID_INPUT"),
        (
            pb.SynthesizeRequest(text="hello", language="en", speaking_rate=3),
            "speaking_rate",
            "INVALID_INPUT",
        ),
        (pb.SynthesizeRequest(text="hello", language="en", pitch=0.1), "pitch", "INVALID_INPUT"),
        (pb.SynthesizeRequest(text="hello", language="en", gender=9), "gender", "INVALID_INPUT"),  # type: ignore[arg-type]
    ],
)
async def test_error_rows(stub: Stub, request_: pb.SynthesizeRequest, field: str, reason: str) -> None:
    """Each bad request is INVALID_ARGUMENT and names its field."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.Synthesize(request_)
    error = from_rpc_error(caught.value, "speech")

    assert grpc.StatusCode.INVALID_ARGUMENT == caught.value.code()
    assert (field, reason) == (error.field, error.reason)


async def test_unknown_language_of_voices(stub: Stub) -> None:
    """ListVoices names the field, too."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.ListVoices(pb.ListVoicesRequest(language="tlh"))

    assert "language" == from_rpc_error(caught.value, "speech").field


async def test_sixteen_callers(stub: Stub) -> None:
    """Everyone gets the words of their own text."""
    texts = [f"caller number {i} has a dog" for i in range(16)]
    answers = await asyncio.gather(
        *(stub.Synthesize(pb.SynthesizeRequest(text=text, language="en")) for text in texts)
    )

    assert texts == ["".join(word.text for word in answer.words) for answer in answers]


async def test_a_deadline_frees_the_worker(stub: Stub, pool: WorkerPool) -> None:
    """Every worker hangs, the callers' time runs out, and the next caller is served."""
    request = pb.SynthesizeRequest(text="hello", language="en")
    await asyncio.gather(stub.Synthesize(request), stub.Synthesize(request))
    hung = pool.pids
    for pid in hung:
        os.kill(pid, signal.SIGSTOP)
    late = await asyncio.gather(
        *(stub.Synthesize(request, timeout=0.3) for _ in hung), return_exceptions=True
    )
    answer = await stub.Synthesize(request, timeout=10)

    assert {grpc.StatusCode.DEADLINE_EXCEEDED} == {
        error.code() for error in late if isinstance(error, grpc.aio.AioRpcError)
    }
    assert answer.audio
    assert not set(hung) & set(pool.pids)


async def test_cancelling_frees_the_worker(stub: Stub, pool: WorkerPool) -> None:
    """Callers that go take their hung workers along: with every worker hung, the next one is served."""
    request = pb.SynthesizeRequest(text="hello", language="en")
    await asyncio.gather(stub.Synthesize(request), stub.Synthesize(request))
    hung = pool.pids
    for pid in hung:
        os.kill(pid, signal.SIGSTOP)
    calls = [stub.Synthesize(request) for _ in hung]
    next_one = asyncio.ensure_future(_audio(stub))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await asyncio.shield(next_one)
    for call in calls:
        call.cancel()

    assert await next_one
    assert not set(hung) & set(pool.pids)


async def test_a_killed_worker_is_not_noticed(stub: Stub, pool: WorkerPool) -> None:
    """The caller gets an answer all the same."""
    request = pb.SynthesizeRequest(text="hello", language="en")
    await stub.Synthesize(request)
    for pid in pool.pids:
        os.kill(pid, signal.SIGKILL)

    assert (await stub.Synthesize(request)).audio


async def _audio(stub: Stub) -> bytes:
    answer = await stub.Synthesize(pb.SynthesizeRequest(text="hello", language="en"), timeout=10)
    return answer.audio


def _watch(channel: grpc.aio.Channel) -> AsyncIterator[health_pb2.HealthCheckResponse]:
    stub: Any = health_pb2_grpc.HealthStub(channel)  # the published types lack Watch
    answers: AsyncIterator[health_pb2.HealthCheckResponse] = stub.Watch(health_pb2.HealthCheckRequest())
    return answers
