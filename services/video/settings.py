"""The settings of the video service and of its worker."""

from pathlib import Path
from typing import Self

from pydantic import AliasChoices, Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from meshkit.settings import ROOT, MeshSettings, ServerSettings


def _names(own: str, shared: str) -> AliasChoices:
    return AliasChoices(own, shared)


class JobSettings(MeshSettings):
    """What the service and the worker share; they must agree on it."""

    model_config = SettingsConfigDict(env_prefix="VIDEO_")

    redis_url: str = Field(default="redis://127.0.0.1:6380/0", validation_alias="REDIS_URL")
    # Records, event logs and artifacts go this long after a job has ended.
    redis_job_ttl_seconds: int = Field(default=604_800, ge=1, validation_alias="REDIS_JOB_TTL_SECONDS")
    # file:///folder, s3://bucket/prefix, gs://… or az://…
    artifacts_url: str = Field(default=f"file://{ROOT}/var/artifacts", validation_alias="ARTIFACTS_URL")
    # Signs links that the gateway serves; needed with a local folder, the same as the gateway's.
    artifact_signing_secret: SecretStr | None = Field(
        default=None, validation_alias="ARTIFACT_SIGNING_SECRET"
    )
    # Where the outside reaches the gateway.
    public_base_url: str = Field(default="http://localhost:8000", validation_alias="PUBLIC_BASE_URL")
    # Signs the webhooks that tell of a job's end; without it a job cannot have one.
    revid_webhook_secret: SecretStr | None = Field(default=None, validation_alias="REVID_WEBHOOK_SECRET")
    # Lets webhooks go to private addresses: for development only.
    allow_private_urls: bool = Field(default=False, validation_alias="ALLOW_PRIVATE_URLS")
    detector_target: str = Field(default="127.0.0.1:50051", validation_alias="DETECTOR_TARGET")
    translator_target: str = Field(default="127.0.0.1:50052", validation_alias="TRANSLATOR_TARGET")
    # The most one attempt at a video may take.
    job_seconds: float = Field(default=600.0, gt=0)
    # A worker that shows no life for so long has lost its job to the others. Whole seconds.
    heartbeat_seconds: int = Field(default=6, ge=2)
    # The most one try at a webhook may take.
    webhook_timeout_seconds: float = Field(default=15.0, gt=0)

    @model_validator(mode="after")
    def _links_can_be_made(self) -> Self:
        """A folder has no links of its own: without the secret every answer about a job would fail."""
        if self.artifacts_url.startswith("file:") and self.artifact_signing_secret is None:
            raise ValueError("ARTIFACT_SIGNING_SECRET is needed when ARTIFACTS_URL is a local folder")
        return self


class VideoSettings(JobSettings, ServerSettings):
    """The settings of the service, `python -m services.video`."""

    model_config = SettingsConfigDict(env_prefix="VIDEO_")

    port: int = Field(default=50054, ge=0, le=65535)
    metrics_port: int = Field(default=9154, ge=0, le=65535)
    # More waiting videos than this are refused with RESOURCE_EXHAUSTED: a caller is better told
    # than left to wait behind hours of rendering.
    queue_capacity: int = Field(
        default=100, ge=1, validation_alias=_names("VIDEO_QUEUE_CAPACITY", "QUEUE_CAPACITY")
    )
    # Clips searched for a pet at once, more are refused with RESOURCE_EXHAUSTED: each takes up to 150 MiB here while
    # the detector, which looks at two itself, is asked.
    max_clips: int = Field(default=2, ge=1)
    # Each open watch stream keeps a task and a buffer.
    max_watchers: int = Field(default=1000, ge=1)
    # How often gauges such as the depth of the queue are read.
    gauge_seconds: float = Field(default=5.0, gt=0)


class WorkerSettings(JobSettings):
    """The settings of the worker, `python -m services.video.worker`."""

    model_config = SettingsConfigDict(env_prefix="VIDEO_")

    metrics_port: int = Field(default=9155, ge=0, le=65535, validation_alias="VIDEO_WORKER_METRICS_PORT")
    speech_target: str = Field(default="127.0.0.1:50053", validation_alias="SPEECH_TARGET")
    models_dir: Path = Field(default=ROOT / "models", validation_alias="MODELS_DIR")
    # Scratch space; a run's folder in it goes when the run ends.
    work_dir: Path = Field(default=ROOT / "var" / "work")
    # Videos rendered at once: one already keeps two cores busy.
    concurrency: int = Field(default=1, ge=1)
    # Webhooks sent at once.
    webhook_concurrency: int = Field(default=8, ge=1)
    # A stage that failed because something was away is tried again this often,
    # after 1 s times the factor to the power of the try.
    max_retries: int = Field(default=3, ge=0, validation_alias=_names("VIDEO_MAX_RETRIES", "MAX_RETRIES"))
    retry_backoff_factor: float = Field(
        default=1.5, ge=1, validation_alias=_names("VIDEO_RETRY_BACKOFF_FACTOR", "RETRY_BACKOFF_FACTOR")
    )
    retry_base_seconds: float = Field(default=1.0, gt=0)
    # A job whose workers died this often is given up: its input may be what kills them.
    max_attempts: int = Field(default=5, ge=1)
    # How often the heartbeat is renewed and a cancellation is looked for.
    pulse_seconds: float = Field(default=1.0, gt=0)
    # How often lost jobs are looked for. Whole seconds.
    sweep_seconds: int = Field(default=2, ge=1)
    # How often what has expired is deleted and what was forgotten is queued again.
    upkeep_seconds: float = Field(default=10.0, gt=0)
    # How long a stopping worker lets its videos finish before they go back to the queue.
    drain_seconds: int = Field(default=3, ge=1)
    # The waits before each further attempt at a webhook; with the first they make eight over a day.
    webhook_delays: tuple[float, ...] = (10, 60, 300, 1800, 7200, 21_600, 54_000)

    @model_validator(mode="after")
    def _shows_life_in_time(self) -> Self:
        """A worker that is heard too seldom would lose every job to the others, for ever."""
        if self.pulse_seconds * 2 > self.heartbeat_seconds:
            raise ValueError("VIDEO_PULSE_SECONDS must be at most half of VIDEO_HEARTBEAT_SECONDS")
        return self
