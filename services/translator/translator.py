"""The translator: texts and documents between the 13 languages, over whatever model the engine has."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TypeVar

from indictext import Piece, fit, split_sentences

from meshkit.errors import BackendUnavailable, DeadlineExceeded, InvalidInput
from meshkit.languages import Language
from meshkit.limits import ConcurrencyLimiter
from services.translator import metrics
from services.translator.batches import Batches
from services.translator.cache import Cache
from services.translator.detection import Detected, LanguageDetector
from services.translator.directions import Pair
from services.translator.glossary import NO_TERMS, Glossary, Protected
from services.translator.ordered import in_order
from services.translator.recall import Recall
from services.translator.scripts import LATIN
from services.translator.sources import Source, given_source, source_of, sources_of_pieces
from services.translator.texts import (
    EMPTY,
    MAX_TEXT_CHARACTERS,
    TOO_LONG,
    Engine,
    Failure,
    ModelCard,
    Options,
    Outcome,
    Translation,
)
from services.translator.transliteration import Script, Transliteration, transliterate_all

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Limits:
    """Characters of a document's piece, and how much of one request is at the model at once."""

    piece_characters: int = 320
    batches_at_once: int = 2
    pieces_at_once: int = 16


@dataclass(frozen=True, slots=True)
class DocumentPiece:
    """One piece of a document and its outcome, both with the document's white space around them."""

    index: int
    total: int
    source: str
    outcome: Outcome


class Translator:
    """Translates, transliterates, detects languages and says what can be translated."""

    def __init__(
        self,
        engine: Engine,
        detector: LanguageDetector,
        limiter: ConcurrencyLimiter,
        limits: Limits,
        cache: Cache,
    ) -> None:
        self._engine = engine
        self._detector = detector
        self._limiter = limiter
        self._limits = limits
        self._recall = Recall(engine, Batches(engine, limits.batches_at_once), cache)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="texts")

    async def close(self) -> None:
        """End the thread that detects and splits after what it is at; what waits is dropped."""
        await asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)

    async def translate(
        self,
        texts: Sequence[str],
        source: Language | None,
        target: Language,
        options: Options,
        glossary: Glossary = NO_TERMS,
    ) -> tuple[list[Outcome], ModelCard | None]:
        """Translate texts into one language; `source` None detects each one's.

        Returns: one outcome for each text, in order, and the card of the model (None when none was needed: a
        text that is in the target language already is answered unchanged).

        Raises:
            BackendUnavailable: MODEL_NOT_INSTALLED, or the model is away.
            InvalidInput: an option that the model does not take.
            Overloaded: too many requests at once, or the model's queue is full.
            DeadlineExceeded: no answer in time.
            ProviderError: an outside translator failed.
        """
        async with self._limiter.slot():
            sources = await self._sources(texts, source, target)
            outcomes, card = await self._outcomes(texts, sources, target, options, glossary)
        _count_failures(outcomes)
        return outcomes, card

    async def translate_document(
        self,
        text: str,
        source: Language | None,
        target: Language,
        options: Options,
        glossary: Glossary = NO_TERMS,
    ) -> AsyncGenerator[DocumentPiece, None]:
        """Translate a long text piece by piece, each given as soon as it and those before it are ready.

        `source` None detects the document's language; a piece in another script is detected on its own. A
        piece without letters is answered unchanged.

        Raises what `translate` raises, and InvalidInput (EMPTY_TEXT) for white space alone.
        """
        if not text.strip():
            raise InvalidInput("text: it holds white space only.", field="text", reason="EMPTY_TEXT")
        async with self._limiter.slot():
            pieces = await self._in_thread(lambda: _split(text, self._limits.piece_characters))
            sources = await self._in_thread(
                lambda: sources_of_pieces(self._detector, text, pieces, source, target)
            )
            jobs = (
                self._piece(*pair, target, options, glossary) for pair in zip(pieces, sources, strict=True)
            )
            async with aclosing(in_order(jobs, self._limits.pieces_at_once)) as outcomes:
                index = 0
                async for outcome in outcomes:
                    _count_failures([outcome])
                    yield DocumentPiece(index, len(pieces), pieces[index].source, outcome)
                    index += 1

    async def detect(self, texts: Sequence[str]) -> list[Detected]:
        """Detect the language of each text."""
        found = await self._in_thread(lambda: [self._detector.detect(text) for text in texts])
        for each in found:
            metrics.count_detected(each.language)
        return found

    async def transliterate(
        self, texts: Sequence[str], source: Script | None, target: Script
    ) -> list[Transliteration | Failure]:
        """Write each text in another script; `source` None is the script of most of its letters."""
        return await self._in_thread(lambda: transliterate_all(texts, source, target))

    async def directions(self) -> tuple[list[Pair], str]:
        """The pairs that can be translated now, and a sentence that says why when there are none."""
        try:
            card = await self._engine.card()
        except (BackendUnavailable, DeadlineExceeded) as error:
            return [], error.message
        return card.directions.reachable(), ""

    async def _sources(
        self, texts: Sequence[str], source: Language | None, target: Language
    ) -> Sequence[Source]:
        if source is not None and (source == target or source.script == LATIN):
            return [source] * len(texts)
        heads = [text[:MAX_TEXT_CHARACTERS] for text in texts]
        if source is None:
            return [source_of(found) for found in await self.detect(heads)]
        return await self._in_thread(
            lambda: [given_source(self._detector.detect(head), source) for head in heads]
        )

    async def _outcomes(
        self,
        texts: Sequence[str],
        sources: Sequence[Source],
        target: Language,
        options: Options,
        glossary: Glossary,
    ) -> tuple[list[Outcome], ModelCard | None]:
        """The outcomes that need no model, and between them the model's."""
        decided = [_without_model(text, source, target) for text, source in zip(texts, sources, strict=True)]
        needed = {index: each for index, each in enumerate(decided) if isinstance(each, Language)}
        outcomes = {index: each for index, each in enumerate(decided) if not isinstance(each, Language)}
        card = None
        if needed:
            wanted = await self._protect([texts[index] for index in needed], glossary)
            fresh, card = await self._recall.translate(
                [each.text for each in wanted], list(needed.values()), target, options
            )
            outcomes.update(zip(needed, map(_restored, wanted, fresh), strict=True))
        return [outcomes[index] for index in range(len(texts))], card

    async def _protect(self, texts: Sequence[str], glossary: Glossary) -> list[Protected]:
        if not glossary:
            return [Protected(text) for text in texts]
        return await self._in_thread(lambda: [glossary.protect(text) for text in texts])

    async def _piece(
        self, piece: Piece, source: Source, target: Language, options: Options, glossary: Glossary
    ) -> Outcome:
        (outcome,), _ = await self._outcomes([piece.text], [source], target, options, glossary)
        if isinstance(outcome, Translation):
            return replace(outcome, text=piece.wrap(outcome.text))
        return outcome

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)


def _split(text: str, limit: int) -> list[Piece]:
    """Sentences and lines, cut where they are longer than `limit` characters."""
    return list(fit(split_sentences(text), limit, len))


def _without_model(text: str, source: Source, target: Language) -> Outcome | Language:
    """The outcome where it takes no model, or else the language to translate from."""
    if not text.strip():
        return EMPTY
    if len(text) > MAX_TEXT_CHARACTERS:
        return TOO_LONG
    return Translation(text, source, target) if source == target else source


def _restored(protected: Protected, outcome: Outcome) -> Outcome:
    """An outcome with the glossary's translations in their places."""
    if isinstance(outcome, Failure) or not protected.fixed:
        return outcome
    metrics.count_terms(len(protected.fixed))
    return replace(outcome, text=protected.restore(outcome.text))


def _count_failures(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        if isinstance(outcome, Failure):
            metrics.count_failure(outcome.reason)
