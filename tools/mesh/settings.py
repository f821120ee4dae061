"""What `make run` reads from the environment; nothing else of tools/mesh reads it."""

import os
from pathlib import Path

from pydantic import Field

from meshkit.settings import MeshSettings


class RunSettings(MeshSettings):
    """The knobs of `make run`. A port that is not set is its default plus PORT_OFFSET."""

    # Moves every port, so that a second mesh runs beside the first; it also gets its own folder var/offset-N.
    port_offset: int = Field(default=0, ge=0, le=15000)
    # Where the run-time state lives: logs, Redis data, artifacts, secrets. Default: var/ in the repository.
    var_dir: Path | None = None
    # How long the mesh may take from its start until the gateway says it is ready.
    ready_seconds: float = Field(default=120.0, gt=0, validation_alias="MESH_READY_SECONDS")
    # A Triton (host:port of its gRPC side) that runs elsewhere; the embedded one is not started then.
    triton_url: str = ""
    # A Redis that runs elsewhere; the embedded Valkey is not started then.
    redis_url: str = ""

    gateway_port: int | None = Field(default=None, ge=1, le=65535)
    detector_port: int | None = Field(default=None, ge=1, le=65535)
    detector_metrics_port: int | None = Field(default=None, ge=1, le=65535)
    translator_port: int | None = Field(default=None, ge=1, le=65535)
    translator_metrics_port: int | None = Field(default=None, ge=1, le=65535)
    speech_port: int | None = Field(default=None, ge=1, le=65535)
    speech_metrics_port: int | None = Field(default=None, ge=1, le=65535)
    video_port: int | None = Field(default=None, ge=1, le=65535)
    video_metrics_port: int | None = Field(default=None, ge=1, le=65535)
    video_worker_metrics_port: int | None = Field(default=None, ge=1, le=65535)
    triton_http_port: int | None = Field(default=None, ge=1, le=65535)
    triton_grpc_port: int | None = Field(default=None, ge=1, le=65535)
    triton_metrics_port: int | None = Field(default=None, ge=1, le=65535)
    redis_port: int | None = Field(default=None, ge=1, le=65535)


def inherited() -> dict[str, str]:
    """The environment of this process: the user's own settings of the services travel on to them."""
    return dict(os.environ)
