"""The domain with the real engine behind it: what needs a model, what does not, and in which order it comes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from meshkit.errors import BackendUnavailable, InvalidInput, Overloaded
from meshkit.languages import require_language
from meshkit.limits import ConcurrencyLimiter
from meshkit.triton import TritonClient
from services.translator.cache import NoCache
from services.translator.detection import LanguageDetector
from services.translator.engine import TritonEngine
from services.translator.texts import Failure, Options, Translation
from services.translator.translator import Limits, Translator
from tests.fixtures.triton import Triton
from tests.services.translator.served import NOWHERE

ENGLISH, HINDI = require_language("en", "language"), require_language("hi", "language")


@asynccontextmanager
async def translator_at(url: str, detector: LanguageDetector, limit: int = 8) -> AsyncIterator[Translator]:
    """A translator before the Triton at `url`."""
    client = TritonClient(url)
    engine = TritonEngine(client, "translator_echo", timeout=10.0)
    limiter = ConcurrencyLimiter(limit, "translator")
    made = Translator(engine, detector, limiter, Limits(piece_characters=60), NoCache())
    yield made
    await made.close()
    await client.close()


@pytest.fixture
async def translator(triton: Triton, detector: LanguageDetector) -> AsyncIterator[Translator]:
    """A translator before the real Triton."""
    async with translator_at(triton.grpc_url, detector) as made:
        yield made


@pytest.fixture
async def alone(detector: LanguageDetector) -> AsyncIterator[Translator]:
    """A translator whose Triton is not there."""
    async with translator_at(NOWHERE, detector) as made:
        yield made


async def test_each_text_has_its_outcome_in_its_place(translator: Translator) -> None:
    """Translated, unchanged, empty, too long and unknown: none disturbs its neighbours."""
    texts = ["my dog", "मेरा कुत्ता", "  ", "x" * 2001, "12345"]

    outcomes, card = await translator.translate(texts, None, HINDI, Options())

    assert card and "translator_echo" == card.name
    assert isinstance(outcomes[0], Translation)
    assert (ENGLISH, HINDI) == (outcomes[0].source, outcomes[0].target)
    assert "my dog" != outcomes[0].text
    assert Translation("मेरा कुत्ता", HINDI, HINDI) == outcomes[1]
    reasons = [outcome.reason for outcome in outcomes[2:] if isinstance(outcome, Failure)]
    assert ["EMPTY_TEXT", "TEXT_TOO_LONG", "UNDETECTED_LANGUAGE"] == reasons


async def test_what_needs_no_model_works_without_one(alone: Translator) -> None:
    """A text in the target language is answered, languages are detected, and directions are none, with the reason."""
    outcomes, card = await alone.translate(["मेरा कुत्ता"], None, HINDI, Options())
    detected = await alone.detect(["என் நாய்"])
    pairs, hint = await alone.directions()

    assert ([Translation("मेरा कुत्ता", HINDI, HINDI)], None) == (outcomes, card)
    assert ["ta"] == [each.language.code for each in detected if each.language]
    assert [] == pairs
    assert "" != hint


async def test_a_model_that_is_away_is_said_once_for_all(alone: Translator) -> None:
    """What concerns the whole request is the request's error."""
    with pytest.raises(BackendUnavailable):
        await alone.translate(["my dog"], ENGLISH, HINDI, Options())


async def test_a_document_comes_back_whole(translator: Translator) -> None:
    """The sources joined are the document, and the translations keep its white space."""
    document = "my dog.  your cat.\n\n12345\nmy cat!\n"

    pieces = [piece async for piece in translator.translate_document(document, None, HINDI, Options())]

    assert document == "".join(piece.source for piece in pieces)
    assert list(range(len(pieces))) == [piece.index for piece in pieces]
    assert {len(pieces)} == {piece.total for piece in pieces}
    texts = [piece.outcome.text for piece in pieces if isinstance(piece.outcome, Translation)]
    assert document.count("\n") == "".join(texts).count("\n")


async def test_white_space_is_no_document(translator: Translator) -> None:
    """The error names the field."""
    with pytest.raises(InvalidInput) as info:
        await anext(translator.translate_document(" \n ", None, HINDI, Options()))

    assert ("text", "EMPTY_TEXT") == (info.value.field, info.value.reason)


async def test_beyond_its_limit_it_refuses(triton: Triton, detector: LanguageDetector) -> None:
    """A translator without a free slot says so at once."""
    async with translator_at(triton.grpc_url, detector, limit=0) as full:
        with pytest.raises(Overloaded):
            await full.translate(["my dog"], ENGLISH, HINDI, Options())
