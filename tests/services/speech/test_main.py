"""The process as `make run` starts it."""

import asyncio
import os
import signal
import sys

import grpc
import psutil
import pytest

from sutradhar.speech.v1 import speech_pb2 as pb
from sutradhar.speech.v1 import speech_pb2_grpc as pb_grpc
from tests.fixtures.processes import metrics_of
from tests.fixtures.triton import free_ports


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_service_serves_and_ends(number: signal.Signals) -> None:
    """It speaks, counts what it spoke, and leaves no process behind."""
    port, metrics_port = free_ports(2)
    ports = {"SPEECH_PORT": str(port), "SPEECH_METRICS_PORT": str(metrics_port)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.speech",
        env={**os.environ, **ports},
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            answer = await pb_grpc.SpeechServiceStub(channel).Synthesize(
                pb.SynthesizeRequest(text="नमस्ते", language="hi"), wait_for_ready=True, timeout=30
            )
        counted = await metrics_of(metrics_port)
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(number)
        code = await asyncio.wait_for(process.wait(), 15)
    finally:
        if process.returncode is None:
            process.kill()

    assert answer.audio
    assert 'sutradhar_speech_characters_total{engine="espeak-ng",language="hi"} 6.0' in counted
    assert 0 == code
    assert children
    assert not any(child.is_running() for child in children)
