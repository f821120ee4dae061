"""How many texts go to the model: in batches of bounded size, again where it has no room, never too many at once."""

import asyncio
from collections.abc import Sequence

import pytest

from meshkit import deadline
from meshkit.errors import BackendUnavailable, Overloaded
from meshkit.languages import require_language
from services.translator.batches import Batches, BatchLimits
from services.translator.texts import Failure, Options, Outcome, Translation, Trust
from tests.services.translator.engines import BackwardsEngine

ENGLISH, HINDI, TAMIL = (require_language(code, "code") for code in ("en", "hi", "ta"))
PATIENT, HASTY = BatchLimits(patience=60.0), BatchLimits(patience=0.0)


class Notes:
    """What was told when a batch was done."""

    def __init__(self) -> None:
        self.outcomes: dict[int, Outcome] = {}

    async def take(self, places: Sequence[int], outcomes: Sequence[Outcome]) -> None:
        self.outcomes.update(zip(places, outcomes, strict=True))


async def translate(
    engine: BackwardsEngine, texts: list[str], limits: BatchLimits = PATIENT, notes: Notes | None = None
) -> list[Outcome]:
    """From English and, every third, from Tamil, to Hindi."""
    sources = [TAMIL if place % 3 == 2 else ENGLISH for place in range(len(texts))]
    done = (notes or Notes()).take
    batches = Batches(engine, limits)
    return await batches.translate(await engine.card(), texts, sources, HINDI, Options(), done)


async def test_batches_are_bounded_in_texts_and_characters() -> None:
    """However many the model itself would take; a text longer than a batch is one alone. All come back in order."""
    engine, notes = BackwardsEngine(), Notes()
    texts = [f"{place}:" + "x" * (place * 37 % 400 * (place > 60)) for place in range(254)] + [
        "y" * 2000,
        "z" * 1999,
    ]

    outcomes = await translate(engine, texts, BatchLimits(texts=8, characters=1000), notes)

    assert [text[::-1] for text in texts] == [each.text for each in outcomes if isinstance(each, Translation)]
    assert dict(enumerate(outcomes)) == notes.outcomes
    assert all(len(batch) <= 8 for batch in engine.asked)
    assert all(len(batch) == 1 or sum(map(len, batch)) <= 1000 for batch in engine.asked)
    assert 8 == max(map(len, engine.asked))


async def test_what_was_done_before_a_failure_is_told() -> None:
    """The call fails, but not the work."""
    engine, notes = BackwardsEngine(), Notes()
    engine.errors["bad"] = BackendUnavailable("Away.")

    with pytest.raises(BackendUnavailable):
        await translate(engine, ["one", "two", "bad"], BatchLimits(texts=1, at_once=1), notes)

    assert [0, 1] == sorted(notes.outcomes)


async def test_a_full_model_is_asked_again() -> None:
    """Until it has room."""
    engine = BackwardsEngine()
    engine.refusals = 3

    (outcome,) = await translate(engine, ["one"])

    assert Translation("eno", ENGLISH, HINDI) == outcome


async def test_patience_with_a_full_model_ends() -> None:
    """When its time is over, or the caller's: then the model's own error says when to come back."""
    engine = BackwardsEngine()
    engine.refusals = 1_000_000
    with pytest.raises(Overloaded):
        await translate(engine, ["one"], HASTY)

    async def hurried() -> None:
        deadline.enter(0.0005)
        await translate(engine, ["one"])

    with pytest.raises(Overloaded):
        await asyncio.create_task(hurried())
    assert 1_000_000 - 2 == engine.refusals


@pytest.mark.parametrize(
    ("limits", "most"),
    [(BatchLimits(1, in_all=3, small=0), 3), (BatchLimits(1, at_once=2, in_all=3, small=1), 8)],
)
async def test_all_together_have_a_bound(limits: BatchLimits, most: int) -> None:
    """Of large batches few are at the model, whosesoever they are; small ones are not counted."""
    engine = BackwardsEngine()
    batches, card, notes = Batches(engine, limits), await engine.card(), Notes()

    await asyncio.gather(
        *(
            batches.translate(card, list("abcdefgh"), [ENGLISH] * 8, HINDI, Options(), notes.take)
            for _ in range(4)
        )
    )

    assert most == engine.most_at_once


async def test_two_translations_are_as_good_as_the_worse() -> None:
    """By way of English; what speaks against either speaks against both, once."""
    engine = BackwardsEngine("en-hi,ta-en")
    engine.trusts = {
        "abc": Trust(0.25, ("LOW_SCORE", "REPETITION")),
        "cba": Trust(0.75, ("REPETITION", "LENGTH_RATIO")),
    }

    *_, both, first = await translate(engine, ["x", "y", "abc", "abc"])

    assert isinstance(both, Translation) and isinstance(first, Translation)
    assert Trust(0.25, ("LOW_SCORE", "REPETITION", "LENGTH_RATIO")) == both.trust
    assert engine.trusts["abc"] == first.trust


async def test_a_failure_says_whose_it_is() -> None:
    """The model's, or the outside translator's; a direction that is not covered is the request's."""
    engine = BackwardsEngine("en-hi")
    engine.failures = {"a": "MODEL_FAILED", "b": "PROVIDER_REFUSED"}

    outcomes = await translate(engine, ["a", "b", "c"])

    failures = [each for each in outcomes if isinstance(each, Failure)]
    assert ["MODEL_FAILED", "PROVIDER_REFUSED", "UNSUPPORTED_DIRECTION"] == [each.reason for each in failures]
    assert ["The model", "The outside translator"] == [
        each.message[:length] for each, length in zip(failures, (9, 22), strict=False)
    ]
    assert ["", "", "target_language"] == [each.field for each in failures]
