"""The speech service: `python -m services.speech`."""

import uvloop

from meshkit.limits import ConcurrencyLimiter
from meshkit.log import setup_logging
from meshkit.server import Binding, MeshServer, run_until_stopped
from meshkit.settings import load
from services.speech.engine import EspeakEngine, espeak_command
from services.speech.servicer import SpeechServicer
from services.speech.settings import SpeechSettings
from services.speech.speech import Speech
from services.speech.workers import WorkerPool
from sutradhar.speech.v1 import speech_pb2_grpc as pb_grpc


async def main() -> None:
    """Build everything and serve until told to stop."""
    settings = load(SpeechSettings)
    setup_logging("speech", settings.log_level, settings.log_format)
    pool = WorkerPool(espeak_command(), settings.workers)
    engine = EspeakEngine(pool, settings.timeout_seconds, settings.max_audio_seconds)
    speech = Speech(engine, ConcurrencyLimiter(settings.max_texts, "speech engine"))
    binding = Binding(
        "sutradhar.speech.v1.SpeechService",
        pb_grpc.add_SpeechServiceServicer_to_server,
        SpeechServicer(speech),
    )
    await run_until_stopped(MeshServer(settings, [binding], probe=speech.probe), pool.close)


if __name__ == "__main__":
    uvloop.run(main())
