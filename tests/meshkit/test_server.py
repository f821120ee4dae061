"""The server: validation, identity, limits, health, reflection and a polite end."""

import asyncio
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from meshkit.client import calling
from meshkit.errors import BackendUnavailable, InvalidInput, Overloaded
from meshkit.server import MeshServer, run_until_stopped
from meshkit.settings import ServerSettings
from meshkit.testing import running, serving
from sutradhar.speech.v1 import speech_pb2, speech_pb2_grpc
from tests.meshkit.speakers import SPEECH, identity, request, speech

TRACE = "0af7651916cd43dd8448eb211c80319c"


async def health_of(channel: grpc.aio.Channel, service: str) -> int:
    """What the health service says of a name."""
    stub: Any = health_pb2_grpc.HealthStub(channel)
    answer = await stub.Check(health_pb2.HealthCheckRequest(service=service))
    return int(answer.status)


async def until_health(target: str, wanted: int) -> None:
    """Waits until the health stream of a server says `wanted`."""
    async with grpc.aio.insecure_channel(target) as channel, asyncio.timeout(10):
        stub: Any = health_pb2_grpc.HealthStub(channel)
        watch = stub.Watch(health_pb2.HealthCheckRequest(service=""))
        async for answer in watch:
            if answer.status == wanted:
                return


async def test_a_request_against_the_rules_names_every_field() -> None:
    """The proto's rules are checked before the servicer sees the request."""
    async with serving(speech(str)) as channel:
        bad = speech_pb2.SynthesizeRequest(text="x" * 2001, language="", speaking_rate=9)
        with pytest.raises(InvalidInput) as info, calling("speech"):
            await speech_pb2_grpc.SpeechServiceStub(channel).Synthesize(bad)

    assert {"text", "language", "speaking_rate"} == {violation.field for violation in info.value.violations}


async def test_identity_is_handed_on() -> None:
    """Request id and trace id of the caller are known two hops down."""
    async with serving(speech(identity)) as inner:
        stub = speech_pb2_grpc.SpeechServiceStub(inner)

        async def forward(text: str) -> str:
            return (await stub.Synthesize(request(text))).voice

        async with serving(speech(forward)) as outer:
            metadata = (("x-request-id", "req-1"), ("traceparent", f"00-{TRACE}-b7ad6b7169203331-01"))
            call = speech_pb2_grpc.SpeechServiceStub(outer).Synthesize(request(), metadata=metadata)
            answer = await call

    assert f"req-1 {TRACE}" == answer.voice


async def test_beyond_its_limit_a_service_refuses_early() -> None:
    """With all slots taken the next call is refused at once and the first one is not disturbed."""
    begun, finish = asyncio.Event(), asyncio.Event()

    async def wait(_: str) -> str:
        begun.set()
        await finish.wait()
        return "done"

    async with serving(speech(wait), settings=ServerSettings(max_concurrent_rpcs=1)) as channel:
        stub = speech_pb2_grpc.SpeechServiceStub(channel)
        first = asyncio.ensure_future(stub.Synthesize(request()))
        await begun.wait()
        with pytest.raises(Overloaded) as info, calling("speech"):
            await stub.Synthesize(request())
        finish.set()
        answer = await first

    assert "done" == answer.voice
    assert info.value.retry_after is not None


async def test_health_follows_the_probe() -> None:
    """NOT_SERVING while the probe fails, SERVING when it works again, by name as well."""
    ill = asyncio.Event()

    async def probe() -> None:
        if ill.is_set():
            raise ConnectionError

    async with running(speech(str), probe=probe) as target:
        await until_health(target, health_pb2.HealthCheckResponse.SERVING)
        ill.set()
        await until_health(target, health_pb2.HealthCheckResponse.NOT_SERVING)
        ill.clear()
        await until_health(target, health_pb2.HealthCheckResponse.SERVING)
        async with grpc.aio.insecure_channel(target) as channel:
            by_name = await health_of(channel, SPEECH)

    assert health_pb2.HealthCheckResponse.SERVING == by_name


async def test_an_ill_service_is_not_called() -> None:
    """The client's health check keeps calls away from a server that is NOT_SERVING."""

    async def probe() -> None:
        raise ConnectionError

    async with serving(speech(str), probe=probe) as channel:
        with pytest.raises(BackendUnavailable), calling("speech"):
            await speech_pb2_grpc.SpeechServiceStub(channel).Synthesize(request())


async def test_reflection_lists_the_services() -> None:
    """Tools like grpcurl can ask what is served."""
    async with running(speech(str)) as target, grpc.aio.insecure_channel(target) as channel:
        stub: Any = reflection_pb2_grpc.ServerReflectionStub(channel)  # type: ignore[arg-type]
        call = stub.ServerReflectionInfo(iter([reflection_pb2.ServerReflectionRequest(list_services="")]))
        names = [entry.name async for answer in call for entry in answer.list_services_response.service]

    assert {SPEECH, "grpc.health.v1.Health"} <= set(names)


async def test_a_running_call_ends_before_the_server_does() -> None:
    """Stopping waits for work in hand."""
    begun, finish = asyncio.Event(), asyncio.Event()

    async def wait(_: str) -> str:
        begun.set()
        await finish.wait()
        return "done"

    server = MeshServer(ServerSettings(drain_grace_seconds=5), [speech(wait)])
    port = await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        call = asyncio.ensure_future(speech_pb2_grpc.SpeechServiceStub(channel).Synthesize(request()))
        await begun.wait()
        stopping = asyncio.ensure_future(server.stop())
        finish.set()
        answer = await call
        await stopping

    assert "done" == answer.voice


async def test_a_taken_port_is_named() -> None:
    """The error says which address cannot be had."""
    async with running(speech(str)) as target:
        port = int(target.rpartition(":")[2])
        with pytest.raises(OSError, match=str(port)):
            await MeshServer(ServerSettings(port=port), [speech(str)]).start()


async def test_a_process_whose_port_is_taken_ends_with_one_line() -> None:
    """No traceback for the person at the terminal."""
    async with running(speech(str)) as target:
        port = int(target.rpartition(":")[2])
        server = MeshServer(ServerSettings(port=port), [speech(str)])
        with pytest.raises(SystemExit) as info:
            await run_until_stopped(server)

    assert 1 == info.value.code
