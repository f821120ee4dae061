"""Tiny but real neighbours of the video service: gRPC servers that count what they are asked."""

import asyncio
import io
import math
import struct
import wave
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any

from PIL import Image

from meshkit.errors import MeshError
from meshkit.server import Binding
from sutradhar.common.v1 import common_pb2
from sutradhar.detector.v1 import detector_pb2, detector_pb2_grpc
from sutradhar.speech.v1 import speech_pb2, speech_pb2_grpc
from sutradhar.translator.v1 import translator_pb2, translator_pb2_grpc

RATE = 16_000
SECONDS_PER_WORD = 0.3


class Script:
    """Counts calls, and raises prepared errors before it lets one succeed."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.errors: dict[str, list[MeshError]] = {}
        self.before: dict[str, Callable[[], Any]] = {}

    async def called(self, name: str) -> None:
        """Count a call; raise the next prepared error, if there is one."""
        self.calls[name] += 1
        if name in self.before:
            await self.before[name]()
        if self.errors.get(name):
            raise self.errors[name].pop(0)


class TinyDetector(detector_pb2_grpc.DetectorServiceServicer):
    """Finds one dog in every photo, or nothing; shows of every clip the frames that a test prepared."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.pet_found = True
        self.frames: list[detector_pb2.DetectVideoResponse] = []
        self.asked: list[detector_pb2.DetectVideoRequest] = []
        self.left = asyncio.Event()

    async def DetectVideo(
        self, request: detector_pb2.DetectVideoRequest, context: Any
    ) -> AsyncIterator[detector_pb2.DetectVideoResponse]:
        self.asked.append(request)
        try:
            for frame in self.frames:
                yield frame
            await self.script.called("DetectVideo")
        finally:
            self.left.set()

    async def Detect(self, request: detector_pb2.DetectRequest, context: Any) -> detector_pb2.DetectResponse:
        await self.script.called("Detect")
        box = common_pb2.BoundingBox(x_min=20, y_min=20, x_max=200, y_max=180)
        dog = detector_pb2.Detection(label="dog", confidence=0.9, box=box, is_pet=True)
        found = [dog] if self.pet_found else []
        return detector_pb2.DetectResponse(detections=found, width=640, height=480, pet_found=self.pet_found)


def frame(
    seconds: float, confidence: float = 0.0, side: int = 0, shade: int = 0, size: tuple[int, int] = (640, 360)
) -> detector_pb2.DetectVideoResponse:
    """A frame of one shade of grey with a dog of that confidence in a square of that side; without one at 0."""
    message = detector_pb2.DetectVideoResponse()
    message.time.FromMilliseconds(round(seconds * 1000))
    message.frame.width, message.frame.height = size
    if confidence:
        box = common_pb2.BoundingBox(x_min=10, y_min=10, x_max=10 + side, y_max=10 + side)
        message.frame.detections.add(label="dog", confidence=confidence, box=box, is_pet=True)
        message.frame.pet_found = True
        picture = io.BytesIO()
        Image.new("RGB", size, (shade, shade, shade)).save(picture, "JPEG")
        message.picture = picture.getvalue()
    return message


class TinyTranslator(translator_pb2_grpc.TranslatorServiceServicer):
    """Reads ASCII as English and anything else as Hindi; translates by writing the direction in front."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.directions = [("en", "hi")]
        self.hint = "Run `make models-indictrans2`."
        self.language = ""
        self.script_of_text = "Latn"
        self.romanised = False

    async def DetectLanguage(
        self, request: translator_pb2.DetectLanguageRequest, context: Any
    ) -> translator_pb2.DetectLanguageResponse:
        await self.script.called("DetectLanguage")
        found = translator_pb2.DetectedLanguage(
            language=self.language, script=self.script_of_text, romanised=self.romanised
        )
        return translator_pb2.DetectLanguageResponse(results=[found for _ in request.texts])

    async def ListLanguages(
        self, request: translator_pb2.ListLanguagesRequest, context: Any
    ) -> translator_pb2.ListLanguagesResponse:
        await self.script.called("ListLanguages")
        directions = [
            translator_pb2.Direction(source_language=source, target_language=target)
            for source, target in self.directions
        ]
        return translator_pb2.ListLanguagesResponse(directions=directions, hint=self.hint)

    async def Translate(
        self, request: translator_pb2.TranslateRequest, context: Any
    ) -> translator_pb2.TranslateResponse:
        await self.script.called("Translate")
        direction = f"{request.source_language}>{request.target_language}"
        results = [
            translator_pb2.TranslateResult(
                translation=translator_pb2.Translation(
                    text=f"{direction} {text}", confidence=0.25, low_confidence=True, doubts=["LOW_SCORE"]
                )
            )
            for text in request.texts
        ]
        return translator_pb2.TranslateResponse(results=results, model="tiny", quality="demo")


class TinySpeech(speech_pb2_grpc.SpeechServiceServicer):
    """Speaks every word as a hum of 0.3 seconds."""

    def __init__(self, script: Script) -> None:
        self.script = script

    async def Synthesize(
        self, request: speech_pb2.SynthesizeRequest, context: Any
    ) -> speech_pb2.SynthesizeResponse:
        await self.script.called("Synthesize")
        words = request.text.split()
        answer = speech_pb2.SynthesizeResponse(
            audio=hum(len(words) * SECONDS_PER_WORD), sample_rate_hertz=RATE, voice="hum"
        )
        answer.duration.FromMilliseconds(round(len(words) * SECONDS_PER_WORD * 1000))
        for number, word in enumerate(words):
            for group in (answer.words, answer.phrases):
                piece = group.add(text=f"{word} ")
                piece.start.FromMilliseconds(round(number * SECONDS_PER_WORD * 1000))
                piece.end.FromMilliseconds(round((number + 1) * SECONDS_PER_WORD * 1000))
        return answer


def tiny_neighbours(script: Script) -> tuple[TinyDetector, TinyTranslator, TinySpeech]:
    """Return the three; their methods that no video needs are not there."""
    detector = TinyDetector(script)  # type: ignore[abstract]
    return detector, TinyTranslator(script), TinySpeech(script)  # type: ignore[abstract]


def bindings(detector: TinyDetector, translator: TinyTranslator, speech: TinySpeech) -> list[Binding]:
    """Return what serves all three on one port."""
    return [
        Binding(
            "sutradhar.detector.v1.DetectorService",
            detector_pb2_grpc.add_DetectorServiceServicer_to_server,
            detector,
        ),
        Binding(
            "sutradhar.translator.v1.TranslatorService",
            translator_pb2_grpc.add_TranslatorServiceServicer_to_server,
            translator,
        ),
        Binding(
            "sutradhar.speech.v1.SpeechService", speech_pb2_grpc.add_SpeechServiceServicer_to_server, speech
        ),
    ]


def hum(seconds: float) -> bytes:
    """Return a WAV file of a tone."""
    samples = (
        int(8000 * math.sin(2 * math.pi * 220 * number / RATE)) for number in range(int(seconds * RATE))
    )
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return file.getvalue()
