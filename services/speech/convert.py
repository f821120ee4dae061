"""Between the messages of speech.proto and the domain."""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from google.protobuf.duration_pb2 import Duration

from services.speech.sound import wav
from services.speech.speech import Gender, Utterance, Voice
from services.speech.timings import Timed
from sutradhar.speech.v1 import speech_pb2 as pb

_GENDERS = {pb.GENDER_FEMALE: Gender.FEMALE, pb.GENDER_MALE: Gender.MALE}
_GENDER_VALUES = {gender: value for value, gender in _GENDERS.items()}


class Wish(NamedTuple):
    """The arguments of Speech.synthesize."""

    text: str
    language: str
    gender: Gender | None
    rate: float
    pitch: float


def to_wish(request: pb.SynthesizeRequest) -> Wish:
    """What is asked, with the defaults filled in."""
    return Wish(
        text=request.text,
        language=request.language,
        gender=_GENDERS.get(request.gender),
        rate=request.speaking_rate if request.HasField("speaking_rate") else 1.0,
        pitch=request.pitch if request.HasField("pitch") else 1.0,
    )


def from_utterance(utterance: Utterance) -> pb.SynthesizeResponse:
    """The answer to Synthesize."""
    return pb.SynthesizeResponse(
        audio=wav(utterance.pcm, utterance.sample_rate),
        encoding=pb.AUDIO_ENCODING_WAV,
        sample_rate_hertz=utterance.sample_rate,
        duration=_duration(utterance.duration),
        words=map(_timed_text, utterance.words),
        phrases=map(_timed_text, utterance.phrases),
        voice=utterance.voice.name,
    )


def from_voices(voices: Iterable[Voice]) -> pb.ListVoicesResponse:
    """The answer to ListVoices."""
    return pb.ListVoicesResponse(
        voices=[
            pb.Voice(
                name=voice.name,
                language=voice.language,
                gender=_GENDER_VALUES[voice.gender],
                engine=voice.engine,
            )
            for voice in voices
        ]
    )


def _timed_text(timed: Timed) -> pb.TimedText:
    return pb.TimedText(
        text=timed.text,
        start=_duration(timed.start),
        end=_duration(timed.end),
        offset=timed.offset,
        length=len(timed.text),
    )


def _duration(seconds: float) -> Duration:
    duration = Duration()
    duration.FromTimedelta(timedelta(seconds=seconds))
    return duration
