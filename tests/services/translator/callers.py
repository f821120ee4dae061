"""Calls of the translator, as its tests make them."""

from typing import Any

from meshkit.client import calling
from sutradhar.translator.v1 import translator_pb2 as pb
from tests.services.translator.served import Stub


async def translate(
    stub: Stub, texts: list[str], source: str, target: str, **options: Any
) -> list[pb.TranslateResult]:
    """The results of one call."""
    request = pb.TranslateRequest(texts=texts, source_language=source, target_language=target, **options)
    with calling("translator"):
        return list((await stub.Translate(request)).results)


def said(results: list[pb.TranslateResult]) -> list[str]:
    """Each result as its text or its reason."""
    return [each.translation.text or each.error.reason for each in results]


async def read(stub: Stub, text: str, source: str, target: str) -> list[pb.TranslateDocumentResponse]:
    """All pieces of a document."""
    request = pb.TranslateDocumentRequest(text=text, source_language=source, target_language=target)
    with calling("translator"):
        return [piece async for piece in stub.TranslateDocument(request)]
