"""Tiny real services for the gateway to stand before: real gRPC servers, small answers."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from google.protobuf.message import Message

from meshkit.errors import BackendUnavailable, Internal, InvalidInput, MeshError, NotFound
from meshkit.server import Binding
from sutradhar.detector.v1 import detector_pb2, detector_pb2_grpc
from sutradhar.speech.v1 import speech_pb2, speech_pb2_grpc
from sutradhar.translator.v1 import translator_pb2, translator_pb2_grpc
from sutradhar.video.v1 import video_pb2, video_pb2_grpc

FILTERS = {
    "desi-fire": ("Desi Fire", "Adds spicy overlays and glow effects for dramatic roasts."),
    "pet-maharaja": ("Pet Maharaja", "Turns pets into regal royalty with ornate accessories."),
}
# The reasons and fields of the translator's errors of one text, and some words of a model's own.
ITEM_ERRORS = {
    "EMPTY_TEXT": "text",
    "TEXT_TOO_LONG": "text",
    "UNDETECTED_LANGUAGE": "source_language",
    "ROMANISED_TEXT": "text",
    "UNSUPPORTED_DIRECTION": "target_language",
    "MODEL_FAILED": "",
    "PROVIDER_REFUSED": "",
    "PROVIDER_ERROR": "",
    "CANCELLED": "",
    "NOT_FOUND": "",
    "INTERNAL": "",
    "OUT_OF_MEMORY": "",
}


class Notebook:
    """What was asked, and what to answer instead of the usual."""

    def __init__(self) -> None:
        self.asked: list[Message] = []
        self.metadata: list[dict[str, Any]] = []
        self.time_left: list[float | None] = []
        self.raises: Exception | None = None
        self.cancelled = asyncio.Event()
        self.release = asyncio.Event()

    async def wait(self) -> None:
        """Waits until it is released or the call is cancelled, which it notes."""
        try:
            await self.release.wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise

    def note(self, request: Message, context: Any) -> None:
        """Keeps a request; raises what the test wants raised."""
        self.asked.append(request)
        self.metadata.append(dict(context.invocation_metadata()))
        self.time_left.append(context.time_remaining())
        if self.raises is not None:
            raise self.raises


class Detector(detector_pb2_grpc.DetectorServiceServicer):
    """Sees a dog in every picture."""

    def __init__(self, notebook: Notebook) -> None:
        self._book = notebook

    async def Detect(self, request: Any, context: Any) -> Any:
        self._book.note(request, context)
        dog = detector_pb2.Detection(label="dog", confidence=0.9, is_pet=True)
        return detector_pb2.DetectResponse(
            detections=[dog], width=64, height=48, pet_found=True, model="tiny"
        )

    async def DetectBatch(self, request: Any, context: Any) -> Any:
        self._book.note(request, context)
        answer = detector_pb2.DetectBatchResponse()
        for image in request.images:
            if image.WhichOneof("source") == "data":
                answer.results.add().response.model = "tiny"
            else:
                answer.results.add().error.reason = "IMAGE_UNREADABLE"
        return answer

    async def DetectVideo(self, request: Any, context: Any) -> AsyncIterator[Any]:
        self._book.note(request, context)
        if request.video.startswith(b"endless"):
            await self._book.wait()
        for _ in range(3):
            yield detector_pb2.DetectVideoResponse(frame=detector_pb2.DetectResponse(model="tiny"))

    async def ListClasses(self, request: Any, context: Any) -> Any:
        self._book.note(request, context)
        return detector_pb2.ListClassesResponse(model="tiny")


class Translator(translator_pb2_grpc.TranslatorServiceServicer):
    """Writes the languages before the text; has no model for Urdu, and fails on a text that is a reason for it."""

    def __init__(self, notebook: Notebook) -> None:
        self._book = notebook

    async def Translate(self, request: Any, context: Any) -> Any:
        self._book.note(request, context)
        if request.target_language == "ur":
            raise BackendUnavailable("No model: run `make models`.", reason="MODEL_NOT_INSTALLED")
        answer = translator_pb2.TranslateResponse(model="tiny", engine="triton", quality="demo")
        for text in request.texts:
            result = answer.results.add()
            if text in ITEM_ERRORS:
                result.error.reason, result.error.field = text, ITEM_ERRORS[text]
                result.error.message = "Why not."
                continue
            result.translation.text = f"[{request.target_language}] {text}"
            result.translation.source_language = "en"
            result.translation.target_language = request.target_language
            result.translation.score = -0.5
            result.translation.confidence = 0.25
            result.translation.low_confidence = True
            result.translation.doubts.append("LOW_SCORE")
        return answer

    async def TranslateDocument(self, request: Any, context: Any) -> AsyncIterator[Any]:
        self._book.note(request, context)
        yield translator_pb2.TranslateDocumentResponse(index=0, source=request.text, total=1)

    async def Transliterate(self, request: Any, context: Any) -> Any:
        self._book.note(request, context)
        return translator_pb2.TransliterateResponse()

    async def DetectLanguage(self, request: Any, context: Any) -> Any:
        self._book.note(request, context)
        return translator_pb2.DetectLanguageResponse()

    async def ListLanguages(self, request: Any, context: Any) -> Any:
        self._book.note(request, context)
        return translator_pb2.ListLanguagesResponse(hint="run `make models`")


class Speech(speech_pb2_grpc.SpeechServiceServicer):
    """Speaks two bytes."""

    def __init__(self, notebook: Notebook) -> None:
        self._book = notebook

    async def Synthesize(self, request: Any, context: Any) -> Any:
        self._book.note(request, context)
        return speech_pb2.SynthesizeResponse(audio=b"ab", sample_rate_hertz=22050)

    async def ListVoices(self, request: Any, context: Any) -> Any:
        self._book.note(request, context)
        return speech_pb2.ListVoicesResponse()


class Video(video_pb2_grpc.VideoServiceServicer):
    """Keeps jobs in a dictionary; a text with `windmill` stands for a photo without a pet."""

    def __init__(self, notebook: Notebook, jobs: dict[str, Any]) -> None:
        self._book = notebook
        self._jobs = jobs

    def _job(self, job_id: str) -> Any:
        if job_id not in self._jobs:
            raise NotFound("No such job.", field="job_id")
        return self._jobs[job_id]

    async def CreateVideo(self, request: Any, context: Any) -> Any:
        self._book.note(request, context)
        if request.options.filter_id and request.options.filter_id not in FILTERS:
            raise InvalidInput(
                "options.filter_id: unknown.", field="options.filter_id", reason="UNKNOWN_FILTER"
            )
        if "windmill" in request.options.text:
            raise InvalidInput("No pet.", field="image", reason="NO_PETS_DETECTED")
        job = video_pb2.Job(job_id=f"job-{len(self._jobs)}", state=video_pb2.JOB_STATE_QUEUED)
        job.create_time.FromJsonString("2026-01-02T03:04:05Z")
        self._jobs[job.job_id] = job
        return video_pb2.CreateVideoResponse(job=job)

    async def GetVideo(self, request: Any, context: Any) -> Any:
        self._book.note(request, context)
        return video_pb2.GetVideoResponse(job=self._job(request.job_id))

    async def ListVideos(self, request: Any, context: Any) -> Any:
        self._book.note(request, context)
        return video_pb2.ListVideosResponse(jobs=list(self._jobs.values()))

    async def CancelVideo(self, request: Any, context: Any) -> Any:
        self._book.note(request, context)
        return video_pb2.CancelVideoResponse(job=self._job(request.job_id))

    async def WatchVideo(self, request: Any, context: Any) -> AsyncIterator[Any]:
        self._book.note(request, context)
        self._job(request.job_id)
        first = int(request.after_event_id.partition("-")[0] or 0)
        for number in range(first + 1, 4):
            event = video_pb2.JobEvent(event_id=f"{number}-0", message=f"step {number}")
            yield video_pb2.WatchVideoResponse(event=event)
        if request.job_id == "open":
            await self._book.wait()
        if request.job_id == "breaks":
            raise RuntimeError("secret of the stream")

    async def SetVideoWebhook(self, request: Any, context: Any) -> Any:
        self._book.note(request, context)
        return video_pb2.SetVideoWebhookResponse(job=self._job(request.job_id))

    async def ReportVideo(self, request: Any, context: Any) -> Any:
        self._book.note(request, context)
        job = self._job(request.job_id)
        job.state = request.state
        return video_pb2.ReportVideoResponse(job=job)

    async def ListFilters(self, request: Any, context: Any) -> Any:
        self._book.note(request, context)
        answer = video_pb2.ListFiltersResponse()
        for identity, (name, description) in FILTERS.items():
            answer.filters.add(filter_id=identity, name=name, description=description)
        return answer

    async def GetQueue(self, request: Any, context: Any) -> Any:
        self._book.note(request, context)
        return video_pb2.GetQueueResponse(capacity=8)


def bindings(notebook: Notebook, jobs: dict[str, Any]) -> list[Binding]:
    """All four services."""
    return [
        Binding(
            "sutradhar.detector.v1.DetectorService",
            detector_pb2_grpc.add_DetectorServiceServicer_to_server,
            Detector(notebook),
        ),
        Binding(
            "sutradhar.translator.v1.TranslatorService",
            translator_pb2_grpc.add_TranslatorServiceServicer_to_server,
            Translator(notebook),
        ),
        Binding(
            "sutradhar.speech.v1.SpeechService",
            speech_pb2_grpc.add_SpeechServiceServicer_to_server,
            Speech(notebook),
        ),
        Binding(
            "sutradhar.video.v1.VideoService",
            video_pb2_grpc.add_VideoServiceServicer_to_server,
            Video(notebook, jobs),
        ),
    ]


def raised(error: type[MeshError]) -> MeshError:
    """An error of a class, for tables over all of them."""
    return Internal() if error is Internal else error("words for the caller")
