"""The domain: what is refused, and what comes with a spoken text."""

import asyncio
import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meshkit.errors import InvalidInput, MeshError, Overloaded
from meshkit.limits import ConcurrencyLimiter
from services.speech.engine import EspeakEngine, espeak_command
from services.speech.speech import Gender, Rendition, Speech, Utterance, Voice
from services.speech.workers import WorkerPool
from tests.services.speech.conftest import SENTENCES

PIECES = [
    "dog",
    "कुत्ता",
    "నాయి",
    "میرا",
    "1,234",
    "🐶",
    "—",
    "don't",
    "of the",
    "!?",
    "<b>",
    "ক্ষ",
    "।",
    "U.S.A.",
    "\n",
]


def assert_timed(text: str, utterance: Utterance) -> None:
    """Words give the text back, in order, within the audio."""
    assert text == "".join(word.text for word in utterance.words)
    last = 0.0
    for word in utterance.words:
        assert text[word.offset : word.offset + len(word.text)] == word.text
        assert last <= word.start < word.end <= utterance.duration + 1e-6
        last = word.end


@pytest.mark.parametrize("language", SENTENCES)
async def test_words_are_timed_in_every_language(speech: Speech, language: str) -> None:
    """One timed word for each word of the text, and phrases of at most 42 characters."""
    text = SENTENCES[language]
    utterance = await speech.synthesize(text, language)

    assert text.split() == [word.text.strip() for word in utterance.words]
    assert_timed(text, utterance)
    assert all(len(phrase.text) <= 42 for phrase in utterance.phrases)
    assert text.split() == " ".join(phrase.text for phrase in utterance.phrases).split()


def test_any_mixture_is_timed() -> None:
    """Whatever scripts and signs are mixed, joined words give the text back and times go forward."""
    with asyncio.Runner() as runner:
        pool = WorkerPool(espeak_command(), 1)
        speech = Speech(EspeakEngine(pool, 20, 600), ConcurrencyLimiter(4, "speech engine"))

        @given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=12), st.sampled_from(list(SENTENCES)))
        @settings(max_examples=60, deadline=None)
        def check(pieces: Sequence[str], language: str) -> None:
            text = " ".join(["hm", *pieces])
            assert_timed(text, runner.run(speech.synthesize(text, language)))

        check()
        runner.run(pool.close())


async def test_a_pause_is_in_no_word(speech: Speech) -> None:
    """Between two sentences nobody speaks for a while."""
    utterance = await speech.synthesize("One day. Two days.", "en")

    assert utterance.words[2].start - utterance.words[1].end > 0.1


async def test_silence_at_the_ends_is_short(speech: Speech) -> None:
    """At most 0.2 s of it."""
    utterance = await speech.synthesize("Hello, world... ", "en")
    loud = [
        i
        for i in range(0, len(utterance.pcm), 2)
        if abs(int.from_bytes(utterance.pcm[i : i + 2], "little", signed=True)) > 350
    ]

    assert loud[0] / 2 / utterance.sample_rate < 0.2
    assert utterance.duration - loud[-1] / 2 / utterance.sample_rate < 0.3


@pytest.mark.parametrize(
    ("arguments", "field", "reason"),
    [
        ({"text": ""}, "text", "INVALID_INPUT"),
        ({"text": "x" * 2001}, "text", "INVALID_INPUT"),
        ({"text": "!!!"}, "text", "NOTHING_TO_SPEAK"),
        ({"text": "🙂 ❤️"}, "text", "NOTHING_TO_SPEAK"),
        ({"text": "ខ្មែរ"}, "text", "NOTHING_TO_SPEAK"),
        ({"language": "xx"}, "language", "UNKNOWN_LANGUAGE"),
        ({"language": ""}, "language", "UNKNOWN_LANGUAGE"),
        ({"rate": 0.4}, "speaking_rate", "INVALID_INPUT"),
        ({"rate": math.nan}, "speaking_rate", "INVALID_INPUT"),
        ({"pitch": 2.1}, "pitch", "INVALID_INPUT"),
    ],
)
async def test_what_is_refused(speech: Speech, arguments: dict[str, Any], field: str, reason: str) -> None:
    """Each names the field at fault."""
    with pytest.raises(InvalidInput) as caught:
        await speech.synthesize(**{"text": "hello", "language": "en", **arguments})

    assert (field, reason) == (caught.value.field, caught.value.reason)


async def test_the_longest_text(speech: Speech) -> None:
    """2,000 characters are spoken."""
    text = ("Roast my lazy dog who sleeps all day. " * 60)[:2000]
    utterance = await speech.synthesize(text, "en")

    assert 60 < utterance.duration < 240
    assert_timed(text, utterance)


async def test_too_many_at_once(engine: EspeakEngine) -> None:
    """What does not fit the limit is refused at once, the rest is served."""
    speech = Speech(engine, ConcurrencyLimiter(2, "speech engine"))
    results = await asyncio.gather(
        *(speech.synthesize("hello", "en") for _ in range(5)), return_exceptions=True
    )

    assert 2 == sum(isinstance(result, Utterance) for result in results)
    assert 3 == sum(isinstance(result, Overloaded) for result in results)


async def test_voices(speech: Speech) -> None:
    """Two a language; a language may be named in each of its ways."""
    assert 26 == len(speech.voices())
    assert ["hi-female", "hi-male"] == [voice.name for voice in speech.voices("hin_Deva")]


async def test_the_voice_that_was_wished_for(speech: Speech) -> None:
    """The answer tells who spoke."""
    utterance = await speech.synthesize("नमस्ते", "hin", Gender.MALE)

    assert "hi-male" == utterance.voice.name


class SilentEngine:
    """An engine that has one voice and makes no sound."""

    def voices(self) -> Sequence[Voice]:
        """One voice."""
        return [Voice("en-silent", "en", Gender.FEMALE, "silent")]

    async def speak(self, text: str, voice: Voice, rate: float, pitch: float) -> Rendition:
        """Zeros."""
        return Rendition(bytes(2000), 8000, ())


async def test_another_engine() -> None:
    """The domain needs no more of an engine than the protocol says; no sound is nothing to speak."""
    speech = Speech(SilentEngine(), ConcurrencyLimiter(1, "speech engine"))
    with pytest.raises(InvalidInput) as caught:
        await speech.synthesize("hello", "en")
    with pytest.raises(RuntimeError):
        await speech.probe()
    with pytest.raises(MeshError) as unknown:
        await speech.synthesize("hello", "en", Gender.MALE)

    assert "NOTHING_TO_SPEAK" == caught.value.reason
    assert "gender" == unknown.value.field


async def test_probe(speech: Speech) -> None:
    """The probe speaks a word."""
    await speech.probe()
