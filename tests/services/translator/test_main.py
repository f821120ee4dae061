"""The process as `make run` starts it, and what it counts."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import pytest
from aiohttp import web
from grpc_health.v1 import health_pb2, health_pb2_grpc

from sutradhar.translator.v1 import translator_pb2 as pb
from sutradhar.translator.v1 import translator_pb2_grpc as pb_grpc
from tests.fixtures.processes import metrics_of
from tests.fixtures.triton import ROOT, Triton, free_ports

pytestmark = pytest.mark.xdist_group("triton")


async def test_the_service_serves_counts_and_ends(triton: Triton, tmp_path: Path) -> None:
    """It is healthy, translates, counts by direction and reason, and ends on SIGTERM."""
    port, metrics_port = free_ports(2)
    names = {"TRANSLATOR_PORT": port, "TRANSLATOR_METRICS_PORT": metrics_port, "TRITON_URL": triton.grpc_url}
    names |= {"TRANSLATOR_MODEL": "translator_echo", "USE_REDIS": "false"}
    with (tmp_path / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services.translator"),
            cwd=ROOT,
            env={**os.environ, **{name: str(value) for name, value in names.items()}},
            stdout=log,
        )
    try:
        health, results = await _use(port)
        counted = await metrics_of(metrics_port)
        process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(process.wait(), 15)
    finally:
        if process.returncode is None:
            process.kill()

    assert ["कुत्ता", "MODEL_FAILED"] == [each.translation.text or each.error.reason for each in results]
    assert 'sutradhar_translator_texts_total{source="en",target="hi"} ' in counted
    assert 'sutradhar_translator_characters_total{source="en",target="hi"} ' in counted
    assert 'sutradhar_translator_text_errors_total{reason="MODEL_FAILED"} 1.0' in counted
    assert (health_pb2.HealthCheckResponse.SERVING, 0) == (health, code)


async def test_it_remembers_in_redis(triton: Triton, tmp_path: Path, redis_url: str) -> None:
    """The same text again is a hit, and the model is not asked for it."""
    names = {"TRITON_URL": triton.grpc_url, "TRANSLATOR_MODEL": "translator_echo", "REDIS_URL": redis_url}
    # A loaded machine may need longer than the default.
    names["TRANSLATOR_CACHE_TIMEOUT_SECONDS"] = "5"
    async with _started(names, tmp_path) as (port, metrics_port):
        await _use(port)
        await _use(port)
        counted = await metrics_of(metrics_port)

    assert 'sutradhar_translator_cache_total{outcome="hit"} 1.0' in counted
    assert 'sutradhar_translator_cache_total{outcome="miss"} 3.0' in counted


async def test_an_outside_translator_takes_the_place_of_triton(tmp_path: Path) -> None:
    """Where its address is given, it is asked, in its own words."""
    app = web.Application()
    app.router.add_post("/say", _shout)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    names = {
        "AI4BHARAT_BASE_URL": f"http://127.0.0.1:{runner.addresses[0][1]}",
        "AI4BHARAT_TRANSLATE_PATH": "/say",
        "USE_REDIS": "false",
        "TRITON_URL": "127.0.0.1:9",
    }
    async with _started(names, tmp_path) as (port, metrics_port):
        health, results = await _use(port)
        counted = await metrics_of(metrics_port)
    await runner.cleanup()

    assert ["DOG hi", "POISON hi"] == [each.translation.text for each in results]
    assert health_pb2.HealthCheckResponse.SERVING == health
    assert 'sutradhar_translator_provider_attempts_total{outcome="ok"} 2.0' in counted


async def _use(port: int) -> tuple[int, list[pb.TranslateResult]]:
    request = pb.TranslateRequest(texts=["dog", "poison"], source_language="en", target_language="hi")
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        response = await pb_grpc.TranslatorServiceStub(channel).Translate(
            request, wait_for_ready=True, timeout=30
        )
        stub = health_pb2_grpc.HealthStub(channel)
        async with asyncio.timeout(20):
            # The package of types does not know Watch.
            async for update in stub.Watch(health_pb2.HealthCheckRequest()):  # type: ignore[attr-defined]
                if update.status == health_pb2.HealthCheckResponse.SERVING:
                    break
    return update.status, list(response.results)


async def _shout(request: web.Request) -> web.Response:
    body = await request.json()
    return web.json_response({"translated_text": f"{body['text'].upper()} {body['target_language']}"})


@asynccontextmanager
async def _started(names: dict[str, str], folder: Path) -> AsyncIterator[tuple[int, int]]:
    """The process with these settings; its ports."""
    port, metrics_port = free_ports(2)
    ports = {"TRANSLATOR_PORT": str(port), "TRANSLATOR_METRICS_PORT": str(metrics_port)}
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services.translator"),
            cwd=ROOT,
            env={**os.environ, **names, **ports},
            stdout=log,
        )
    try:
        yield port, metrics_port
    finally:
        process.kill()
        await process.wait()
