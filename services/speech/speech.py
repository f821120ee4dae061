"""Speaking texts: checks what is asked, has an engine speak it, and works out when each word and phrase is heard."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from meshkit.errors import InvalidInput
from meshkit.languages import require_language
from meshkit.limits import ConcurrencyLimiter
from services.speech import metrics
from services.speech.sound import SILENCE, Sound
from services.speech.timings import Mark, Timed, time_phrases, time_words

MAX_CHARACTERS: Final = 2000
LOWEST, HIGHEST = 0.5, 2.0  # of speaking rate and pitch, relative to the voice's own
PHRASE_CHARACTERS: Final = 42  # what fits one subtitle line on a phone held upright
NOTHING_TO_SPEAK: Final = "NOTHING_TO_SPEAK"

_LEAD, _TAIL = 0.05, 0.15  # seconds of silence that stay at the ends
_BYTES = 2  # a sample: 16 bits, one channel


class Gender(StrEnum):
    """Gender of a voice."""

    FEMALE = "female"
    MALE = "male"


@dataclass(frozen=True)
class Voice:
    """One voice of an engine; `language` is ISO 639-1."""

    name: str
    language: str
    gender: Gender
    engine: str


@dataclass(frozen=True)
class Rendition:
    """What an engine made of a text: mono 16-bit little-endian PCM, and marks where words begin, in order of time."""

    pcm: bytes
    sample_rate: int
    marks: tuple[Mark, ...]


class Engine(Protocol):
    """What speaks: a program of ours or a provider's service."""

    def voices(self) -> Sequence[Voice]:
        """Every voice that it has, by language, the preferred one of a language first."""
        ...

    async def speak(self, text: str, voice: Voice, rate: float, pitch: float) -> Rendition:
        """Speak a text; silence (empty PCM) when nothing in it can be spoken.

        Raises a MeshError: BackendUnavailable, DeadlineExceeded, InvalidInput.
        """
        ...


@dataclass(frozen=True)
class Utterance:
    """A spoken text. `pcm` is mono 16-bit, times are in seconds."""

    pcm: bytes
    sample_rate: int
    words: tuple[Timed, ...]
    phrases: tuple[Timed, ...]
    voice: Voice

    @property
    def duration(self) -> float:
        """Seconds of audio."""
        return len(self.pcm) / (_BYTES * self.sample_rate)


class Speech:
    """Speaks with one engine, no more texts at once than the limiter allows."""

    def __init__(self, engine: Engine, limiter: ConcurrencyLimiter) -> None:
        self._engine = engine
        self._limiter = limiter

    def voices(self, language: str = "") -> list[Voice]:
        """The voices of a language, or all of them. Raises InvalidInput for an unknown language."""
        voices = list(self._engine.voices())
        if not language:
            return voices
        code = require_language(language, "language").code
        return [voice for voice in voices if voice.language == code]

    async def synthesize(
        self, text: str, language: str, gender: Gender | None = None, rate: float = 1.0, pitch: float = 1.0
    ) -> Utterance:
        """Speak a text of 1 to 2,000 characters; rate and pitch are 0.5 to 2 times the voice's own.

        Raises InvalidInput (reason NOTHING_TO_SPEAK where the text has only signs), Overloaded, or what the engine
        raises.
        """
        voice = self._voice(language, gender)
        _check(text, rate, pitch)
        async with self._limiter.slot():
            started = time.perf_counter()
            rendition = _trimmed(await self._engine.speak(text, voice, rate, pitch))
            spent = time.perf_counter() - started
        if not rendition.pcm:
            raise InvalidInput(
                "text: there is nothing to speak in it.", field="text", reason=NOTHING_TO_SPEAK
            )
        utterance = _timed(text, voice, rendition)
        metrics.count(voice.engine, voice.language, len(text), utterance.duration, spent)
        return utterance

    async def probe(self) -> None:
        """Speak one word, past the limiter; raises when that fails."""
        voice = self._voice("en", None)
        if not _trimmed(await self._engine.speak("hello", voice, 1.0, 1.0)).pcm:
            raise RuntimeError("the engine speaks no sound")

    def _voice(self, language: str, gender: Gender | None) -> Voice:
        voices = self.voices(require_language(language, "language").code)
        fitting = [voice for voice in voices if gender in (None, voice.gender)]
        if not fitting:
            raise InvalidInput(
                f"gender: no such voice speaks {language}.", field="gender", reason="NO_SUCH_VOICE"
            )
        return fitting[0]


def _check(text: str, rate: float, pitch: float) -> None:
    if not 1 <= len(text) <= MAX_CHARACTERS:
        raise InvalidInput(f"text: must have 1 to {MAX_CHARACTERS} characters.", field="text")
    if not any(char.isalnum() for char in text):
        raise InvalidInput("text: there is nothing to speak in it.", field="text", reason=NOTHING_TO_SPEAK)
    for name, value in (("speaking_rate", rate), ("pitch", pitch)):
        if not LOWEST <= value <= HIGHEST:
            raise InvalidInput(f"{name}: must be {LOWEST} to {HIGHEST}.", field=name)


def _trimmed(rendition: Rendition) -> Rendition:
    """Without the silence at the ends, but for a moment of it."""
    rate, total = rendition.sample_rate, len(rendition.pcm) // _BYTES
    sound = Sound(rendition.pcm, rate)
    first, last = sound.begin(SILENCE), sound.end(0, total, SILENCE)
    if last == 0:
        return Rendition(b"", rate, ())
    lead, end = max(first - int(_LEAD * rate), 0), last + int(_TAIL * rate)
    marks = tuple(Mark(mark.offset, max(mark.seconds - lead / rate, 0.0)) for mark in rendition.marks)
    return Rendition(rendition.pcm[_BYTES * lead : _BYTES * end], rate, marks)


def _timed(text: str, voice: Voice, rendition: Rendition) -> Utterance:
    sound = Sound(rendition.pcm, rendition.sample_rate)
    words = time_words(text, rendition.marks, sound.duration, sound.heard_until)
    phrases = time_phrases(words, PHRASE_CHARACTERS)
    return Utterance(rendition.pcm, rendition.sample_rate, tuple(words), tuple(phrases), voice)
