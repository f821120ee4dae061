"""espeak-ng 1.52 as an engine: its voices, its units, and how its answers fit together."""

import asyncio
import sys
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import espeakng_loader

from meshkit.errors import BackendUnavailable, DeadlineExceeded, Internal, InvalidInput
from meshkit.languages import LANGUAGES
from meshkit.log import get_logger
from services.speech import worker as worker_program
from services.speech.metrics import WORKER_RESTARTS
from services.speech.scripts import voice_runs
from services.speech.speech import Gender, Rendition, Voice
from services.speech.spoken import PAUSES, Spoken, spoken
from services.speech.timings import Mark
from services.speech.workers import Answer, Question, TooLong, VoiceMissing, WorkerDied, WorkerPool

NAME = "espeak-ng"

_log = get_logger(__name__)

_VARIANTS = {Gender.FEMALE: "f2", Gender.MALE: "m3"}  # files in espeak-ng-data/voices/!v
_RATE = 22050  # Hz, where there is no sound to tell
_WORDS_A_MINUTE = 175  # espeak-ng's normal speed
_PAUSE, _NO_PAUSE = 0.25, 0.02  # seconds between two runs of different voices

# espeak-ng's pitch parameter and the pitch it gives, relative to the voice's own: measured on the Hindi voices as the
# median of the autocorrelation. The scale ends there; lower and higher wishes get the nearest.
_PITCHES = ((0, 0.70), (25, 0.83), (50, 1.0), (75, 1.28), (99, 1.64))


def espeak_command() -> list[str]:
    """The command that starts a worker: this interpreter without site packages, so that it stays small."""
    library, data = espeakng_loader.get_library_path(), espeakng_loader.get_data_path()
    return [sys.executable, "-I", "-S", str(Path(worker_program.__file__)), str(library), str(data)]


@dataclass(frozen=True)
class _Part:
    """One run of the text as one voice spoke it."""

    said: Spoken
    answer: Answer


class EspeakEngine:
    """Speaks through a pool of workers.

    Args:
        pool: the workers; closed by whoever built them.
        timeout: seconds a text may take, waiting for a worker not counted.
        max_audio_seconds: a text that would be longer, spoken, is refused.
    """

    def __init__(self, pool: WorkerPool, timeout: float, max_audio_seconds: float) -> None:
        self._pool = pool
        self._timeout = timeout
        self._max_audio_seconds = max_audio_seconds
        self._voices = tuple(
            Voice(f"{language.code}-{gender}", language.code, gender, NAME)
            for language in LANGUAGES
            for gender in (Gender.FEMALE, Gender.MALE)
        )

    def voices(self) -> Sequence[Voice]:
        """A female and a male voice of each language."""
        return self._voices

    async def speak(self, text: str, voice: Voice, rate: float, pitch: float) -> Rendition:
        """Speak a text, each script in it with a voice that knows it.

        Raises InvalidInput (TOO_LONG_SPOKEN), DeadlineExceeded, BackendUnavailable, Internal.
        """
        runs = list(voice_runs(spoken(text, voice.language), voice.language))
        questions = [self._question(language, run, voice.gender, rate, pitch) for language, run in runs]
        answers = await self._answers(questions)
        parts = [_Part(run, answer) for (_, run), answer in zip(runs, answers, strict=True)]
        rendition = _joined(parts)
        if len(rendition.pcm) > 2 * rendition.sample_rate * self._max_audio_seconds:
            raise self._too_long()
        return rendition

    def _question(self, language: str, run: Spoken, gender: Gender, rate: float, pitch: float) -> Question:
        return Question(
            voice=f"{language}+{_VARIANTS[gender]}",
            text=run.text,
            rate=round(_WORDS_A_MINUTE * rate),
            pitch=_pitch(pitch),
            max_audio_seconds=self._max_audio_seconds,
            seconds=self._timeout,
        )

    async def _answers(self, questions: Sequence[Question]) -> list[Answer]:
        """Ask a worker; where one dies another is asked once more, in case it was not the text's doing."""
        try:
            try:
                return await self._asked(questions)
            except WorkerDied:
                WORKER_RESTARTS.inc()
                _log.warning("a speech worker died; asking another")
                return await self._asked(questions)
        except WorkerDied as error:
            raise BackendUnavailable("The speech engine ended while it spoke the text.") from error
        except TimeoutError as error:
            raise DeadlineExceeded(f"The speech engine took more than {self._timeout:g} s.") from error
        except TooLong as error:
            raise self._too_long() from error
        except VoiceMissing as error:
            _log.error("espeak-ng lacks a voice", voices=[question.voice for question in questions])
            raise Internal from error

    async def _asked(self, questions: Sequence[Question]) -> list[Answer]:
        async with self._pool.borrow() as worker, asyncio.timeout(self._timeout):
            return [await worker.ask(question) for question in questions]

    def _too_long(self) -> InvalidInput:
        return InvalidInput(
            f"text: takes more than {self._max_audio_seconds:g} s to speak.",
            field="text",
            reason="TOO_LONG_SPOKEN",
        )


def _pitch(factor: float) -> int:
    """espeak-ng's pitch for a factor, between the measured points in a straight line."""
    above = bisect_left(_PITCHES, factor, key=lambda point: point[1])
    first = min(max(above - 1, 0), len(_PITCHES) - 2)
    (low, from_factor), (high, to_factor) = _PITCHES[first : first + 2]
    share = (factor - from_factor) / (to_factor - from_factor)
    return round(min(max(low + (high - low) * share, _PITCHES[0][0]), _PITCHES[-1][0]))


def _joined(parts: Sequence[_Part]) -> Rendition:
    """The parts one after another, their marks in offsets of the caller's text."""
    if not parts:
        return Rendition(b"", _RATE, ())
    rate = parts[0].answer.sample_rate
    pcm, marks = bytearray(), []
    for part in parts:
        marks += _marks(part, len(pcm) / (2 * rate))
        pcm += part.answer.pcm
        if part is not parts[-1]:
            pcm += bytes(2 * int(_gap(part.said.text) * rate))
    return Rendition(bytes(pcm), rate, tuple(marks))


def _marks(part: _Part, begin: float) -> list[Mark]:
    origins = part.said.origins
    return [
        Mark(origins[min(character, len(origins) - 1)], begin + milliseconds / 1000)
        for character, milliseconds in part.answer.marks
    ]


def _gap(text: str) -> float:
    return _PAUSE if text.rstrip()[-1:] in PAUSES else _NO_PAUSE
