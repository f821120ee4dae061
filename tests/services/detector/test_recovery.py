"""The detector service while its Triton is killed, hangs, loses its model's process or has a full queue."""

import asyncio
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psutil
import pytest

from tests.fixtures.triton import ROOT, START_TIMEOUT, Triton, running_triton
from tests.services.detector import making
from tests.services.detector.load import Load, asking, until_health
from tests.services.detector.processes import question, service

pytestmark = pytest.mark.xdist_group("recovery")

INFER_SECONDS = 10.0  # the service's own default
BACK_SECONDS = 10.0  # from the restart of Triton until answers are there again
SETTINGS = {"PROBE_INTERVAL_SECONDS": 0.5, "LOG_LEVEL": "warning"}
RIGHT = {("dog",), ("cat", "dog", "cow", "bird")}


@pytest.mark.timeout(180)
async def test_triton_is_killed_and_started_again(tmp_path: Path) -> None:
    """Every call fails UNAVAILABLE at once, the health says so, and answers return by themselves."""
    with running_triton(tmp_path, repositories=(ROOT / "triton_models",)) as triton:
        async with service(tmp_path, triton.grpc_url, **SETTINGS) as one, asking(one.target) as load:
            await load.until(16, "OK")
            killed = time.monotonic()
            server(triton).kill()
            await load.until(100, "UNAVAILABLE", since=killed)
            await until_health(one.target, serving=False)
            await asyncio.to_thread(triton.process.wait, 15)
            async with started_again(triton):
                ready = time.monotonic()
                (answer, *_) = await load.until(16, "OK", since=killed)
                await one.stub.Detect(
                    question(making.photo("dog")), wait_for_ready=True, timeout=BACK_SECONDS
                )
                healthy = time.monotonic()
                tell(load, killed, back=answer.ended - ready, healthy=healthy - ready)

    assert_failed_at_once(load, killed)
    assert answer.ended - ready < BACK_SECONDS
    assert healthy - ready < BACK_SECONDS


@pytest.mark.timeout(180)
@pytest.mark.parametrize("victims", ["one", "all"])
async def test_a_process_of_the_model_is_killed(tmp_path: Path, victims: str) -> None:
    """Triton doesn't start it anew, but its watch does: until then calls fail UNAVAILABLE, then none does."""
    repositories = (ROOT / "triton_models",)
    # Long enough that calls come in between, also where they are slow.
    with running_triton(tmp_path, watch_interval=2.0, repositories=repositories) as triton:
        async with service(tmp_path, triton.grpc_url, **SETTINGS) as one, asking(one.target) as load:
            await load.until(16, "OK")
            killed = time.monotonic()
            for process in stubs(triton)[: 1 if victims == "one" else None]:
                process.kill()
            await load.until(2, "UNAVAILABLE", since=killed)
            await asyncio.to_thread(wait_for_log, triton, "model_reloaded")
            reloaded = time.monotonic()
            (answer, *_) = await load.until(50, "OK", since=reloaded)
            tell(load, killed, back=answer.ended - reloaded, reloaded=reloaded - killed)

    assert_failed_at_once(load, killed)


@pytest.mark.timeout(180)
async def test_triton_hangs(tmp_path: Path) -> None:
    """A Triton that lives but doesn't answer costs each call the inference timeout, or what its caller gives it.

    Calls whose callers gave up hold no slot: a caller with little patience is never told that there are too many.
    """
    with running_triton(tmp_path, repositories=(ROOT / "triton_models",)) as triton:
        patience = {"DETECTOR_INFER_SECONDS": 1.5, "PROBE_TIMEOUT_SECONDS": 1}
        async with service(tmp_path, triton.grpc_url, **SETTINGS, **patience) as one:
            async with asking(one.target) as load:
                await load.until(16, "OK")
                stopped = time.monotonic()
                server(triton).suspend()
                await load.until(12, "DEADLINE_EXCEEDED", since=stopped)
            async with asking(one.target, timeout=0.3) as hasty:
                await hasty.until(60, "DEADLINE_EXCEEDED")
            await until_health(one.target, serving=False)
            async with asking(one.target) as back:
                server(triton).resume()
                resumed = time.monotonic()
                (answer, *_) = await back.until(16, "OK", since=resumed)
            tell(load, stopped, back=answer.ended - resumed)
    hung = [one for one in load.ended_after(stopped) if one.code != "OK"]

    assert {"DEADLINE_EXCEEDED"} == {one.code for one in hung} == {one.code for one in hasty.outcomes}
    assert max(one.ended - one.began for one in hung) < 5
    assert answer.ended - resumed < BACK_SECONDS


@pytest.mark.timeout(180)
async def test_the_models_queue_is_full(tmp_path: Path) -> None:
    """Calls are answered or told to come later; the model isn't taken for one that is away."""
    repository = with_short_queue(tmp_path / "models")
    with running_triton(tmp_path, repositories=(repository,)) as triton:
        async with service(tmp_path, triton.grpc_url, **SETTINGS) as one, asking(one.target) as load:
            await load.until(10, "RESOURCE_EXHAUSTED")
            await load.until(10, "OK")

    assert {"OK", "RESOURCE_EXHAUSTED"} == {one.code for one in load.outcomes}
    assert {one.labels for one in load.outcomes if one.code == "OK"} <= RIGHT


def with_short_queue(repository: Path) -> Path:
    """The detector's model in a repository of its own, with a queue of one."""
    own = ROOT / "triton_models" / "coco_ssd"
    shutil.copytree(own, repository / "coco_ssd")
    config = repository / "coco_ssd" / "config.pbtxt"
    text, changed = re.subn(r"max_queue_size: \d+", "max_queue_size: 1", config.read_text())
    assert 1 == changed
    config.write_text(text.replace('"../../models', f'"{ROOT}/models'))
    return repository


def assert_failed_at_once(load: Load, harmed: float) -> None:
    """Since the harm calls were answered rightly or were UNAVAILABLE, and none took as long as a timeout."""
    after = load.ended_after(harmed)

    assert {"OK", "UNAVAILABLE"} == {one.code for one in after}
    assert {one.labels for one in after if one.code == "OK"} <= RIGHT
    assert max(one.ended - one.began for one in after) < INFER_SECONDS


def server(triton: Triton) -> psutil.Process:
    """The tritonserver process."""
    return psutil.Process(triton.process.pid).children()[0]


def stubs(triton: Triton) -> list[psutil.Process]:
    """The processes that run the model."""
    return [one for one in server(triton).children(recursive=True) if "stub" in one.name()]


@asynccontextmanager
async def started_again(triton: Triton) -> AsyncIterator[None]:
    """The same Triton on the same ports, once more, from when it is ready."""
    launcher = await asyncio.to_thread(_start_again, triton)
    try:
        await asyncio.to_thread(_wait_until_ready, f"{triton.http_url}/v2/health/ready")
        yield
    finally:
        launcher.terminate()
        await asyncio.to_thread(launcher.wait, 15)


def _start_again(triton: Triton) -> subprocess.Popen[bytes]:
    with triton.log.open("ab") as stream:
        return subprocess.Popen(triton.process.args, cwd=ROOT, stdout=stream, stderr=subprocess.STDOUT)


def _wait_until_ready(url: str) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        with suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(url, timeout=5).close()
            return
        time.sleep(0.05)
    raise AssertionError("Triton did not start again")


def wait_for_log(triton: Triton, event: str) -> None:
    """Wait until Triton's watch has written of an event."""
    deadline = time.monotonic() + START_TIMEOUT
    while event not in triton.log.read_text():
        assert time.monotonic() < deadline, triton.log.read_text()
        time.sleep(0.05)


def tell(load: Load, harmed: float, **seconds: float) -> None:
    """The figures, for who runs pytest with -s."""
    after = load.ended_after(harmed)
    failures = [one for one in after if one.code != "OK"]
    told = {
        "codes": dict(Counter(one.code for one in after)),
        "first failure after": round(min(one.ended for one in failures) - harmed, 4),
        "longest failure": round(max(one.ended - one.began for one in failures), 4),
        **{name: round(value, 2) for name, value in seconds.items()},
    }
    sys.stdout.write(f"{told}\n")
