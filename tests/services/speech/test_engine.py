"""espeak-ng speaks 13 languages, listened to by numbers."""

import asyncio
import os
import signal
import struct

import pytest

from meshkit.errors import BackendUnavailable, DeadlineExceeded, InvalidInput
from meshkit.languages import LANGUAGES
from services.speech.engine import EspeakEngine
from services.speech.speech import Gender, Rendition, Voice
from services.speech.workers import WorkerPool
from tests.services.speech.conftest import SENTENCES

CODES = [language.code for language in LANGUAGES]


def voice(language: str, gender: Gender = Gender.MALE) -> Voice:
    """A voice by language."""
    return Voice("", language, gender, "espeak-ng")


def seconds(rendition: Rendition) -> float:
    """The length of the audio."""
    return len(rendition.pcm) / 2 / rendition.sample_rate


def loudness(rendition: Rendition) -> float:
    """Root mean square of the samples, of 32768."""
    samples = struct.unpack(f"<{len(rendition.pcm) // 2}h", rendition.pcm)
    return float((sum(sample * sample for sample in samples) / len(samples)) ** 0.5)


@pytest.mark.parametrize("gender", Gender)
@pytest.mark.parametrize("language", CODES)
async def test_each_language_is_spoken(engine: EspeakEngine, language: str, gender: Gender) -> None:
    """Speech of a natural length, loud, with a mark for every word."""
    text = SENTENCES[language]
    rendition = await engine.speak(text, voice(language, gender), 1.0, 1.0)

    assert 8 < len(text) / seconds(rendition) < 22  # characters a second
    assert loudness(rendition) > 2000
    assert len(text.split()) == len({mark.offset for mark in rendition.marks})


async def test_languages_of_one_script_differ(engine: EspeakEngine) -> None:
    """The same letters sound otherwise in Hindi and Marathi, in Bengali and Assamese."""
    for one, other, text in (("hi", "mr", "ज्ञान चार"), ("bn", "as", "সকল শব্দ")):
        first = await engine.speak(text, voice(one), 1.0, 1.0)
        second = await engine.speak(text, voice(other), 1.0, 1.0)

        assert first.pcm != second.pcm


@pytest.mark.parametrize("language", CODES)
async def test_english_words_are_words_in_every_language(engine: EspeakEngine, language: str) -> None:
    """An English word within a sentence is pronounced, not spelled: it takes as long as in English."""
    english = await engine.speak("photograph", voice("en"), 1.0, 1.0)
    here = await engine.speak("photograph", voice(language), 1.0, 1.0)

    assert seconds(here) < 1.4 * seconds(english)


@pytest.mark.parametrize("foreign", CODES)
async def test_words_of_every_script_are_words_in_hindi(engine: EspeakEngine, foreign: str) -> None:
    """A foreign sentence takes about as long as in its own language; spelled it would take four times as long."""
    own = await engine.speak(SENTENCES[foreign], voice(foreign), 1.0, 1.0)
    here = await engine.speak(SENTENCES[foreign], voice("hi"), 1.0, 1.0)

    assert seconds(here) < 1.5 * seconds(own)


@pytest.mark.parametrize("language", CODES)
async def test_numbers_are_read_in_every_language(engine: EspeakEngine, language: str) -> None:
    """A number is one token, however many words it takes to say."""
    rendition = await engine.speak("12345", voice(language), 1.0, 1.0)

    assert seconds(rendition) > 1.0
    assert {0} == {max(0, mark.offset - 5) for mark in rendition.marks}


async def test_markup_is_inert(engine: EspeakEngine) -> None:
    """SSML tags, phonemes and espeak-ng's own commands change nothing: the plain words sound the same."""
    plain = await engine.speak("hello, world", voice("en"), 1.0, 1.0)
    for text in ("hello\x01100s, world", "hello, <!-- --> world", 'hello <!-- "" -->, world'):
        marked = await engine.speak(text, voice("en"), 1.0, 1.0)

        assert abs(seconds(plain) - seconds(marked)) < 0.7
    tagged = await engine.speak("<speak><break time='9s'/>hi</speak>", voice("en"), 1.0, 1.0)
    assert seconds(tagged) < 4


async def test_emoji_are_silent(engine: EspeakEngine) -> None:
    """Emoji take no time."""
    plain = await engine.speak("good dog", voice("en"), 1.0, 1.0)
    decorated = await engine.speak("good 🐶❤️ dog 👨‍👩‍👧", voice("en"), 1.0, 1.0)

    assert abs(seconds(plain) - seconds(decorated)) < 0.1


@pytest.mark.parametrize(("rate", "expected"), [(0.5, 2.0), (2.0, 0.5)])
async def test_rate(engine: EspeakEngine, rate: float, expected: float) -> None:
    """Half the rate takes twice the time, and the other way round."""
    normal = await engine.speak(SENTENCES["en"], voice("en"), 1.0, 1.0)
    changed = await engine.speak(SENTENCES["en"], voice("en"), rate, 1.0)

    assert expected == pytest.approx(seconds(changed) / seconds(normal), rel=0.12)


async def test_pitch_and_gender_change_the_pitch(engine: EspeakEngine) -> None:
    """A wish for higher pitch and the female voice both raise the fundamental frequency."""
    low = _frequency(await engine.speak("आआआआ", voice("hi"), 1.0, 0.7))
    normal = _frequency(await engine.speak("आआआआ", voice("hi"), 1.0, 1.0))
    high = _frequency(await engine.speak("आआआआ", voice("hi"), 1.0, 1.5))
    female = _frequency(await engine.speak("आआआआ", voice("hi", Gender.FEMALE), 1.0, 1.0))

    assert low < normal < high
    assert 1.4 < female / normal < 2.6


async def test_a_text_too_long_to_speak(pool: WorkerPool) -> None:
    """Refused while it is being spoken; the worker lives on."""
    engine = EspeakEngine(pool, timeout=20, max_audio_seconds=2)
    with pytest.raises(InvalidInput) as caught:
        await engine.speak("hello " * 20, voice("en"), 1.0, 1.0)

    assert ("text", "TOO_LONG_SPOKEN") == (caught.value.field, caught.value.reason)
    assert 1 == len(pool.pids)


async def test_a_killed_worker_is_not_noticed(engine: EspeakEngine, pool: WorkerPool) -> None:
    """The text is given to another worker."""
    await engine.speak("hello", voice("en"), 1.0, 1.0)
    os.kill(pool.pids[0], signal.SIGKILL)
    rendition = await engine.speak("hello", voice("en"), 1.0, 1.0)

    assert rendition.pcm


async def test_a_hung_worker_is_killed_in_time(pool: WorkerPool) -> None:
    """The caller learns that it took too long; the next text is spoken."""
    engine = EspeakEngine(pool, timeout=0.5, max_audio_seconds=60)
    await engine.speak("hello", voice("en"), 1.0, 1.0)
    os.kill(pool.pids[0], signal.SIGSTOP)
    with pytest.raises(DeadlineExceeded):
        await engine.speak("hello", voice("en"), 1.0, 1.0)

    assert (await engine.speak("hello", voice("en"), 1.0, 1.0)).pcm


async def test_workers_that_cannot_start() -> None:
    """A program that ends at once is an engine that is away."""
    pool = WorkerPool(["/bin/false"], 1)
    engine = EspeakEngine(pool, timeout=5, max_audio_seconds=60)
    with pytest.raises(BackendUnavailable):
        await engine.speak("hello", voice("en"), 1.0, 1.0)
    await pool.close()

    assert [] == pool.pids


async def test_text_that_would_break_the_engine(engine: EspeakEngine, pool: WorkerPool) -> None:
    """Chains of dotted letters overrun a buffer in espeak-ng 1.52 unless they are taken apart."""
    await engine.speak("hello", voice("en"), 1.0, 1.0)
    pids = pool.pids
    for text in ("A.B." * 150, "क." * 200, "w.w.w. " * 100, "é.ü. " * 100):
        await engine.speak(text, voice("en"), 2.0, 1.0)

    assert pids == pool.pids


async def test_sixteen_at_once(engine: EspeakEngine) -> None:
    """Everyone is served, each with its own text."""
    texts = [" ".join(["word"] * (1 + i)) for i in range(16)]
    renditions = await asyncio.gather(*(engine.speak(text, voice("en"), 1.0, 1.0) for text in texts))

    assert [1 + i for i in range(16)] == [len(rendition.marks) for rendition in renditions]


def _frequency(rendition: Rendition) -> float:
    """The fundamental frequency in Hz in the middle of the audio: the shortest lag at which the sound repeats well."""
    samples = struct.unpack(f"<{len(rendition.pcm) // 2}h", rendition.pcm)
    middle = samples[len(samples) // 2 - 1000 : len(samples) // 2 + 1000]
    likeness = {
        lag: sum(middle[i] * middle[i + lag] for i in range(0, 1500, 2))
        for lag in range(80, 350)  # 275 to 63 Hz
    }
    best = max(likeness.values())
    return rendition.sample_rate / next(lag for lag, like in likeness.items() if like > 0.85 * best)
