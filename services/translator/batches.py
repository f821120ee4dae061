"""Taking many texts through the model: batches by direction, hops, waiting for room, isolating a bad text."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, nullcontext
from dataclasses import dataclass, replace
from typing import Final

from meshkit import deadline
from meshkit.errors import Internal, InvalidInput, Overloaded
from meshkit.languages import Language
from meshkit.log import get_logger
from services.translator import metrics
from services.translator.directions import Pair
from services.translator.ordered import in_order
from services.translator.texts import (
    MODEL_FAILED,
    PROVIDER_ERROR,
    PROVIDER_REFUSED,
    Answer,
    Engine,
    Failure,
    ModelCard,
    Options,
    Outcome,
    Translation,
)

_log = get_logger(__name__)
_FAILURE_MESSAGE: Final = "The model could not translate this text."
_MESSAGES: Final = {
    PROVIDER_REFUSED: "The outside translator refuses this text.",
    PROVIDER_ERROR: "The outside translator gives no good answer to this text.",
}
_WAIT: Final = 1.0  # seconds before the next try, where the model does not say
_SPREAD: Final = 1.5  # those who were refused together do not come back together

Done = Callable[[Sequence[int], Sequence[Outcome]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """Texts and characters of one batch at most; batches of one request at the model at once, and of all together.

    Batches of no more than `small` characters are not counted among all: who has a sentence waits for no page.
    `patience` is for how many seconds one batch is offered to a model that has no room for it.
    """

    texts: int = 32
    characters: int = 2_000
    at_once: int = 2
    in_all: int = 8
    small: int = 320
    patience: float = 10.0


class Batches:
    """Translates with the engine's model, a few batches of one request at a time."""

    def __init__(self, engine: Engine, limits: BatchLimits) -> None:
        self._engine = engine
        self._limits = limits
        self._places = asyncio.Semaphore(limits.in_all)

    async def translate(
        self,
        card: ModelCard,
        texts: Sequence[str],
        sources: Sequence[Language],
        target: Language,
        options: Options,
        done: Done,
    ) -> list[Outcome]:
        """Translate texts, each from its own language, with the model of a card; one outcome each, in order.

        `done` is told the places and outcomes of each batch as soon as it is answered, whatever becomes of the others.

        Raises what the engine raises, but for errors that are one text's alone.
        """
        outcomes: dict[int, Outcome] = {}

        async def one(source: Language, indexes: Sequence[int]) -> None:
            found = await self._along(card, [texts[index] for index in indexes], source, target, options)
            outcomes.update(zip(indexes, found, strict=True))
            await done(indexes, found)

        plan = _plan(texts, sources, min(self._limits.texts, card.max_batch), self._limits.characters)
        async with aclosing(in_order((one(*batch) for batch in plan), self._limits.at_once)) as batches:
            async for _ in batches:
                pass
        return [outcomes[index] for index in range(len(texts))]

    async def _along(
        self, card: ModelCard, texts: Sequence[str], source: Language, target: Language, options: Options
    ) -> list[Outcome]:
        """Take texts along one or two translations; one that fails on the first misses the second."""
        route = card.directions.route(source, target)
        if not route:
            return [_unsupported(source, target)] * len(texts)
        answers = [Answer(text) for text in texts]
        for hop in route:
            alive = [index for index, answer in enumerate(answers) if not answer.failure]
            fresh = await self._hop([answers[index].text for index in alive], hop, options)
            for index, answer in zip(alive, fresh, strict=True):
                answers[index] = replace(answer, trust=answers[index].trust.and_then(answer.trust))
        return [_outcome(answer, source, target, is_direct=len(route) == 1) for answer in answers]

    async def _hop(self, texts: Sequence[str], pair: Pair, options: Options) -> list[Answer]:
        """One translation of all texts.

        A model without errors of its own for each text fails a whole batch for one bad text. Then the halves
        are tried on their own, down to single texts: 2n calls at the worst.
        """
        if not texts:
            return []
        started = time.perf_counter()
        try:
            answers = await self._ask(texts, pair, options)
        except (Internal, InvalidInput) as error:
            if len(texts) == 1:
                _log.warning("the model failed on a text", pair=_name(*pair), reason=error.reason)
                return [Answer("", failure=MODEL_FAILED)]
            middle = len(texts) // 2
            first = await self._hop(texts[:middle], pair, options)
            return first + await self._hop(texts[middle:], pair, options)
        metrics.count_batch(*pair, len(texts), sum(map(len, texts)), time.perf_counter() - started)
        return answers

    async def _ask(self, texts: Sequence[str], pair: Pair, options: Options) -> list[Answer]:
        """Ask again while the model has no room, as long as patience and the caller's time allow."""
        async with self._place(texts):
            until = time.monotonic() + self._limits.patience
            while True:
                try:
                    return await self._engine.translate(texts, *pair, options)
                except Overloaded as error:
                    wait = (error.retry_after or _WAIT) * random.uniform(1.0, _SPREAD)  # noqa: S311 - spreads load
                    if time.monotonic() + wait > until or not _has_time(wait):
                        raise
                    await asyncio.sleep(wait)

    def _place(self, texts: Sequence[str]) -> AbstractAsyncContextManager[None]:
        """Waiting here takes nothing of the time that a batch has at the model."""
        return nullcontext() if sum(map(len, texts)) <= self._limits.small else self._places


def _has_time(seconds: float) -> bool:
    left = deadline.remaining()
    return left is None or left > seconds


def _plan(
    texts: Sequence[str], sources: Sequence[Language], most: int, characters: int
) -> list[tuple[Language, list[int]]]:
    """The texts' indexes by language, in batches of at most so many texts and, but for a single one, characters."""
    by_language: defaultdict[Language, list[int]] = defaultdict(list)
    for index, source in enumerate(sources):
        by_language[source].append(index)
    return [
        (source, batch)
        for source, indexes in by_language.items()
        for batch in _cut(indexes, texts, most, characters)
    ]


def _cut(indexes: Iterable[int], texts: Sequence[str], most: int, characters: int) -> Iterable[list[int]]:
    batch: list[int] = []
    size = 0
    for index in indexes:
        length = len(texts[index])
        if batch and (len(batch) == most or size + length > characters):
            yield batch
            batch, size = [], 0
        batch.append(index)
        size += length
    yield batch


def _outcome(answer: Answer, source: Language, target: Language, is_direct: bool) -> Outcome:
    """A score is kept for a direct translation only: that of two hops would be of the second alone."""
    if answer.failure:
        return Failure(answer.failure, _MESSAGES.get(answer.failure, _FAILURE_MESSAGE))
    score = answer.score if is_direct else None
    return Translation(answer.text, source, target, score, trust=answer.trust)


def _unsupported(source: Language, target: Language) -> Failure:
    message = f"The installed model does not translate {_name(source, target)}."
    return Failure("UNSUPPORTED_DIRECTION", message, "target_language")


def _name(source: Language, target: Language) -> str:
    return f"{source.code} to {target.code}"
