"""Taking many texts through the model: batches by direction, hops, and the isolation of a bad text."""

import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import aclosing

from meshkit.errors import Internal, InvalidInput
from meshkit.languages import Language
from meshkit.log import get_logger
from services.translator import metrics
from services.translator.directions import Pair
from services.translator.ordered import in_order
from services.translator.texts import (
    MODEL_FAILED,
    Answer,
    Engine,
    Failure,
    ModelCard,
    Options,
    Outcome,
    Translation,
)

_log = get_logger(__name__)
_FAILURE_MESSAGE = "The model could not translate this text."


class Batches:
    """Translates with the engine's model, a few batches of one request at a time."""

    def __init__(self, engine: Engine, at_once: int) -> None:
        self._engine = engine
        self._at_once = at_once

    async def translate(
        self,
        card: ModelCard,
        texts: Sequence[str],
        sources: Sequence[Language],
        target: Language,
        options: Options,
    ) -> list[Outcome]:
        """Translate texts, each from its own language, with the model of a card; one outcome each, in order.

        Raises what the engine raises, but for errors that are one text's alone.
        """
        batches = _plan(sources, card.max_batch)
        jobs = (
            self._along(card, [texts[index] for index in indexes], source, target, options)
            for source, indexes in batches
        )
        outcomes: dict[int, Outcome] = {}
        remaining = iter(batches)
        async with aclosing(in_order(jobs, self._at_once)) as results:
            async for result in results:
                outcomes.update(zip(next(remaining)[1], result, strict=True))
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
                answers[index] = answer
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
            answers = await self._engine.translate(texts, *pair, options)
        except (Internal, InvalidInput) as error:
            if len(texts) == 1:
                _log.warning("the model failed on a text", pair=_name(*pair), reason=error.reason)
                return [Answer("", failure=MODEL_FAILED)]
            middle = len(texts) // 2
            first = await self._hop(texts[:middle], pair, options)
            return first + await self._hop(texts[middle:], pair, options)
        metrics.count_batch(*pair, len(texts), sum(map(len, texts)), time.perf_counter() - started)
        return answers


def _plan(sources: Sequence[Language], max_batch: int) -> list[tuple[Language, list[int]]]:
    """The texts' indexes by language, in batches that the model takes."""
    by_language: defaultdict[Language, list[int]] = defaultdict(list)
    for index, source in enumerate(sources):
        by_language[source].append(index)
    return [
        (source, indexes[start : start + max_batch])
        for source, indexes in by_language.items()
        for start in range(0, len(indexes), max_batch)
    ]


def _outcome(answer: Answer, source: Language, target: Language, is_direct: bool) -> Outcome:
    """A score is kept for a direct translation only: that of two hops would be of the second alone."""
    if answer.failure:
        return Failure(answer.failure, _FAILURE_MESSAGE)
    return Translation(answer.text, source, target, answer.score if is_direct else None)


def _unsupported(source: Language, target: Language) -> Failure:
    return Failure(
        "UNSUPPORTED_DIRECTION", f"The installed model does not translate {_name(source, target)}."
    )


def _name(source: Language, target: Language) -> str:
    return f"{source.code} to {target.code}"
