"""Asking the model only what is new: a text that is there twice once, and one that was translated before never.

A kept translation is found under everything that it depends on: the model's name and fingerprint, both languages, the
options and the text. A glossary is none of it, since its terms are taken out before and put back afterwards. Each batch
is kept as it comes: what was translated before a request failed need not be translated again.
"""

import hashlib
import json
from collections.abc import Sequence

from meshkit.errors import MeshError
from meshkit.languages import Language
from services.translator import metrics
from services.translator.batches import Batches
from services.translator.cache import Cache
from services.translator.texts import Engine, ModelCard, Options, Outcome, Translation, Trust

_Asked = tuple[str, Language]


class Recall:
    """Batches, with a memory."""

    def __init__(self, engine: Engine, batches: Batches, cache: Cache) -> None:
        self._engine = engine
        self._batches = batches
        self._cache = cache

    async def translate(
        self, texts: Sequence[str], sources: Sequence[Language], target: Language, options: Options
    ) -> tuple[list[Outcome], ModelCard]:
        """Translate texts, each from its own language.

        Returns: one outcome for each text, in order, and the card of the model.

        Raises what the engine raises, but for errors that are one text's alone, and InvalidInput for an option that
        the model does not take.
        """
        card = await self._engine.card()
        card.check(options)
        asked = list(zip(texts, sources, strict=True))
        keys = {each: _key(card, *each, target, options) for each in asked}
        outcomes = await self._kept(keys, target)
        fresh = [each for each in keys if each not in outcomes]

        async def keep(places: Sequence[int], found: Sequence[Outcome]) -> None:
            await self._keep(card, [keys[fresh[place]] for place in places], found)

        if fresh:
            wanted, languages = [text for text, _ in fresh], [source for _, source in fresh]
            answers = await self._batches.translate(card, wanted, languages, target, options, keep)
            outcomes.update(zip(fresh, answers, strict=True))
        return [outcomes[each] for each in asked], card

    async def _kept(self, keys: dict[_Asked, str], target: Language) -> dict[_Asked, Outcome]:
        is_open = self._cache.is_open
        values = await self._cache.get(list(keys.values()))
        unpacked = {
            asked: _unpack(value, asked[1], target)
            for asked, value in zip(keys, values, strict=True)
            if value is not None
        }
        found: dict[_Asked, Outcome] = {asked: each for asked, each in unpacked.items() if each is not None}
        if is_open:
            metrics.count_looked_up(len(found), len(keys) - len(found))
        return found

    async def _keep(self, card: ModelCard, keys: Sequence[str], outcomes: Sequence[Outcome]) -> None:
        """Keep a batch, unless another model than the card's may have answered it."""
        values = {
            key: _pack(outcome)
            for key, outcome in zip(keys, outcomes, strict=True)
            if isinstance(outcome, Translation)
        }
        if values and self._cache.is_open and await self._is_installed(card):
            await self._cache.put(values)

    async def _is_installed(self, card: ModelCard) -> bool:
        try:
            return await self._engine.fingerprint() == card.fingerprint
        except MeshError:
            return False  # nobody knows; the answer itself is good all the same


def _key(card: ModelCard, text: str, source: Language, target: Language, options: Options) -> str:
    facts = [
        *(card.engine, card.name, card.fingerprint, source.code, target.code),
        *(options.beam_size, options.max_length, options.native_digits, text),
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _pack(translation: Translation) -> bytes:
    trust = translation.trust
    facts = [translation.text, translation.score, trust.confidence, trust.doubts]
    return json.dumps(facts, ensure_ascii=False).encode()


def _unpack(value: bytes, source: Language, target: Language) -> Translation | None:
    """A kept translation; None for anything that is not one."""
    try:
        text, score, confidence, doubts = json.loads(value)
    except (ValueError, TypeError, RecursionError):
        return None
    numbers = isinstance(score, float | int | None) and isinstance(confidence, float | int | None)
    if not (numbers and isinstance(text, str) and isinstance(doubts, list)):
        return None
    trust = Trust(confidence, tuple(str(doubt) for doubt in doubts))
    return Translation(text, source, target, score, cached=True, trust=trust)
