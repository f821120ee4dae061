"""The translator: texts and documents between the 13 languages, over whatever model the engine has."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TypeVar

from meshkit.errors import BackendUnavailable, DeadlineExceeded, InvalidInput
from meshkit.languages import Language
from meshkit.limits import ConcurrencyLimiter
from services.translator import metrics
from services.translator.batches import Batches
from services.translator.detection import Detected, LanguageDetector
from services.translator.directions import Pair
from services.translator.document import Piece, split_document
from services.translator.ordered import in_order
from services.translator.scripts import NO_LETTERS
from services.translator.texts import MAX_TEXT_CHARACTERS, Engine, Failure, Options, Outcome, Translation

_T = TypeVar("_T")

_EMPTY = Failure("EMPTY_TEXT", "The text is empty.")
_TOO_LONG = Failure("TEXT_TOO_LONG", f"The text is longer than {MAX_TEXT_CHARACTERS} characters.")
_UNDETECTED = Failure(
    "UNDETECTED_LANGUAGE", "The language of the text is none of the 13; give source_language."
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Characters of a document's piece, and how much of one request is at the model at once."""

    piece_characters: int = 400
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
    """Translates, detects languages and says what can be translated."""

    def __init__(
        self, engine: Engine, detector: LanguageDetector, limiter: ConcurrencyLimiter, limits: Limits
    ) -> None:
        self._engine = engine
        self._detector = detector
        self._limiter = limiter
        self._limits = limits
        self._batches = Batches(engine, limits.batches_at_once)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="detect")

    async def close(self) -> None:
        """End the thread that detects and splits after what it is at; what waits is dropped."""
        await asyncio.to_thread(self._pool.shutdown, wait=True, cancel_futures=True)

    async def translate(
        self, texts: Sequence[str], source: Language | None, target: Language, options: Options
    ) -> tuple[list[Outcome], str]:
        """Translate texts into one language; `source` None detects each one's.

        Returns: one outcome for each text, in order, and the name of the model ("" when none was needed: a
        text that is in the target language already is answered unchanged).

        Raises:
            BackendUnavailable: MODEL_NOT_INSTALLED, or the model is away.
            InvalidInput: an option that the model does not take.
            Overloaded: too many requests at once, or the model's queue is full.
            DeadlineExceeded: no answer in time.
        """
        async with self._limiter.slot():
            sources = await self._sources(texts, source)
            outcomes, model = await self._outcomes(texts, sources, target, options)
        _count_failures(outcomes)
        return outcomes, model

    async def translate_document(
        self, text: str, source: Language | None, target: Language
    ) -> AsyncGenerator[DocumentPiece, None]:
        """Translate a long text piece by piece, each given as soon as it and those before it are ready.

        `source` None detects the document's language; a piece in another script is detected on its own. A
        piece without letters is answered unchanged.

        Raises what `translate` raises, and InvalidInput (EMPTY_TEXT) for white space alone.
        """
        async with self._limiter.slot():
            pieces = await self._in_thread(lambda: split_document(text, self._limits.piece_characters))
            if not pieces:
                raise InvalidInput("text: it holds white space only.", field="text", reason="EMPTY_TEXT")
            sources = await self._in_thread(lambda: self._piece_sources(text, pieces, source, target))
            jobs = (self._piece(*pair, target) for pair in zip(pieces, sources, strict=True))
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

    async def directions(self) -> tuple[list[Pair], str]:
        """The pairs that can be translated now, and a sentence that says why when there are none."""
        try:
            card = await self._engine.card()
        except (BackendUnavailable, DeadlineExceeded) as error:
            return [], error.message
        return card.directions.reachable(), ""

    async def _sources(self, texts: Sequence[str], source: Language | None) -> list[Language | None]:
        if source is not None:
            return [source] * len(texts)
        return [found.language for found in await self.detect([text[:MAX_TEXT_CHARACTERS] for text in texts])]

    async def _outcomes(
        self, texts: Sequence[str], sources: Sequence[Language | None], target: Language, options: Options
    ) -> tuple[list[Outcome], str]:
        """The outcomes that need no model, and between them the model's."""
        outcomes: dict[int, Outcome] = {}
        needed: dict[int, Language] = {}
        for index, (text, source) in enumerate(zip(texts, sources, strict=True)):
            decided = _without_model(text, source, target)
            if isinstance(decided, Language):
                needed[index] = decided
            else:
                outcomes[index] = decided
        model = ""
        if needed:
            wanted = [texts[index] for index in needed]
            fresh, model = await self._batches.translate(wanted, list(needed.values()), target, options)
            outcomes.update(zip(needed, fresh, strict=True))
        return [outcomes[index] for index in range(len(texts))], model

    def _piece_sources(
        self, text: str, pieces: Sequence[Piece], source: Language | None, target: Language
    ) -> list[Language | None]:
        """Each piece's language; the target's for a piece without letters, so that it stays unchanged."""
        whole = source or self._detector.detect(text).language
        found = [self._detector.detect(piece.text) for piece in pieces]
        sources: list[Language | None] = []
        for each in found:
            is_whole = whole is not None and (source is not None or each.script == whole.script)
            sources.append(target if each.script == NO_LETTERS else whole if is_whole else each.language)
        return sources

    async def _piece(self, piece: Piece, source: Language | None, target: Language) -> Outcome:
        (outcome,), _ = await self._outcomes([piece.text], [source], target, Options())
        if isinstance(outcome, Translation):
            return replace(outcome, text=piece.wrap(outcome.text))
        return outcome

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)


def _without_model(text: str, source: Language | None, target: Language) -> Outcome | Language:
    """The outcome where it takes no model, or else the language to translate from."""
    if not text.strip():
        return _EMPTY
    if len(text) > MAX_TEXT_CHARACTERS:
        return _TOO_LONG
    if source is None:
        return _UNDETECTED
    return Translation(text, source, target) if source == target else source


def _count_failures(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        if isinstance(outcome, Failure):
            metrics.count_failure(outcome.reason)
