"""The translator service: `python -m services.translator`."""

from collections.abc import Awaitable, Callable

import uvloop

from meshkit.log import setup_logging
from meshkit.redis_client import connect_redis
from meshkit.server import Binding, MeshServer, run_until_stopped
from meshkit.settings import load
from meshkit.triton import TritonClient
from services.translator.batches import BatchLimits
from services.translator.cache import Cache, CacheLimits, NoCache, RedisCache
from services.translator.detection import LanguageDetector
from services.translator.engine import TritonEngine
from services.translator.http_engine import HttpEngine, Provider
from services.translator.probe import TranslatorProbe
from services.translator.servicer import TranslatorServicer
from services.translator.settings import TranslatorSettings
from services.translator.texts import Engine
from services.translator.translator import Limits, Translator
from sutradhar.translator.v1 import translator_pb2_grpc as pb_grpc

Close = Callable[[], Awaitable[None]]


async def main() -> None:
    """Build everything and serve until told to stop."""
    settings = load(TranslatorSettings)
    setup_logging("translator", settings.log_level, settings.log_format)
    engine, close_engine = _open_engine(settings)
    cache, close_cache = _open_cache(settings)
    detector = LanguageDetector()
    translator = Translator(engine, detector, _limits(settings), cache)
    binding = Binding(
        "sutradhar.translator.v1.TranslatorService",
        pb_grpc.add_TranslatorServiceServicer_to_server,
        TranslatorServicer(translator),
    )
    probe = TranslatorProbe(engine, detector)
    server = MeshServer(settings, [binding], probe)
    await run_until_stopped(server, translator.close, close_cache, close_engine)


def _limits(settings: TranslatorSettings) -> Limits:
    texts = BatchLimits(
        settings.batch_texts,
        settings.batch_characters,
        settings.batches_at_once,
        settings.batches_in_all,
        patience=settings.queue_seconds,
    )
    pieces = BatchLimits(in_all=settings.pieces_in_all, small=0, patience=settings.document_queue_seconds)
    return Limits(
        settings.max_requests,
        settings.max_documents,
        settings.piece_characters,
        settings.pieces_at_once,
        texts,
        pieces,
    )


def _open_engine(settings: TranslatorSettings) -> tuple[Engine, Close]:
    """The outside translator where there is one, or else the model on Triton; and what closes it."""
    if settings.provider_url:
        http = HttpEngine(
            Provider(
                settings.provider_url,
                settings.provider_seconds,
                settings.provider_requests,
                settings.max_retries,
                settings.retry_backoff_factor,
                settings.retry_base_seconds,
            )
        )
        return http, http.close
    triton = TritonClient(settings.triton_url)
    return TritonEngine(triton, settings.model, settings.infer_seconds), triton.close


def _open_cache(settings: TranslatorSettings) -> tuple[Cache, Close]:
    if not settings.cache:
        return NoCache(), _nothing
    redis = connect_redis(settings.redis_url, text=False, max_connections=settings.cache_connections)
    limits = CacheLimits(
        settings.cache_ttl_seconds,
        settings.cache_value_bytes,
        settings.cache_slots,
        settings.cache_timeout_seconds,
    )
    return RedisCache(redis, limits), redis.aclose


async def _nothing() -> None:
    """Close nothing."""


if __name__ == "__main__":
    uvloop.run(main())
