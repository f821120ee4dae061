"""Between messages and the domain."""

from services.speech import convert
from services.speech.speech import Gender, Utterance, Voice
from services.speech.timings import Timed
from sutradhar.speech.v1 import speech_pb2 as pb

VOICE = Voice("hi-male", "hi", Gender.MALE, "espeak-ng")


def test_defaults_of_a_wish() -> None:
    """What is not said is the service's choice at normal rate and pitch."""
    wish = convert.to_wish(pb.SynthesizeRequest(text="x", language="hi"))

    assert convert.Wish("x", "hi", None, 1.0, 1.0) == wish


def test_a_full_wish() -> None:
    """Everything said is kept."""
    request = pb.SynthesizeRequest(
        text="x", language="hi", gender=pb.GENDER_FEMALE, speaking_rate=0.5, pitch=2
    )

    assert convert.Wish("x", "hi", Gender.FEMALE, 0.5, 2.0) == convert.to_wish(request)


def test_the_answer() -> None:
    """Audio as WAV, times as durations, offsets and lengths in code points."""
    words = (Timed("नम ", 0.0, 0.25, 0), Timed("🐶", 0.25, 0.5, 3))
    answer = convert.from_utterance(Utterance(bytes(22050), 22050, words, (), VOICE))

    assert b"RIFF" == answer.audio[:4]
    assert (pb.AUDIO_ENCODING_WAV, 22050, "hi-male") == (
        answer.encoding,
        answer.sample_rate_hertz,
        answer.voice,
    )
    assert 500 == answer.duration.ToMilliseconds()
    assert [("नम ", 0, 3), ("🐶", 3, 1)] == [(word.text, word.offset, word.length) for word in answer.words]
    assert [(0, 250), (250, 500)] == [
        (w.start.ToMilliseconds(), w.end.ToMilliseconds()) for w in answer.words
    ]


def test_the_list() -> None:
    """Voices with their gender and engine."""
    (voice,) = convert.from_voices([VOICE]).voices

    assert pb.Voice(name="hi-male", language="hi", gender=pb.GENDER_MALE, engine="espeak-ng") == voice
