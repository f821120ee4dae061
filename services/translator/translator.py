"""The translator: texts and documents between the 13 languages, over whatever model the engine has."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, TypeVar

from indictext import Piece

from meshkit.errors import BackendUnavailable, DeadlineExceeded, white_space_only
from meshkit.languages import Language
from meshkit.limits import ConcurrencyLimiter
from services.translator import metrics
from services.translator.batches import Batches, BatchLimits
from services.translator.cache import Cache
from services.translator.detection import Detected, LanguageDetector
from services.translator.directions import Pair
from services.translator.documents import DocumentPiece, Trouble, split
from services.translator.glossary import NO_TERMS, Glossary, Protected
from services.translator.ordered import in_order
from services.translator.recall import Recall
from services.translator.scripts import LATIN
from services.translator.sources import (
    Source,
    given_source,
    given_sources_of_pieces,
    source_of,
    sources_of_pieces,
)
from services.translator.texts import (
    EMPTY,
    MAX_TEXT_CHARACTERS,
    PROVIDER_ERROR,
    SURE,
    TOO_LONG,
    Engine,
    Failure,
    ModelCard,
    Options,
    Outcome,
    Translation,
    provider_error,
)
from services.translator.transliteration import Script, Transliteration, transliterate_all

_T = TypeVar("_T")
_TEXTS: Final = BatchLimits()
_PIECES: Final = BatchLimits(in_all=32, small=0, patience=120.0)


@dataclass(frozen=True, slots=True)
class Limits:
    """Requests and documents at once, characters of a document's piece, pieces of one document at the model at once,
    and how texts and pieces get there.
    """

    requests: int = 32
    documents: int = 32
    piece_characters: int = 320
    pieces_at_once: int = 16
    texts: BatchLimits = _TEXTS
    pieces: BatchLimits = _PIECES


class Translator:
    """Translates, transliterates, detects languages and says what can be translated.

    Documents have slots and places at the model of their own: they take minutes, and their readers may be slow.
    """

    def __init__(self, engine: Engine, detector: LanguageDetector, limits: Limits, cache: Cache) -> None:
        self._engine = engine
        self._detector = detector
        self._limits = limits
        self._requests = ConcurrencyLimiter(limits.requests, "translator")
        self._documents = ConcurrencyLimiter(limits.documents, "translator of documents")
        self._texts = Recall(engine, Batches(engine, limits.texts), cache)
        self._pieces = Recall(engine, Batches(engine, limits.pieces), cache)
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
            Overloaded: too many requests at once, or the model's queue stays full.
            DeadlineExceeded: no answer in time.
            ProviderError: an outside translator failed on every text.
        """
        async with self._requests.slot():
            sources = await self._sources(texts, source, target)
            outcomes, card = await self._outcomes(self._texts, texts, sources, target, options, glossary)
        _count_outcomes(outcomes)
        if outcomes and all(isinstance(each, Failure) and each.reason == PROVIDER_ERROR for each in outcomes):
            raise provider_error()
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

        Raises what `translate` raises, also between two pieces, and InvalidInput (EMPTY_TEXT) for white space alone.
        ProviderError says that an outside translator failed on three pieces one after another.
        """
        if not text.strip():
            raise white_space_only("text")
        async with self._documents.slot():
            pieces = await self._in_thread(lambda: split(text, self._limits.piece_characters))
            sources = await self._sources_of_pieces(text, pieces, source, target)
            jobs = (
                self._piece(*pair, target, options, glossary) for pair in zip(pieces, sources, strict=True)
            )
            trouble = Trouble()
            async with aclosing(in_order(jobs, self._limits.pieces_at_once)) as outcomes:
                index = 0
                async for outcome in outcomes:
                    _count_outcomes([outcome])
                    trouble.note(outcome)
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
        outcomes = await self._in_thread(lambda: transliterate_all(texts, source, target))
        _count_outcomes(outcomes)
        return outcomes

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

    async def _sources_of_pieces(
        self, text: str, pieces: Sequence[Piece], source: Language | None, target: Language
    ) -> Sequence[Source]:
        if source == target:
            return [target] * len(pieces)
        if source is not None:
            return await self._in_thread(
                lambda: given_sources_of_pieces(self._detector, pieces, source, target)
            )
        (whole,) = await self.detect([text])
        return await self._in_thread(lambda: sources_of_pieces(self._detector, whole, pieces, target))

    async def _outcomes(
        self,
        recall: Recall,
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
            fresh, card = await recall.translate(
                [each.text for each in wanted], list(needed.values()), target, options
            )
            outcomes.update(zip(needed, map(_restored, wanted, fresh), strict=True))
        return [outcomes[index] for index in range(len(texts))], card

    async def _protect(self, texts: Sequence[str], glossary: Glossary) -> list[Protected]:
        if not glossary:
            return [Protected(text) for text in texts]
        # One at a time: others who need the thread come between two texts, however long a glossary takes.
        return [await self._in_thread(partial(glossary.protect, text)) for text in texts]

    async def _piece(
        self, piece: Piece, source: Source, target: Language, options: Options, glossary: Glossary
    ) -> Outcome:
        (outcome,), _ = await self._outcomes(self._pieces, [piece.text], [source], target, options, glossary)
        if isinstance(outcome, Translation):
            return replace(outcome, text=piece.wrap(outcome.text))
        return outcome

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)


def _without_model(text: str, source: Source, target: Language) -> Outcome | Language:
    """The outcome where it takes no model, or else the language to translate from."""
    if not text.strip():
        return EMPTY
    if len(text) > MAX_TEXT_CHARACTERS:
        return TOO_LONG
    return Translation(text, source, target, trust=SURE) if source == target else source


def _restored(protected: Protected, outcome: Outcome) -> Outcome:
    """An outcome with the glossary's translations in their places."""
    if isinstance(outcome, Failure) or not protected.fixed:
        return outcome
    metrics.count_terms(len(protected.fixed))
    return replace(outcome, text=protected.restore(outcome.text))


def _count_outcomes(outcomes: Sequence[Outcome | Transliteration]) -> None:
    for outcome in outcomes:
        if isinstance(outcome, Failure):
            metrics.count_failure(outcome.reason)
        elif isinstance(outcome, Translation):
            metrics.count_doubts(outcome.trust.doubts)
