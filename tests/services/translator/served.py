"""A translator as `__main__` builds it, on a port of the system's choice."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeAlias

from meshkit.client import connect
from meshkit.languages import Language
from meshkit.server import Binding
from meshkit.testing import running
from meshkit.triton import TritonClient
from services.translator.cache import Cache, NoCache
from services.translator.detection import LanguageDetector
from services.translator.engine import TritonEngine
from services.translator.probe import TranslatorProbe
from services.translator.servicer import TranslatorServicer
from services.translator.texts import Answer, Options
from services.translator.translator import Limits, Translator
from sutradhar.translator.v1 import translator_pb2_grpc as pb_grpc

NOWHERE = "127.0.0.1:9"  # the discard port: nothing listens there
Stub: TypeAlias = "pb_grpc.TranslatorServiceAsyncStub"  # a type of the .pyi file only
Serve = Callable[..., AbstractAsyncContextManager[Stub]]


class GatedEngine(TritonEngine):
    """The real engine, held back until a test lets it go."""

    def __init__(self, triton: TritonClient, model: str, gate: asyncio.Event | None) -> None:
        super().__init__(triton, model, timeout=10.0)
        self._gate = gate

    async def translate(
        self, texts: Sequence[str], source: Language, target: Language, options: Options
    ) -> list[Answer]:
        if self._gate is not None:
            await self._gate.wait()
        return await super().translate(texts, source, target, options)


@asynccontextmanager
async def run_translator(
    url: str,
    detector: LanguageDetector,
    model: str = "translator_echo",
    max_requests: int = 8,
    max_documents: int = 8,
    gate: asyncio.Event | None = None,
    cache: Cache | None = None,
) -> AsyncIterator[str]:
    """Run before the Triton at `url`, and yield where; no translation begins while a gate is not set."""
    triton = TritonClient(url)
    engine = GatedEngine(triton, model, gate)
    limits = Limits(requests=max_requests, documents=max_documents, piece_characters=60)
    translator = Translator(engine, detector, limits, cache or NoCache())
    binding = Binding(
        "sutradhar.translator.v1.TranslatorService",
        pb_grpc.add_TranslatorServiceServicer_to_server,
        TranslatorServicer(translator),
    )
    try:
        async with running(binding, probe=TranslatorProbe(engine, detector)) as target:
            yield target
    finally:
        await translator.close()
        await triton.close()


@asynccontextmanager
async def serve_translator(url: str, detector: LanguageDetector, **options: Any) -> AsyncIterator[Stub]:
    """Like run_translator, but yields a stub."""
    async with run_translator(url, detector, **options) as target:
        channel = connect(target)
        try:
            await channel.channel_ready()
            yield pb_grpc.TranslatorServiceStub(channel)
        finally:
            await channel.close()
