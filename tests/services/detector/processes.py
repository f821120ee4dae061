"""The detector service as a process of its own, and a client of it, for tests that harm it or measure it."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple, TypeAlias

import psutil

from meshkit.client import connect
from sutradhar.common.v1 import common_pb2 as common
from sutradhar.detector.v1 import detector_pb2 as pb
from sutradhar.detector.v1 import detector_pb2_grpc as pb_grpc
from tests.fixtures.triton import ROOT, free_ports
from tests.services.detector import making

Stub: TypeAlias = "pb_grpc.DetectorServiceAsyncStub"  # a type of the .pyi file only


class Service(NamedTuple):
    """A detector service that runs, where it listens, a client of it, and its log."""

    process: psutil.Popen
    target: str
    stub: Stub
    log: Path

    def resident(self) -> int:
        """The bytes that the process holds in memory."""
        return int(self.process.memory_info().rss)

    def peak(self) -> int:
        """The most bytes that it held since `forget_peak` (VmHWM of proc(5))."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("VmHWM"))

    def forget_peak(self) -> None:
        """Let the peak be what it holds now."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")


@asynccontextmanager
async def service(home: Path, triton_url: str, **settings: object) -> AsyncIterator[Service]:
    """The service on a Triton, once it answers calls; killed at the end. Its log is service.log in `home`."""
    port, metrics_port = free_ports(2)
    own = {"DETECTOR_PORT": port, "DETECTOR_METRICS_PORT": metrics_port, "TRITON_URL": triton_url, **settings}
    environment = os.environ | {name: str(value) for name, value in own.items()}
    target, log = f"127.0.0.1:{port}", home / "service.log"
    command = [sys.executable, "-m", "services.detector"]
    with log.open("wb") as stream:
        process = psutil.Popen(command, cwd=ROOT, env=environment, stdout=stream, stderr=subprocess.STDOUT)
    channel = connect(target)
    try:
        stub = pb_grpc.DetectorServiceStub(channel)
        await stub.Detect(question(making.photo("dog")), wait_for_ready=True, timeout=30)
        yield Service(process, target, stub, log)
    finally:
        await channel.close()
        process.kill()
        process.wait(10)


def question(data: bytes) -> pb.DetectRequest:
    """What one picture shows."""
    return pb.DetectRequest(image=common.Image(data=data))
