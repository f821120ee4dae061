"""A real espeak-ng behind everything that these tests ask."""

from collections.abc import AsyncIterator

import grpc
import pytest

from meshkit.limits import ConcurrencyLimiter
from meshkit.server import Binding
from meshkit.testing import serving
from services.speech.engine import EspeakEngine, espeak_command
from services.speech.servicer import SpeechServicer
from services.speech.speech import Speech
from services.speech.workers import WorkerPool
from sutradhar.speech.v1 import speech_pb2_grpc as pb_grpc

SENTENCES = {
    "en": "My lazy dog sleeps all day, and dreams of food.",
    "hi": "मेरा आलसी कुत्ता सारा दिन सोता है, और खाने के सपने देखता है।",
    "bn": "আমার অলস কুকুর সারাদিন ঘুমায়, আর খাবারের স্বপ্ন দেখে।",
    "ta": "என் சோம்பேறி நாய் நாள் முழுவதும் தூங்குகிறது.",
    "te": "నా సోమరి కుక్క రోజంతా నిద్రపోతుంది.",
    "ml": "എന്റെ മടിയൻ നായ ദിവസം മുഴുവൻ ഉറങ്ങുന്നു.",
    "kn": "ನನ್ನ ಸೋಮಾರಿ ನಾಯಿ ಇಡೀ ದಿನ ಮಲಗುತ್ತದೆ.",
    "gu": "મારો આળસુ કૂતરો આખો દિવસ ઊંઘે છે.",
    "mr": "माझा आळशी कुत्रा दिवसभर झोपतो.",
    "pa": "ਮੇਰਾ ਆਲਸੀ ਕੁੱਤਾ ਸਾਰਾ ਦਿਨ ਸੌਂਦਾ ਹੈ।",
    "or": "ମୋର ଅଳସୁଆ କୁକୁର ସାରା ଦିନ ଶୋଇଥାଏ।",
    "as": "মোৰ এলেহুৱা কুকুৰটোৱে গোটেই দিন শুই থাকে।",
    "ur": "میرا سست کتا سارا دن سوتا ہے، اور خواب دیکھتا ہے۔",
}


@pytest.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    """Two workers; they start when first asked."""
    pool = WorkerPool(espeak_command(), 2)
    yield pool
    await pool.close()


@pytest.fixture
def engine(pool: WorkerPool) -> EspeakEngine:
    """espeak-ng with generous limits."""
    return EspeakEngine(pool, timeout=20, max_audio_seconds=600)


@pytest.fixture
def speech(engine: EspeakEngine) -> Speech:
    """The domain with room for 32 texts."""
    return Speech(engine, ConcurrencyLimiter(32, "speech engine"))


@pytest.fixture
async def stub(speech: Speech) -> AsyncIterator["pb_grpc.SpeechServiceAsyncStub"]:
    """A client of a real server."""
    async with serving(speech_binding(speech)) as channel:
        yield client(channel)


def speech_binding(speech: Speech) -> Binding:
    """What a server needs to serve it."""
    return Binding(
        "sutradhar.speech.v1.SpeechService",
        pb_grpc.add_SpeechServiceServicer_to_server,
        SpeechServicer(speech),
    )


def client(channel: grpc.aio.Channel) -> "pb_grpc.SpeechServiceAsyncStub":
    """A stub with the types of the asynchronous client."""
    return pb_grpc.SpeechServiceStub(channel)
