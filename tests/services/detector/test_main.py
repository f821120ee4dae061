"""services/detector/__main__.py: the process, as it is deployed."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from sutradhar.common.v1 import common_pb2 as common
from sutradhar.detector.v1 import detector_pb2 as pb
from sutradhar.detector.v1 import detector_pb2_grpc as pb_grpc
from tests.fixtures.triton import ROOT, Triton, free_ports
from tests.services.detector import making


@asynccontextmanager
async def process(settings: Mapping[str, object]) -> AsyncIterator[asyncio.subprocess.Process]:
    """The service with these settings; killed at the end where it still runs."""
    environment = {**os.environ, **{name: str(value) for name, value in settings.items()}}
    command = [sys.executable, "-m", "services.detector"]
    one = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment)
    try:
        yield one
    finally:
        with suppress(ProcessLookupError):
            one.kill()
        await one.wait()


async def ask(port: int) -> pb.DetectResponse:
    """Detect on the photo of the dog, as soon as the process listens."""
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        asked = pb.DetectRequest(image=common.Image(data=making.photo("dog")))
        return await pb_grpc.DetectorServiceStub(channel).Detect(asked, wait_for_ready=True, timeout=30)


async def health(port: int) -> int:
    """What the health service says, as soon as the process listens."""
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        answer = await stub.Check(health_pb2.HealthCheckRequest(), wait_for_ready=True, timeout=30)
        return int(answer.status)


async def test_it_serves_counts_and_stops_politely(triton: Triton) -> None:
    """It answers, shows its metrics, and ends with 0 on SIGTERM."""
    port, metrics_port = free_ports(2)
    ports = {"DETECTOR_PORT": port, "DETECTOR_METRICS_PORT": metrics_port}
    async with process({"TRITON_URL": triton.grpc_url, **ports}) as one:
        answer = await ask(port)
        async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{metrics_port}/") as page:
            metrics = await page.text()
        one.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(one.wait(), 15)

    assert ("dog", 0) == (answer.detections[0].label, code)
    assert 'sutradhar_detector_images_total{pet_found="true",source="image"} 1.0' in metrics


async def test_without_triton_it_lives_but_does_not_serve() -> None:
    """No Triton is no reason to die: health says NOT_SERVING, and calls fail with UNAVAILABLE."""
    port, metrics_port = free_ports(2)
    ports = {"DETECTOR_PORT": port, "DETECTOR_METRICS_PORT": metrics_port}
    async with process({"TRITON_URL": "127.0.0.1:1", **ports}) as one:
        status = await health(port)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await ask(port)
        alive = one.returncode is None

    assert (health_pb2.HealthCheckResponse.NOT_SERVING, True) == (status, alive)
    assert grpc.StatusCode.UNAVAILABLE == caught.value.code()
