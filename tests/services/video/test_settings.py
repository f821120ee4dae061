"""services/video/settings.py: the names that the environment uses."""

import pytest
from pydantic import ValidationError

from services.video.settings import VideoSettings, WorkerSettings

NAMES = {
    "REDIS_URL": "redis://r:1/2",
    "REDIS_JOB_TTL_SECONDS": "60",
    "ARTIFACT_SIGNING_SECRET": "one",
    "REVID_WEBHOOK_SECRET": "two",
    "DETECTOR_TARGET": "d:1",
    "SPEECH_TARGET": "s:1",
    "VIDEO_PORT": "5",
    "QUEUE_CAPACITY": "7",
    "MAX_RETRIES": "9",
    "RETRY_BACKOFF_FACTOR": "2.5",
    "VIDEO_CONCURRENCY": "4",
    "VIDEO_WORKER_METRICS_PORT": "6",
    "VIDEO_WEBHOOK_DELAYS": "[1, 2.5]",
}


def test_both_processes_read_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is shared is the same in both; each has its own besides."""
    for name, value in NAMES.items():
        monkeypatch.setenv(name, value)
    service, worker = VideoSettings(), WorkerSettings()

    assert ("redis://r:1/2", 60) == (service.redis_url, service.redis_job_ttl_seconds)
    assert (service.redis_url, service.redis_job_ttl_seconds) == (
        worker.redis_url,
        worker.redis_job_ttl_seconds,
    )
    assert (5, 7, "d:1") == (service.port, service.queue_capacity, service.detector_target)
    assert (9, 2.5, 4, 6) == (
        worker.max_retries, worker.retry_backoff_factor, worker.concurrency, worker.metrics_port,
    )  # fmt: skip
    assert ((1, 2.5), "s:1") == (worker.webhook_delays, worker.speech_target)
    assert "two" not in repr(worker)


def test_a_folder_needs_the_secret_of_its_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it a process doesn't start; a cloud signs its links by itself."""
    monkeypatch.delenv("ARTIFACT_SIGNING_SECRET", raising=False)
    monkeypatch.setenv("ARTIFACTS_URL", "s3://bucket")
    cloud = WorkerSettings()
    monkeypatch.setenv("ARTIFACTS_URL", "file:///tmp/artifacts")

    assert cloud.artifact_signing_secret is None
    with pytest.raises(ValidationError, match="ARTIFACT_SIGNING_SECRET"):
        WorkerSettings()


def test_the_defaults_are_those_of_the_readme(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight attempts at a webhook lie within a day; a dead worker is known within fifteen seconds."""
    monkeypatch.setenv("ARTIFACT_SIGNING_SECRET", "one")
    worker = WorkerSettings()

    assert 7 == len(worker.webhook_delays)
    assert 20 * 3600 < sum(worker.webhook_delays) < 24 * 3600
    assert worker.heartbeat_seconds + 2 * worker.sweep_seconds + 1 < 15
    assert worker.pulse_seconds * 3 < worker.heartbeat_seconds


def test_a_worker_must_show_life_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """One whose heartbeat is renewed too seldom would lose its jobs for ever."""
    monkeypatch.setenv("ARTIFACT_SIGNING_SECRET", "one")
    monkeypatch.setenv("VIDEO_HEARTBEAT_SECONDS", "2")
    monkeypatch.setenv("VIDEO_PULSE_SECONDS", "1.5")

    with pytest.raises(ValidationError, match="VIDEO_PULSE_SECONDS"):
        WorkerSettings()


@pytest.mark.parametrize(("name", "value"), [("QUEUE_CAPACITY", "0"), ("VIDEO_PORT", "70000")])
def test_senseless_values_are_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A process doesn't start with them."""
    monkeypatch.setenv("ARTIFACT_SIGNING_SECRET", "one")
    monkeypatch.setenv(name, value)

    with pytest.raises(ValidationError, match="equal to"):
        VideoSettings()
