"""TranslatorService of translator.proto: convert, call, convert."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from services.translator import convert
from services.translator.translator import Translator
from sutradhar.translator.v1 import translator_pb2 as pb
from sutradhar.translator.v1 import translator_pb2_grpc as pb_grpc


class TranslatorServicer(pb_grpc.TranslatorServiceServicer):
    """Serves a Translator."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator

    async def Translate(self, request: pb.TranslateRequest, context: Any) -> pb.TranslateResponse:
        """Translate 1 to 256 texts."""
        source, target = (
            convert.to_source(request.source_language),
            convert.to_target(request.target_language),
        )
        glossary = convert.to_glossary(request.glossary)
        outcomes, card = await self._translator.translate(
            request.texts, source, target, convert.to_options(request), glossary
        )
        return convert.from_outcomes(outcomes, card)

    async def TranslateDocument(
        self, request: pb.TranslateDocumentRequest, context: Any
    ) -> AsyncIterator[pb.TranslateDocumentResponse]:
        """Translate a long text piece by piece."""
        source, target = (
            convert.to_source(request.source_language),
            convert.to_target(request.target_language),
        )
        options, glossary = convert.to_document_options(request), convert.to_glossary(request.glossary)
        document = self._translator.translate_document(request.text, source, target, options, glossary)
        async with aclosing(document) as pieces:
            async for piece in pieces:
                yield convert.from_piece(piece)

    async def Transliterate(self, request: pb.TransliterateRequest, context: Any) -> pb.TransliterateResponse:
        """Write 1 to 256 texts in another script."""
        source, target = convert.to_source_script(request.source), convert.to_target_script(request.target)
        return convert.from_transliterations(
            await self._translator.transliterate(request.texts, source, target)
        )

    async def DetectLanguage(
        self, request: pb.DetectLanguageRequest, context: Any
    ) -> pb.DetectLanguageResponse:
        """Detect the language of 1 to 256 texts."""
        return convert.from_detected(await self._translator.detect(request.texts))

    async def ListLanguages(self, request: pb.ListLanguagesRequest, context: Any) -> pb.ListLanguagesResponse:
        """List the languages, and the directions that can be translated now."""
        directions, hint = await self._translator.directions()
        return convert.from_directions(directions, hint)
