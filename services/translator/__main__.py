"""The translator service: `python -m services.translator`."""

import uvloop

from meshkit.limits import ConcurrencyLimiter
from meshkit.log import setup_logging
from meshkit.server import Binding, MeshServer, run_until_stopped
from meshkit.settings import load
from meshkit.triton import TritonClient
from services.translator.detection import LanguageDetector
from services.translator.engine import TritonEngine
from services.translator.probe import TranslatorProbe
from services.translator.servicer import TranslatorServicer
from services.translator.settings import TranslatorSettings
from services.translator.translator import Limits, Translator
from sutradhar.translator.v1 import translator_pb2_grpc as pb_grpc


async def main() -> None:
    """Build everything and serve until told to stop."""
    settings = load(TranslatorSettings)
    setup_logging("translator", settings.log_level, settings.log_format)
    triton = TritonClient(settings.triton_url)
    engine = TritonEngine(triton, settings.model, settings.infer_seconds)
    detector = LanguageDetector()
    limiter = ConcurrencyLimiter(settings.max_requests, "translator")
    limits = Limits(settings.piece_characters, settings.batches_at_once, settings.pieces_at_once)
    translator = Translator(engine, detector, limiter, limits)
    binding = Binding(
        "sutradhar.translator.v1.TranslatorService",
        pb_grpc.add_TranslatorServiceServicer_to_server,
        TranslatorServicer(translator),
    )
    probe = TranslatorProbe(engine, detector)
    await run_until_stopped(MeshServer(settings, [binding], probe), translator.close, triton.close)


if __name__ == "__main__":
    uvloop.run(main())
