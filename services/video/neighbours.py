"""The services that a video needs, as plain functions: detector, translator and speech."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import grpc
from google.protobuf.duration_pb2 import Duration

from meshkit.client import calling
from meshkit.errors import TABLE, BackendUnavailable, DeadlineExceeded, InvalidInput, MeshError, Overloaded
from services.video.admission import Recognised
from services.video.jobs import Pet, Translated, VoiceGender
from services.video.media import TimedText, Timings
from services.video.stills import Still, better
from sutradhar.common.v1 import common_pb2
from sutradhar.detector.v1 import detector_pb2, detector_pb2_grpc
from sutradhar.speech.v1 import speech_pb2, speech_pb2_grpc
from sutradhar.translator.v1 import translator_pb2, translator_pb2_grpc

DETECT_SECONDS = 15.0
CLIP_SECONDS = 25.0
# How densely a clip is searched, and how long after the first pet a better view of one is looked for.
CLIP_FRAMES_PER_SECOND = 2.0
CLIP_LINGER_SECONDS = 2.0
TRANSLATE_SECONDS = 60.0
SPEAK_SECONDS = 60.0

_GENDERS = {
    VoiceGender.ANY: speech_pb2.GENDER_UNSPECIFIED,
    VoiceGender.FEMALE: speech_pb2.GENDER_FEMALE,
    VoiceGender.MALE: speech_pb2.GENDER_MALE,
}


class Detector:
    """Finds the pets in photos and clips."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = detector_pb2_grpc.DetectorServiceStub(channel)

    async def pets(self, photo: bytes) -> tuple[Pet, ...]:
        """Return the pets, the most confident first; raises what the detector raised."""
        request = detector_pb2.DetectRequest(image=common_pb2.Image(data=photo))
        with calling("detector"):
            response = await self._stub.Detect(request, timeout=DETECT_SECONDS)
        return _pets(response)

    async def still(self, clip: bytes) -> Still | None:
        """Return the frame that shows a pet best, among those soon after the first one; None when none shows any.

        Raises what the detector raised, with the clip as the field `clip`.
        """
        request = detector_pb2.DetectVideoRequest(
            video=clip,
            frames_per_second=CLIP_FRAMES_PER_SECOND,
            stop_at_first_pet=True,
            linger_seconds=CLIP_LINGER_SECONDS,
            with_pictures=True,
        )
        best: Still | None = None
        with _field_renamed("video", "clip"), calling("detector"):
            call = self._stub.DetectVideo(request, timeout=CLIP_SECONDS)
            try:
                async for seen in call:
                    best = better(best, _still(seen)) if seen.picture else best
            finally:
                call.cancel()
        return best


class Translator:
    """Recognises languages and translates."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = translator_pb2_grpc.TranslatorServiceStub(channel)

    async def recognise(self, text: str) -> Recognised:
        """Return the language of a text; raises what the translator raised."""
        request = translator_pb2.DetectLanguageRequest(texts=[text])
        with calling("translator"):
            response = await self._stub.DetectLanguage(request, timeout=DETECT_SECONDS)
        found = response.results[0]
        return Recognised(found.language, found.script, found.romanised)

    async def require_direction(self, source: str, target: str) -> None:
        """Raise BackendUnavailable, with the way to install one, when no model translates this direction."""
        with calling("translator"):
            answer = await self._stub.ListLanguages(
                translator_pb2.ListLanguagesRequest(), timeout=DETECT_SECONDS
            )
        if not any(
            (each.source_language, each.target_language) == (source, target) for each in answer.directions
        ):
            message = f"No installed model translates from {source} to {target}."
            raise BackendUnavailable(f"{message} {answer.hint}".strip(), reason="MODEL_NOT_INSTALLED")

    async def translate(self, text: str, source: str, target: str) -> tuple[str, Translated]:
        """Return the translation of one text, and where it comes from."""
        request = translator_pb2.TranslateRequest(
            texts=[text], source_language=source, target_language=target
        )
        with calling("translator"):
            response = await self._stub.Translate(request, timeout=TRANSLATE_SECONDS)
        result = response.results[0]
        if result.HasField("error"):
            raise _item_error(result.error)
        found = result.translation
        confidence = found.confidence if found.HasField("confidence") else None
        return found.text, Translated(response.model, response.quality, confidence, tuple(found.doubts))


@dataclass(frozen=True)
class Speech:
    """A spoken text: a WAV file, and when each piece is heard."""

    audio: bytes
    timings: Timings
    voice: str


class Speaker:
    """Speaks texts."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = speech_pb2_grpc.SpeechServiceStub(channel)

    async def speak(self, text: str, language: str, gender: VoiceGender) -> Speech:
        """Return the text as it is spoken; raises what the speech service raised."""
        request = speech_pb2.SynthesizeRequest(text=text, language=language, gender=_GENDERS[gender])
        with calling("speech"):
            answer = await self._stub.Synthesize(request, timeout=SPEAK_SECONDS)
        words, phrases = (tuple(map(_timed, group)) for group in (answer.words, answer.phrases))
        return Speech(answer.audio, Timings(_seconds(answer.duration), words, phrases), answer.voice)


def _item_error(error: common_pb2.ItemError) -> MeshError:
    """The error of a text that failed among others; those of the backend are worth trying again."""
    passing = {BackendUnavailable, Overloaded, DeadlineExceeded}
    kind = BackendUnavailable if error.reason in {TABLE[each].reason for each in passing} else InvalidInput
    return kind(error.message, field="options.text", reason=error.reason)


@contextmanager
def _field_renamed(old: str, new: str) -> Iterator[None]:
    """Raise errors that name a neighbour's field as errors that name ours."""
    try:
        yield
    except MeshError as error:
        if error.field != old:
            raise
        message = error.message.replace(f"{old}:", f"{new}:", 1)
        raise type(error)(message, field=new, reason=error.reason) from error


def _still(seen: detector_pb2.DetectVideoResponse) -> Still:
    frame = seen.frame
    return Still(seen.picture, frame.width, frame.height, _pets(frame), _seconds(seen.time))


def _pets(seen: detector_pb2.DetectResponse) -> tuple[Pet, ...]:
    return tuple(_pet(each) for each in seen.detections if each.is_pet)


def _pet(found: detector_pb2.Detection) -> Pet:
    box = found.box
    return Pet(found.label, found.confidence, box.x_min, box.y_min, box.x_max, box.y_max)


def _timed(piece: speech_pb2.TimedText) -> TimedText:
    return TimedText(piece.text, _seconds(piece.start), _seconds(piece.end))


def _seconds(duration: Duration) -> float:
    return duration.seconds + duration.nanos / 1e9
