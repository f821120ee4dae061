"""The detector service's settings, read from the environment."""

import os
from typing import Literal

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from meshkit.addresses import is_this_host
from meshkit.settings import ServerSettings


class DetectorSettings(ServerSettings):
    """Environment names start with DETECTOR_, but for those that the whole mesh shares."""

    model_config = SettingsConfigDict(env_prefix="DETECTOR_")

    port: int = Field(default=50051, ge=0, le=65535)
    metrics_port: int = Field(default=9151, ge=0, le=65535)
    # Triton's gRPC endpoint, host:port.
    triton_url: str = Field(default="127.0.0.1:8101", validation_alias="TRITON_URL")
    # auto: frames go to a Triton at a loopback address through shared memory, where it can open it. off: never.
    shared_memory: Literal["auto", "off"] = "auto"
    # The model's name on Triton; any model of the contract in this service's README will do.
    model: str = "coco_ssd"
    # Seconds that one inference may take, when the caller's deadline leaves as many.
    infer_seconds: float = Field(default=10.0, gt=0)
    # Threads that decode pictures. More than there are cores only adds memory.
    decode_threads: int = Field(default_factory=lambda: min(4, os.cpu_count() or 1), ge=1, le=64)
    # Pixels in memory for decoding at once, four bytes each: 80 million are 320 MB, which is one PNG at the size
    # limit. A larger one, such as a WebP at the limit (640 MB), is decoded alone.
    decode_pixels: int = Field(default=80_000_000, ge=1_000_000)
    # Calls at once, each kind on its own; more are refused with RESOURCE_EXHAUSTED. A picture holds up to
    # 10 MiB while it waits, a batch 60 MiB, a clip 32 MiB and a process that decodes it.
    max_pictures: int = Field(default=32, ge=1)
    max_batches: int = Field(default=4, ge=1)
    max_clips: int = Field(default=2, ge=1)
    # Pictures of one batch that are worked on at once: what decodes while the model computes.
    batch_window: int = Field(default=8, ge=1, le=64)
    # Seconds of a clip that are looked at, and seconds that decoding may take between two sampled frames.
    clip_seconds: float = Field(default=60.0, gt=0)
    clip_patience_seconds: float = Field(default=20.0, gt=0)

    @property
    def shares_memory(self) -> bool:
        """Whether to try shared memory with Triton."""
        return self.shared_memory == "auto" and is_this_host(self.triton_url)
