"""Everything about the gateway that the environment may change."""

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from meshkit.settings import ROOT, MeshSettings

MIB = 1024 * 1024
Words = Annotated[tuple[str, ...], NoDecode]  # comma-separated in the environment


class GatewaySettings(MeshSettings):
    """One field per knob. Names without an alias have the prefix GATEWAY_."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_")

    port: int = Field(default=8000, ge=0, le=65535)

    # Keys of administrators: they may call the methods that a proto marks ACCESS_ADMIN.
    admin_keys: Words = Field(default=(), repr=False)
    # Keys of known callers: no per-minute limit for them.
    api_keys: Words = Field(default=(), repr=False)
    # Origins that browsers may call from, such as https://example.org; `*` for any.
    cors_origins: Words = ()
    # Proxies (addresses or networks) whose X-Forwarded-For is believed.
    trusted_proxies: Words = Field(default=(), validation_alias="TRUSTED_PROXIES")

    # Limits per client address; 0 switches one off. The second is for callers without a key.
    requests_per_second: float = Field(default=10, ge=0)
    anonymous_per_minute: float = Field(default=60, ge=0)
    # How many addresses the rate limits remember; the longest unseen is forgotten first.
    rate_limit_clients: int = Field(default=10_000, ge=1)
    # Requests beyond this many at once are refused: queueing them would only make all of them late.
    max_concurrent_requests: int = Field(default=256, ge=1)
    # Open event streams are cheap but not free, so they are counted apart.
    max_event_streams: int = Field(default=256, ge=1)

    # The largest body of any route; most routes have far smaller ones (see bodies.py).
    max_body_bytes: int = Field(default=84 * MIB, ge=MIB)
    # What all bodies and the files fetched for them may hold together, and how many may hold more than 16 MiB: such a
    # clip takes up to 150 MiB here until it is answered, and as much in the service that it goes to.
    max_bytes_in_flight: int = Field(default=256 * MIB, ge=MIB)
    max_large_uploads: int = Field(default=4, ge=1)
    # Seconds that a client may take to send its body, and a connection to send a request.
    body_timeout: float = Field(default=60, gt=0)
    keepalive_timeout: float = Field(default=75, gt=0)
    # Seconds that one request may take in the mesh.
    request_timeout: float = Field(default=30, gt=0)
    # Seconds that an answer of events may take: about a file that came with the request, and about anything else. The
    # first holds one of the detector's few places for clips, the second may translate 100,000 characters. Logs, which
    # may be read again from where one was, are followed without end.
    clip_timeout: float = Field(default=120, gt=0)
    stream_timeout: float = Field(default=900, gt=0)
    # Seconds between comments on an idle event stream, so that proxies keep it open.
    heartbeat_seconds: float = Field(default=15, gt=0)
    # Seconds between saying not ready and closing the door, so that load balancers have seen it. 0 without one.
    drain_wait_seconds: float = Field(default=0, ge=0, validation_alias="DRAIN_WAIT_SECONDS")
    # Seconds that running requests get to end after that.
    drain_seconds: float = Field(default=4, ge=0)

    # Whether addresses in requests may be private ones: for development only.
    allow_private_urls: bool = False
    fetch_timeout: float = Field(default=15, gt=0)
    fetch_max_redirects: int = Field(default=3, ge=0, le=10)

    # Checks the signature of incoming webhooks; unset: all are refused.
    revid_webhook_secret: str = Field(default="", repr=False, validation_alias="REVID_WEBHOOK_SECRET")
    # The local folder or bucket that the video service writes to, and the secret of its links.
    artifacts_url: str = Field(
        default=f"file://{ROOT / 'var' / 'artifacts'}", validation_alias="ARTIFACTS_URL"
    )
    artifact_signing_secret: str = Field(default="", repr=False, validation_alias="ARTIFACT_SIGNING_SECRET")
    public_base_url: str = Field(default="http://localhost:8000", validation_alias="PUBLIC_BASE_URL")
    models_dir: Path = Field(default=ROOT / "models", validation_alias="MODELS_DIR")

    @field_validator("admin_keys", "api_keys", "cors_origins", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            tuple(word.strip() for word in value.split(",") if word.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for word in value:
            ip_network(word, strict=False)
        return value

    @field_validator("admin_keys", "api_keys")
    @classmethod
    def _long_enough(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(len(key) < 16 for key in value):
            raise ValueError("a key needs at least 16 characters")
        return value

    def proxy_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """`trusted_proxies`, parsed."""
        return tuple(ip_network(word, strict=False) for word in self.trusted_proxies)


def targets(defaults: dict[str, str]) -> dict[str, str]:
    """Where each service is: `<NAME>_TARGET` of the environment, or its default."""
    return {name: os.environ.get(f"{name.upper()}_TARGET") or default for name, default in defaults.items()}
