"""POST /api/revid-webhook: an outside engine reports on a job, signed over the raw body."""

from aiohttp import web

from gateway import bodies, jsonproto, metrics
from gateway.keys import GATEWAY, Gateway
from gateway.routes import pet_roast_models as models
from gateway.routes.pet_roast_errors import parse, render
from meshkit import webhooks
from meshkit.client import calling
from meshkit.errors import Unauthenticated
from meshkit.log import get_logger
from sutradhar.video.v1 import video_pb2 as video
from sutradhar.video.v1.video_pb2_grpc import VideoServiceStub

log = get_logger(__name__)

PATH = "/api/revid-webhook"
MAX_BYTES = 64 * 1024
STATES = {
    "processing": video.JOB_STATE_PROCESSING,
    "completed": video.JOB_STATE_COMPLETED,
    "failed": video.JOB_STATE_FAILED,
}


def add_routes(app: web.Application) -> None:
    """Adds the route, with the dialect's form of errors."""
    app.router.add_post(PATH, receive)
    app[GATEWAY].renderers[PATH] = render


async def receive(request: web.Request) -> web.Response:
    """Takes a report; nothing of the body is looked at before its signature is right.

    Raises Unauthenticated (SIGNATURE_INVALID), InvalidInput, NotFound.
    """
    gateway = request.app[GATEWAY]
    body = await bodies.read(request, MAX_BYTES)
    _verify(gateway.settings.revid_webhook_secret, body, request.headers.get(webhooks.REVID_HEADER))
    report = parse(models.RevidReport, jsonproto.decode(body))
    if report.video_url:
        gateway.media.check(report.video_url, field="video_url")
    await _tell(gateway, report)
    metrics.WEBHOOKS_IN.labels("accepted").inc()
    return web.json_response(models.Ok().model_dump())


def _verify(secret: str, body: bytes, signature: str | None) -> None:
    if webhooks.verify_revid(secret, body, signature):
        return
    metrics.WEBHOOKS_IN.labels("refused").inc()
    log.warning("webhook refused", secret_is_set=bool(secret))
    raise Unauthenticated("Invalid signature", reason="SIGNATURE_INVALID")


async def _tell(gateway: Gateway, report: models.RevidReport) -> None:
    """Hands the report on. `queued` changes nothing, but the job must exist."""
    stub = VideoServiceStub(gateway.clients.channel("video"))
    with calling("video"):
        if report.status not in STATES:
            await stub.GetVideo(video.GetVideoRequest(job_id=report.job_id))
            return
        await stub.ReportVideo(
            video.ReportVideoRequest(
                job_id=report.job_id, state=STATES[report.status], video_uri=report.video_url or ""
            )
        )
