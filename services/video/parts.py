"""What the composition roots of the service and the worker build alike."""

from pydantic import SecretStr

from meshkit.artifacts import ArtifactStore, LinkSigner
from services.video.queue import VideoQueue, WebhookQueue, WorkQueue
from services.video.settings import JobSettings

# saq's own limits are a backstop behind ours.
MARGIN_SECONDS = 60


def open_artifacts(settings: JobSettings) -> ArtifactStore:
    """Open the store of artifacts; without a secret a local one can make no links."""
    secret = secret_text(settings.artifact_signing_secret)
    signer = LinkSigner(secret, settings.public_base_url) if secret else None
    return ArtifactStore.from_url(settings.artifacts_url, signer)


def video_queue(queue: WorkQueue, settings: JobSettings) -> VideoQueue:
    """Build the queue of videos."""
    return VideoQueue(queue, settings.heartbeat_seconds, int(settings.job_seconds) + MARGIN_SECONDS)


def webhook_queue(queue: WorkQueue, settings: JobSettings) -> WebhookQueue:
    """Build the queue of webhooks."""
    return WebhookQueue(queue, int(settings.webhook_timeout_seconds) + MARGIN_SECONDS)


def secret_text(secret: SecretStr | None) -> str:
    """Return a secret's text, empty when there is none."""
    return secret.get_secret_value() if secret else ""
