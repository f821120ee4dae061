"""What a request may ask for beyond a translation: glossaries, digits, what was kept, other scripts."""

import pytest

from meshkit.client import calling
from meshkit.errors import InvalidInput
from meshkit.redis_client import connect_redis
from services.translator.cache import CacheLimits, RedisCache
from sutradhar.translator.v1 import translator_pb2 as pb
from tests.services.translator.callers import read, said, translate
from tests.services.translator.served import Serve

pytestmark = pytest.mark.xdist_group("triton")


async def test_a_glossary_is_honoured(serve: Serve) -> None:
    """In texts and documents, for every occurrence, on both ways of a translation through English."""
    glossary = [
        pb.GlossaryEntry(term="cat", translation="मार्जार"),
        pb.GlossaryEntry(term="நாய்", translation="श्वान"),
    ]
    texts = ["dog Cat cat catalogue", "நாய் பூனை"]
    document = pb.TranslateDocumentRequest(
        text="Good cat. Big cat.", source_language="en", target_language="hi", glossary=glossary
    )
    async with serve() as stub:
        response = await stub.Translate(
            pb.TranslateRequest(texts=texts, target_language="hi", glossary=glossary)
        )
        pieces = [piece.result.translation.text async for piece in stub.TranslateDocument(document)]

    assert ["कुत्ता मार्जार मार्जार catalogue", "श्वान बिल्ली"] == said(list(response.results))
    assert ["अच्छा मार्जार। ", "बड़ा मार्जार।"] == pieces


async def test_a_wrong_glossary_is_refused(serve: Serve) -> None:
    """By the place of the term, before anything is translated; its size is bounded."""
    wrong = {
        "glossary[1].term": [pb.GlossaryEntry(term=term, translation="x") for term in ("Dog", "dog")],
        "glossary[0].translation": [pb.GlossaryEntry(term="dog")],
        "glossary": [pb.GlossaryEntry(term=f"t{n}", translation="x") for n in range(65)],
    }
    fields = []
    async with serve() as stub:
        for entries in wrong.values():
            request = pb.TranslateRequest(texts=["dog"], target_language="hi", glossary=entries)
            with pytest.raises(InvalidInput) as caught, calling("translator"):
                await stub.Translate(request)
            fields.append(caught.value.field)

    assert list(wrong) == fields


async def test_digits_are_of_the_targets_script_where_that_is_asked_for(serve: Serve) -> None:
    """In texts and documents; also at the end of a way through English."""
    document = pb.TranslateDocumentRequest(
        text="12 dog", source_language="en", target_language="hi", native_digits=True
    )
    async with serve() as stub:
        plain = await translate(stub, ["12 dog"], "en", "hi")
        native = await translate(stub, ["12 dog"], "en", "hi", native_digits=True)
        bridged = await translate(stub, ["12 நாய்"], "ta", "hi", native_digits=True)
        pieces = [piece.result.translation.text async for piece in stub.TranslateDocument(document)]

    assert ["12 कुत्ता"] == said(plain)
    assert ["१२ कुत्ता"] == said(native) == said(bridged) == pieces


async def test_what_was_translated_before_says_so(serve: Serve, redis_url: str) -> None:
    """The second answer comes from Redis, with the same text, score and model."""
    redis = connect_redis(redis_url, text=False)
    request = pb.TranslateRequest(texts=["dog", "cow"], source_language="en", target_language="hi")
    async with serve(cache=RedisCache(redis, CacheLimits(answer_seconds=5.0))) as stub:
        first = await stub.Translate(request)
        second = await stub.Translate(request)
    await redis.aclose()

    assert [False, False] == [each.translation.cached for each in first.results]
    assert [True, True] == [each.translation.cached for each in second.results]
    assert said(list(first.results)) == said(list(second.results))
    assert ("translator_echo", "triton") == (second.model, second.engine)


async def test_romanised_texts_are_not_taken_for_english(serve: Serve) -> None:
    """They fail with a reason, in documents piece by piece; only who gives `en` is believed."""
    texts = ["mera kutta kahan hai", "my dog"]
    async with serve() as stub:
        detected = await stub.DetectLanguage(pb.DetectLanguageRequest(texts=texts))
        guessed = await translate(stub, texts, "auto", "ta")
        given = await translate(stub, texts, "en", "ta")
        wrong = await translate(stub, [texts[0], "कुत्ता"], "hi", "ta")
        pieces = await read(stub, "My dog sleeps. Mera kutta kahan hai? दूध।", "auto", "hi")

    assert [("hi", "Latn", True), ("en", "Latn", False)] == [
        (each.language, each.script, each.romanised) for each in detected.results
    ]
    assert ["ROMANISED_TEXT", "my நாய்"] == said(guessed)
    assert "Hindi" in guessed[0].error.message
    assert ["mera kutta kahan hai", "my நாய்"] == said(given)
    assert ["ROMANISED_TEXT", "நாய்"] == said(wrong)
    assert ["", "ROMANISED_TEXT", ""] == [piece.result.error.reason for piece in pieces]


async def test_texts_are_transliterated(serve: Serve) -> None:
    """Without a model; each text has its own result, and the scripts are named."""
    request = pb.TransliterateRequest(texts=["कमल", "hello"], target="as")
    async with serve(model="no_such_model") as stub:
        response = await stub.Transliterate(request)
        with pytest.raises(InvalidInput) as caught, calling("translator"):
            await stub.Transliterate(pb.TransliterateRequest(texts=["a"], source="en", target="hi"))

    written = response.results[0].transliteration
    assert ("কমল", "Deva", "Beng") == (written.text, written.source_script, written.target_script)
    assert ("UNDETECTED_SCRIPT", "source") == (response.results[1].error.reason, caught.value.field)
