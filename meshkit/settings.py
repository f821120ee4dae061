"""The base of every process's settings. The environment is read through these classes only."""

import sys
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
EX_CONFIG = 78  # sysexits.h: the configuration is wrong; a supervisor must not try again

_S = TypeVar("_S", bound="MeshSettings")


class MeshSettings(BaseSettings):
    """Frozen settings with what every process needs."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", populate_by_name=True, env_ignore_empty=True
    )

    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", validation_alias="LOG_LEVEL"
    )
    # json for machines, console for people.
    log_format: Literal["json", "console"] = Field(default="json", validation_alias="LOG_FORMAT")
    # Where the processes listen: loopback unless a container says otherwise.
    host: str = Field(default="127.0.0.1", validation_alias="BIND_HOST")


class ServerSettings(MeshSettings):
    """What a gRPC server needs; a service's own class adds its port and knobs."""

    port: int = Field(default=0, ge=0, le=65535)
    # Prometheus text is served here.
    metrics_port: int = Field(default=0, ge=0, le=65535)
    # More calls than this at once are refused with RESOURCE_EXHAUSTED: waiting
    # longer than a client's patience only wastes the work.
    max_concurrent_rpcs: int = Field(default=256, ge=1)
    # How long NOT_SERVING is shown before the server stops taking calls, so that
    # load balancers have seen it. 0 where there is none.
    drain_wait_seconds: float = Field(default=0.0, ge=0, validation_alias="DRAIN_WAIT_SECONDS")
    # How long running calls may take to end after that.
    drain_grace_seconds: float = Field(default=3.0, ge=0, validation_alias="DRAIN_GRACE_SECONDS")
    # Clients reconnect this often, so that new replicas get their share.
    max_connection_age_seconds: int = Field(default=300, ge=1, validation_alias="MAX_CONNECTION_AGE_SECONDS")
    # How often the health probe runs, and how long one may take.
    probe_interval_seconds: float = Field(default=5.0, gt=0, validation_alias="PROBE_INTERVAL_SECONDS")
    probe_timeout_seconds: float = Field(default=5.0, gt=0, validation_alias="PROBE_TIMEOUT_SECONDS")


def load(kind: type[_S]) -> _S:
    """Reads settings from the environment, or ends the process with EX_CONFIG and names what is wrong."""
    try:
        return kind()
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False):
            print(f"setting {'.'.join(map(str, problem['loc']))}: {problem['msg']}", file=sys.stderr)  # noqa: T201 - logs are not set up yet
        sys.exit(EX_CONFIG)
