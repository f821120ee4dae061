"""The dialect's translation through the real translator, before the real Triton."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from gateway.app import build
from gateway.clients import DEFAULT_TARGETS
from gateway.server import GatewayServer
from gateway.settings import GatewaySettings
from services.translator.detection import LanguageDetector
from tests.fixtures.triton import Triton
from tests.services.translator.served import run_translator

pytestmark = pytest.mark.xdist_group("triton")


@pytest.fixture
async def http(triton: Triton) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of a gateway before a translator with the tests' dictionary."""
    settings = GatewaySettings(port=0, requests_per_second=0, anonymous_per_minute=0, drain_seconds=1)
    async with run_translator(triton.grpc_url, LanguageDetector()) as target:
        server = GatewayServer(build(settings, DEFAULT_TARGETS | {"translator": target}), settings)
        port = await server.start()
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            yield session
        await server.stop()


async def translate(http: aiohttp.ClientSession, text: str, **languages: str) -> tuple[int, dict[str, Any]]:
    """Status and body of one translation into Hindi."""
    body = {"text": text, "target_lang": "hi"} | languages
    async with http.post("/api/translate-text", json=body) as answer:
        return answer.status, await answer.json()


async def test_a_text_is_translated(http: aiohttp.ClientSession) -> None:
    """With its language detected, and where it comes from."""
    status, found = await translate(http, "hello dog")

    expected = {
        "translated_text": "नमस्ते कुत्ता",
        "source_language": "en",
        "target_language": "hi",
        "task": "translation",
        "provider_metadata": {"engine": "triton", "model": "translator_echo", "cached": False, "score": 0.0}
        | {"confidence": 1.0, "low_confidence": False, "doubts": []},
    }
    assert (200, expected) == (status, found)


@pytest.mark.parametrize(
    ("text", "languages", "expected"),
    [
        (" ", {}, (400, "EMPTY_TEXT", "text")),
        ("mera kutta kahan hai", {}, (400, "ROMANISED_TEXT", "text")),
        ("Привет", {}, (400, "UNDETECTED_LANGUAGE", "source_language")),
        ("dog", {"target_lang": "kn"}, (400, "UNSUPPORTED_DIRECTION", "target_language")),
        ("dog", {"target_lang": "fr"}, (400, "UNKNOWN_LANGUAGE", "target_language")),
        ("poison", {}, (502, "MODEL_FAILED", None)),
    ],
)
async def test_what_cannot_be_translated_says_why(
    http: aiohttp.ClientSession, text: str, languages: dict[str, str], expected: tuple[int, str, str | None]
) -> None:
    """The reason, and the field where it is the caller's to mend."""
    status, found = await translate(http, text, **languages)

    assert expected == (status, found["reason"], found.get("field"))
