"""The pet-roast dialect: the routes, fields and words that its clients already use, projected on the RPCs."""

import json
from datetime import UTC
from typing import Any

from aiohttp import web

from gateway import bodies, jsonproto
from gateway.keys import GATEWAY, Gateway
from gateway.routes import pet_roast_models as models
from gateway.routes import pet_roast_subject as subject
from gateway.routes.pet_roast_errors import parse, render
from meshkit.client import calling
from meshkit.errors import (
    BackendUnavailable,
    Conflict,
    InvalidInput,
    MeshError,
    ProviderError,
)
from meshkit.log import get_logger
from sutradhar.common.v1.common_pb2 import ItemError
from sutradhar.translator.v1.translator_pb2 import TranslateRequest, TranslateResponse, Translation
from sutradhar.translator.v1.translator_pb2_grpc import TranslatorServiceStub
from sutradhar.video.v1 import video_pb2 as video
from sutradhar.video.v1.video_pb2_grpc import VideoServiceStub

log = get_logger(__name__)

STATUS: dict[int, models.Status] = {
    video.JOB_STATE_QUEUED: "queued",
    video.JOB_STATE_PROCESSING: "processing",
    video.JOB_STATE_COMPLETED: "completed",
    video.JOB_STATE_FAILED: "failed",
    video.JOB_STATE_CANCELLED: "failed",
}
ASPECTS = {
    "portrait": video.ASPECT_PORTRAIT,
    "9:16": video.ASPECT_PORTRAIT,
    "landscape": video.ASPECT_LANDSCAPE,
    "16:9": video.ASPECT_LANDSCAPE,
}
VOICES = {
    "female": video.VOICE_GENDER_FEMALE,
    "F": video.VOICE_GENDER_FEMALE,
    "male": video.VOICE_GENDER_MALE,
    "M": video.VOICE_GENDER_MALE,
}
# The class that the translator's error of one text would have had as the error of a call. Any other reason is a model's
# own word, and a model that fails is a provider that does.
KINDS: dict[str, type[MeshError]] = {
    "EMPTY_TEXT": InvalidInput,
    "TEXT_TOO_LONG": InvalidInput,
    "UNDETECTED_LANGUAGE": InvalidInput,
    "ROMANISED_TEXT": InvalidInput,
    "UNSUPPORTED_DIRECTION": InvalidInput,
    "CANCELLED": BackendUnavailable,  # the model was exchanged meanwhile: nobody has hung up
}


def add_routes(app: web.Application) -> None:
    """Adds the dialect's routes and its form of errors."""
    for verb, path, handler in (
        ("POST", "/api/translate-text", translate_text),
        ("POST", "/api/generate-video", generate_video),
        ("GET", "/api/video-status/{job_id}", video_status),
        ("GET", "/api/video-result/{job_id}", video_result),
        ("GET", "/api/banuba-filters", banuba_filters),
    ):
        app.router.add_route(verb, path, handler)
        app[GATEWAY].renderers[path] = render


async def translate_text(request: web.Request) -> web.Response:
    """Translates one text."""
    wanted = parse(models.TranslateText, jsonproto.decode(await bodies.read(request, subject.JSON_BYTES)))
    question = TranslateRequest(
        texts=[wanted.text], source_language=wanted.source_language, target_language=wanted.target_language
    )
    with calling("translator"):
        stub = TranslatorServiceStub(request.app[GATEWAY].clients.channel("translator"))
        answer = await stub.Translate(question)
    result = answer.results[0]
    if result.WhichOneof("outcome") == "error":
        raise _item_error(result.error)
    found = result.translation
    return _answer(
        models.TranslatedText(
            translated_text=found.text,
            source_language=found.source_language,
            target_language=found.target_language,
            provider_metadata=_origin(answer),
        )
    )


async def generate_video(request: web.Request) -> web.Response:
    """Queues a video; the photo or clip is looked at first."""
    gateway = request.app[GATEWAY]
    payload, file = await subject.read(request)
    wanted = parse(models.GenerateVideo, payload)
    if wanted.webhook_url:
        gateway.media.check(wanted.webhook_url, field="webhook_url")
    question = _create_request(wanted, _idempotency_key(request))
    await subject.put(request, question, file, wanted.image_url)
    del file  # its bytes are in the question now, which takes a while to be answered
    with calling("video"):
        job = (await _video(gateway).CreateVideo(question)).job
    return _answer(models.Accepted(job_id=job.job_id, status=STATUS.get(job.state, "queued")), 202)


async def video_status(request: web.Request) -> web.Response:
    """Says where a video stands."""
    job = await _job(request)
    moment = job.update_time if job.HasField("update_time") else job.create_time
    return _answer(
        models.VideoStatus(
            job_id=job.job_id,
            status=STATUS.get(job.state, "queued"),
            detail=_detail(job),
            updated_at=moment.ToDatetime(tzinfo=UTC).isoformat(),
        )
    )


async def video_result(request: web.Request) -> web.Response:
    """Gives the link to a finished video; raises Conflict while it is in the making."""
    job = await _job(request)
    if job.state in (video.JOB_STATE_QUEUED, video.JOB_STATE_PROCESSING):
        raise Conflict("Video still processing", reason="STILL_PROCESSING")
    return _answer(
        models.VideoOutcome(
            job_id=job.job_id,
            status=STATUS.get(job.state, "failed"),
            video_url=job.result.video_uri or None,
            detail=_detail(job),
            provider_metadata=_narrated(job),
        )
    )


async def banuba_filters(request: web.Request) -> web.Response:
    """Lists the overlays."""
    with calling("video"):
        answer = await _video(request.app[GATEWAY]).ListFilters(video.ListFiltersRequest())
    entries = [
        models.FilterEntry(id=one.filter_id, name=one.name, description=one.description)
        for one in answer.filters
    ]
    return _answer(models.FilterList(filters=entries))


def _idempotency_key(request: web.Request) -> str:
    """The header as text; what is no text becomes `?`, which the contract's rule refuses by name."""
    return request.headers.get("Idempotency-Key", "").encode("ascii", "replace").decode()


def _video(gateway: Gateway) -> Any:
    return VideoServiceStub(gateway.clients.channel("video"))


async def _job(request: web.Request) -> video.Job:
    question = video.GetVideoRequest(job_id=request.match_info["job_id"])
    with calling("video"):
        answer: video.GetVideoResponse = await _video(request.app[GATEWAY]).GetVideo(question)
    return answer.job


def _detail(job: video.Job) -> str:
    """A sentence about the job's state."""
    if job.state == video.JOB_STATE_CANCELLED:
        return "The job was cancelled."
    if job.state == video.JOB_STATE_FAILED and job.error.message:
        return job.error.message
    return job.detail


def _create_request(wanted: models.GenerateVideo, request_id: str) -> video.CreateVideoRequest:
    options = video.VideoOptions(
        text=wanted.text,
        source_language=wanted.source_language or "",
        target_language=wanted.target_language or "",
        filter_id=wanted.filter_id or "",
        provider=wanted.provider or "",
        aspect=ASPECTS.get(wanted.aspect or "", video.ASPECT_UNSPECIFIED),
        voice_gender=VOICES.get(wanted.voice or "", video.VOICE_GENDER_UNSPECIFIED),
    )
    return video.CreateVideoRequest(
        options=options, webhook_url=wanted.webhook_url or "", request_id=request_id
    )


def _origin(answer: TranslateResponse) -> dict[str, Any]:
    """Where the one translation comes from; empty where the text was in the target language already."""
    if not answer.model:
        return {}
    found = answer.results[0].translation
    score = found.score if found.HasField("score") else None
    return {
        "engine": answer.engine,
        "model": answer.model,
        "cached": found.cached,
        "score": score,
        **_trust(answer.quality, found),
    }


def _trust(quality: str, found: Translation | video.NarrationTranslation) -> dict[str, Any]:
    """How far a translation can be trusted; `quality` only where the model says one of itself."""
    return {
        **({"quality": quality} if quality else {}),
        "confidence": round(found.confidence, 3) if found.HasField("confidence") else None,
        "low_confidence": found.low_confidence,
        "doubts": list(found.doubts),
    }


def _narrated(job: video.Job) -> dict[str, Any] | None:
    """Where a translated narration comes from; None where it was not translated, or not yet."""
    if not job.HasField("translation"):
        return None
    return {"model": job.translation.model, **_trust(job.translation.quality, job.translation)}


def _item_error(error: ItemError) -> MeshError:
    """The error of a batch of one, as the error that it is."""
    kind = KINDS.get(error.reason, ProviderError)
    return kind(error.message, field=error.field, reason=error.reason)


def _answer(body: models.Body, status: int = 200) -> web.Response:
    return web.Response(
        text=json.dumps(body.as_json(), ensure_ascii=False), status=status, content_type="application/json"
    )
