"""An outside translator that speaks HTTP, such as AI4Bharat's server, in the place of a model on Triton.

One text is one request: a POST of `{"text", "source_language", "target_language", "task": "translation"}`, languages in
ISO 639-1, answered by `{"translated_text"}`. The address is the operator's own, so that private ones are fine;
redirects are not followed.
"""

import asyncio
import hashlib
import json
from collections.abc import Sequence
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
from services.translator.texts import (
    PROVIDER_ERROR,
    PROVIDER_REFUSED,
    Answer,
    ModelCard,
    Options,
    provider_error,
)

_log = get_logger(__name__)

_MAX_BATCH: Final = 16
_ANSWER_BYTES: Final = 256 * 1024
_LONGEST_WAIT: Final = 10.0
_OK: Final = 200
# What says that this one text is at fault; other 4xx concern the address or the key.
_REFUSALS: Final = frozenset({400, 413, 422})
_TRY_AGAIN: Final = frozenset({408, 425, 429, *range(500, 600)})
# So many texts of one batch, and none of them answered: it is the translator, and no text.
_SURELY_AWAY: Final = 4


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

    async def fingerprint(self) -> str:
        """See texts.Engine."""
        return self._card.fingerprint

    async def ready(self) -> bool:
        """Say no: a probe may not ask, for each word may cost money."""
        return False

    async def translate(
        self, texts: Sequence[str], source: Language, target: Language, options: Options
    ) -> list[Answer]:
        """See texts.Engine; a text that the translator refuses, or fails on in every try, fails alone.

        Raises:
            ProviderError: wrong address or key, or no good answer to any of several texts after all tries.
            DeadlineExceeded: the caller's time is over.
        """
        jobs = (self._one(text, source, target) for text in texts)
        async with aclosing(in_order(jobs, self._provider.requests)) as found:
            answers = [answer async for answer in found]
        if len(answers) >= _SURELY_AWAY and all(each.failure == PROVIDER_ERROR for each in answers):
            raise provider_error()
        return answers

    async def _one(self, text: str, source: Language, target: Language) -> Answer:
        body = {
            "text": text,
            "source_language": source.code,
            "target_language": target.code,
            "task": "translation",
        }
        seconds = self._provider.base_seconds
        for left in range(self._provider.retries, -1, -1):
            try:
                return await self._try(body)
            except _Again as error:
                _log.warning("the outside translator failed", why=str(error), tries_left=left)
                if left:
                    await _pause(wait_of(seconds, error.after))
            seconds *= self._provider.factor
        metrics.count_attempt("failed")
        return Answer("", failure=PROVIDER_ERROR)

    async def _try(self, body: dict[str, str]) -> Answer:
        """One request, in a slot that others have while this text waits for its next try."""
        async with self._slots:
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


def wait_of(own: float, asked: float | None) -> float:
    """Seconds before the next try: as long as the translator asks for, within reason."""
    return min(max(own, asked or 0.0), _LONGEST_WAIT)


async def _pause(seconds: float) -> None:
    """Raise DeadlineExceeded at once where the caller's time would be over after the wait."""
    left = deadline.remaining()
    if left is not None and left <= seconds:
        metrics.count_attempt("failed")
        raise DeadlineExceeded("The outside translator failed, and no time is left to try again.")
    metrics.count_attempt("retried")
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
    try:
        text.encode()
    except UnicodeEncodeError as error:  # half of a pair, such as "\ud83d"
        raise _Again("its answer is no text") from error
    return text


def _retry_after(response: aiohttp.ClientResponse) -> float | None:
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isascii() and value.isdigit() else None
