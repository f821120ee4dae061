"""The domain with the real engine behind it: what needs a model, what does not, and in which order it comes."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from prometheus_client import REGISTRY

from meshkit.errors import BackendUnavailable, InvalidInput, Overloaded, ProviderError
from meshkit.languages import require_language
from meshkit.triton import TritonClient
from services.translator.cache import NoCache
from services.translator.detection import LanguageDetector
from services.translator.engine import TritonEngine
from services.translator.glossary import Glossary, Protected, Term
from services.translator.texts import SURE, Failure, Options, Translation
from services.translator.translator import Limits, Translator
from tests.fixtures.triton import Triton
from tests.services.translator.engines import BackwardsEngine
from tests.services.translator.served import NOWHERE

ENGLISH, HINDI = require_language("en", "language"), require_language("hi", "language")


@asynccontextmanager
async def translator_at(url: str, detector: LanguageDetector, limit: int = 8) -> AsyncIterator[Translator]:
    """A translator before the Triton at `url`."""
    client = TritonClient(url)
    engine = TritonEngine(client, "translator_echo", timeout=10.0)
    made = Translator(engine, detector, Limits(requests=limit, piece_characters=60), NoCache())
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
    assert Translation("मेरा कुत्ता", HINDI, HINDI, trust=SURE) == outcomes[1]
    reasons = [outcome.reason for outcome in outcomes[2:] if isinstance(outcome, Failure)]
    assert ["EMPTY_TEXT", "TEXT_TOO_LONG", "UNDETECTED_LANGUAGE"] == reasons


async def test_what_needs_no_model_works_without_one(alone: Translator) -> None:
    """A text in the target language is answered, languages are detected, and directions are none, with the reason."""
    outcomes, card = await alone.translate(["मेरा कुत्ता"], None, HINDI, Options())
    detected = await alone.detect(["என் நாய்"])
    pairs, hint = await alone.directions()

    assert ([Translation("मेरा कुत्ता", HINDI, HINDI, trust=SURE)], None) == (outcomes, card)
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


@asynccontextmanager
async def translator_of(
    engine: BackwardsEngine, detector: LanguageDetector, limits: Limits | None = None
) -> AsyncIterator[Translator]:
    """A translator before an engine in memory."""
    made = Translator(engine, detector, limits or Limits(), NoCache())
    yield made
    await made.close()


class CountingGlossary(Glossary):
    """Counts the texts that it has protected, and says when it begins."""

    def __init__(self, terms: Sequence[Term]) -> None:
        super().__init__(terms)
        self.protected = 0
        self.begun = threading.Event()

    def protect(self, text: str) -> Protected:
        self.protected += 1
        self.begun.set()
        return super().protect(text)


async def test_a_long_request_with_a_glossary_lets_others_through(detector: LanguageDetector) -> None:
    """Who asks for a language comes between two of its texts."""
    glossary = CountingGlossary([Term("dog", "श्वान")])
    async with translator_of(BackwardsEngine(), detector) as made:
        long = asyncio.create_task(
            made.translate(["my dog"] * 256, ENGLISH, HINDI, Options(), glossary=glossary)
        )
        await asyncio.to_thread(glossary.begun.wait, 10)
        await made.detect(["my cat"])
        then = glossary.protected
        await long

    assert then < 256 == glossary.protected


async def test_a_full_model_does_not_end_a_document(detector: LanguageDetector) -> None:
    """Its pieces wait for room."""
    engine = BackwardsEngine()
    engine.refusals = 5
    async with translator_of(engine, detector) as made:
        document = made.translate_document("One. Two. Three.", ENGLISH, HINDI, Options())
        pieces = [piece.outcome async for piece in document]

    assert [Translation] * 3 == [type(outcome) for outcome in pieces]
    assert 0 == engine.refusals


async def test_documents_have_slots_of_their_own(detector: LanguageDetector) -> None:
    """A reader who never comes back to a document keeps nobody from a translation, but from another document."""
    async with translator_of(BackwardsEngine(), detector, Limits(requests=1, documents=1)) as made:
        document = made.translate_document("One. Two.", ENGLISH, HINDI, Options())
        await anext(document)
        outcomes, _ = await made.translate(["one"], ENGLISH, HINDI, Options())
        with pytest.raises(Overloaded):
            await anext(made.translate_document("One.", ENGLISH, HINDI, Options()))
        await document.aclose()

    assert [Translation("eno", ENGLISH, HINDI)] == outcomes


async def test_an_outside_translator_fails_on_one_text_or_on_all(detector: LanguageDetector) -> None:
    """One text is that text's error; all of them are the call's."""
    engine = BackwardsEngine()
    engine.failures = {"bad": "PROVIDER_ERROR", "worse": "PROVIDER_ERROR"}
    async with translator_of(engine, detector) as made:
        outcomes, _ = await made.translate(["one", "bad"], ENGLISH, HINDI, Options())
        with pytest.raises(ProviderError):
            await made.translate(["worse", "bad"], ENGLISH, HINDI, Options())

    assert isinstance(outcomes[0], Translation)
    assert isinstance(outcomes[1], Failure) and "PROVIDER_ERROR" == outcomes[1].reason


async def test_an_outside_translator_that_fails_on_three_pieces_is_given_up(
    detector: LanguageDetector,
) -> None:
    """One piece after another; two are pieces with an error each."""
    engine = BackwardsEngine()
    engine.failures = {"Bad.": "PROVIDER_ERROR"}
    reasons: list[str] = []
    async with translator_of(engine, detector) as made:
        text = "Bad. Bad. Good. Bad. Bad. Bad. Good."
        document = made.translate_document(text, ENGLISH, HINDI, Options())
        for _ in range(5):
            reasons.append(getattr((await anext(document)).outcome, "reason", ""))
        with pytest.raises(ProviderError):
            await anext(document)

    assert ["PROVIDER_ERROR", "PROVIDER_ERROR", "", "PROVIDER_ERROR", "PROVIDER_ERROR"] == reasons


async def test_what_is_in_the_target_language_stays(alone: Translator) -> None:
    """If the caller says so it is believed, in texts and documents alike, whatever the words look like."""
    outcomes, _ = await alone.translate(["mera kutta kahan hai"], HINDI, HINDI, Options())
    document = alone.translate_document("mera kutta kahan hai", HINDI, HINDI, Options())
    pieces = [piece.outcome async for piece in document]

    assert [Translation("mera kutta kahan hai", HINDI, HINDI, trust=SURE)] == outcomes == pieces


async def test_a_document_is_detected_and_counted_once(translator: Translator) -> None:
    """As a text of Translate is; not where its language is given."""
    before = _detected("en")
    for source in (None, ENGLISH):
        document = translator.translate_document("The dog. The cat.", source, HINDI, Options())
        assert 2 == len([piece async for piece in document])

    assert before + 1 == _detected("en")


def _detected(code: str) -> float:
    labels = {"language": code}
    return REGISTRY.get_sample_value("sutradhar_translator_detected_total", labels) or 0.0


async def test_beyond_its_limit_it_refuses(triton: Triton, detector: LanguageDetector) -> None:
    """A translator without a free slot says so at once."""
    async with translator_at(triton.grpc_url, detector, limit=0) as full:
        with pytest.raises(Overloaded):
            await full.translate(["my dog"], ENGLISH, HINDI, Options())
