"""An outside translator that speaks HTTP, such as AI4Bharat's server, in the place of a model on Triton.

One text is one request: a POST of `{"text", "source_language", "target_language", "task": "translation"}`, languages in
ISO 639-1, answered by `{"translated_text"}`. The address is the operator's own, so that private ones are fine;
redirects are not followed.
"""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from meshkit import deadline
from meshkit.errors import DeadlineExceeded, ProviderError
from meshkit.languages import Language
from meshkit.log import get_logger
from services.translator import metrics
from services.translator.directions import Directions
from services.translator.ordered import in_order
from services.translator.texts import Answer, ModelCard, Options

_log = get_logger(__name__)

PROVIDER_REFUSED: Final = "PROVIDER_REFUSED"
_MAX_BATCH: Final = 16
_ANSWER_BYTES: Final = 256 * 1024
_LONGEST_WAIT: Final = 10.0
_OK: Final = 200
# What says that this one text is at fault; other 4xx concern the address or the key.
_REFUSALS: Final = frozenset({400, 413, 422})
_TRY_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Provider:
    """Where the translator is, and the patience with it. Waits grow by `factor`, from `base_seconds`."""

    url: str
    seconds: float = 10.0
    requests: int = 8
    retries: int = 3
    factor: float = 1.5
    base_seconds: float = 0.5


class _Again(Exception):
    """Worth another try, `after` so many seconds if the translator said so."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


class HttpEngine:
    """Translates between every pair through an outside translator. Must be made inside a running event loop."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._slots = asyncio.Semaphore(provider.requests)
        # No proxy or credential comes from the environment, and no cookie is kept.
        self._session = aiohttp.ClientSession(
            cookie_jar=aiohttp.DummyCookieJar(),
            connector=aiohttp.TCPConnector(limit=provider.requests),
            timeout=aiohttp.ClientTimeout(total=None),
        )
        fingerprint = hashlib.sha256(provider.url.encode()).hexdigest()
        self._card = ModelCard(
            "ai4bharat", _MAX_BATCH, Directions.parse(""), fingerprint=fingerprint, engine="http"
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def card(self) -> ModelCard:
        """See texts.Engine; it takes no options."""
        return self._card

    async def ready(self) -> bool:
        """Say no, so that nothing is translated to see how it is: each such word may cost money."""
        return False

    async def translate(
        self, texts: Sequence[str], source: Language, target: Language, options: Options
    ) -> list[Answer]:
        """See texts.Engine; a text that the translator refuses fails alone.

        Raises:
            ProviderError: no good answer after all tries.
            DeadlineExceeded: the caller's time is over.
        """
        jobs = (self._one(text, source, target) for text in texts)
        async with aclosing(in_order(jobs, self._provider.requests)) as answers:
            return [answer async for answer in answers]

    async def _one(self, text: str, source: Language, target: Language) -> Answer:
        body = {
            "text": text,
            "source_language": source.code,
            "target_language": target.code,
            "task": "translation",
        }
        async with self._slots:
            async for wait in self._waits():
                try:
                    return await self._try(body)
                except _Again as error:
                    metrics.count_attempt("retried")
                    _log.warning("the outside translator failed", why=str(error))
                    wait.lengthen(error.after)
        metrics.count_attempt("failed")
        raise ProviderError("The outside translator does not answer as it should.", retry_after=_LONGEST_WAIT)

    async def _waits(self) -> AsyncIterator["_Wait"]:
        """One for each try; between them it waits."""
        seconds = self._provider.base_seconds
        for left in range(self._provider.retries, -1, -1):
            wait = _Wait(seconds)
            yield wait
            if left:
                await _sleep(wait.seconds)
            seconds *= self._provider.factor

    async def _try(self, body: dict[str, str]) -> Answer:
        seconds = deadline.budget(self._provider.seconds)
        try:
            async with asyncio.timeout(seconds):
                async with self._session.post(
                    self._provider.url, json=body, allow_redirects=False
                ) as response:
                    return await _answer(response)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            deadline.budget(None)  # the caller's time, and not the translator's, may be what is over
            raise _Again(repr(error)) from error


class _Wait:
    """The seconds before the next try."""

    def __init__(self, seconds: float) -> None:
        self.seconds = min(seconds, _LONGEST_WAIT)

    def lengthen(self, asked: float | None) -> None:
        """Wait as long as the translator asked, within reason."""
        if asked is not None:
            self.seconds = min(max(self.seconds, asked), _LONGEST_WAIT)


async def _sleep(seconds: float) -> None:
    """Raise DeadlineExceeded at once where the caller's time would be over after the wait."""
    left = deadline.remaining()
    if left is not None and left <= seconds:
        raise DeadlineExceeded("The outside translator failed, and no time is left to try again.")
    await asyncio.sleep(seconds)


async def _answer(response: aiohttp.ClientResponse) -> Answer:
    """What a response means. Raises _Again where another try may help, ProviderError where none will."""
    if response.status in _TRY_AGAIN:
        raise _Again(f"status {response.status}", _retry_after(response))
    if response.status in _REFUSALS:
        metrics.count_attempt("refused")
        return Answer("", failure=PROVIDER_REFUSED)
    if response.status != _OK:
        metrics.count_attempt("failed")
        _log.error("the outside translator refuses us", status=response.status)
        raise ProviderError("The outside translator refuses the service.")
    text = _translated(await _read(response))
    metrics.count_attempt("ok")
    return Answer(text)


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > _ANSWER_BYTES:
            raise _Again("its answer is too long")
    return bytes(body)


def _translated(body: bytes) -> str:
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _Again("its answer is no JSON") from error
    text = found.get("translated_text") if isinstance(found, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise _Again("its answer has no translated_text")
    return text


def _retry_after(response: aiohttp.ClientResponse) -> float | None:
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isascii() and value.isdigit() else None
