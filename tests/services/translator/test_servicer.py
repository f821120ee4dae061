"""The translator over real gRPC, before a real Triton that runs the tests' dictionary."""

import asyncio

import pytest

from meshkit.client import calling
from meshkit.errors import BackendUnavailable, DeadlineExceeded, InvalidInput, MeshError, Overloaded
from meshkit.languages import LANGUAGES
from services.translator.detection import LanguageDetector
from sutradhar.translator.v1 import translator_pb2 as pb
from tests.services.translator.callers import read, said, translate
from tests.services.translator.served import NOWHERE, Serve, serve_translator

pytestmark = pytest.mark.xdist_group("triton")

DOCUMENT = "  Hello. Dog, cat!\n\n123\n\tMilk? The poison. नमस्ते।\r\n"


async def test_texts_are_translated_in_order(serve: Serve) -> None:
    """A batch larger than the model's comes back whole and in order, under the model's name."""
    texts = ["dog", "cat"] * 20
    async with serve() as stub:
        response = await stub.Translate(
            pb.TranslateRequest(texts=texts, source_language="en", target_language="hi")
        )

    assert ["कुत्ता", "बिल्ली"] * 20 == [result.translation.text for result in response.results]
    assert response.model == "translator_echo"


async def test_one_bad_text_fails_alone(serve: Serve) -> None:
    """Empty, too long and poisoned texts have their errors in their places."""
    texts = ["dog", "", " \n", "x" * 2001, "poison", "cat"]
    async with serve() as stub:
        results = await translate(stub, texts, "en", "ta")

    expected = ["நாய்", "EMPTY_TEXT", "EMPTY_TEXT", "TEXT_TOO_LONG", "MODEL_FAILED", "பூனை"]
    assert expected == said(results)


@pytest.mark.parametrize("model", ["translator_echo", "translator_bare"])
async def test_a_text_that_breaks_its_batch_fails_alone(serve: Serve, model: str) -> None:
    """Where the model fails a whole batch, the others are translated all the same."""
    texts = ["dog", "cat", "catastrophe", "cow", "catastrophe now", "tea"]
    async with serve(model=model) as stub:
        results = await translate(stub, texts, "en", "hi")

    reasons = [each.error.reason for each in results]
    assert ["", "", "MODEL_FAILED", "", "MODEL_FAILED", ""] == reasons
    assert not any("table" in each.error.message for each in results)


async def test_the_source_is_detected_for_each_text(serve: Serve) -> None:
    """`auto`, or no source, detects; a text in the target language stays as it is, and one in none fails."""
    texts = ["hello dog", "நாய்", "यह  कुत्ता है।", "Привет", "12"]
    async with serve() as stub:
        results = await translate(stub, texts, "auto", "hi")
        same = await translate(stub, texts, "", "hi")

    codes = [each.translation.source_language for each in results]
    assert ["नमस्ते कुत्ता", "कुत्ता", "यह  कुत्ता है।", "UNDETECTED_LANGUAGE", "UNDETECTED_LANGUAGE"] == said(results)
    assert ["en", "ta", "hi", "", ""] == codes
    assert said(results) == said(same)


@pytest.mark.parametrize("source", ["hi", "HIN", "hin_deva"])
async def test_languages_have_many_notations(serve: Serve, source: str) -> None:
    """Any notation goes in, ISO 639-1 comes out."""
    async with serve() as stub:
        (result,) = await translate(stub, ["पानी"], source, "ENG")

    assert ("water", "hi", "en") == (
        result.translation.text,
        result.translation.source_language,
        result.translation.target_language,
    )


async def test_two_indian_languages_meet_in_english(serve: Serve) -> None:
    """Without a direct way it goes through English; that has no score of its own, a direct way has."""
    async with serve() as stub:
        (bridged,) = await translate(stub, ["पानी"], "hi", "ta")
        (direct,) = await translate(stub, ["water wheel"], "en", "ta")

    assert ("தண்ணீர்", False) == (bridged.translation.text, bridged.translation.HasField("score"))
    assert ("தண்ணீர் wheel", -0.5) == (direct.translation.text, direct.translation.score)


async def test_a_direction_that_the_model_lacks_is_an_error_of_the_text(serve: Serve) -> None:
    """The reason says so, and the sentence names the direction."""
    async with serve() as stub:
        (result,) = await translate(stub, ["water"], "en", "kn")

    assert result.error.reason == "UNSUPPORTED_DIRECTION"
    assert "en to kn" in result.error.message


async def test_options_reach_the_model(serve: Serve) -> None:
    """The dictionary cuts after max_length words."""
    async with serve() as stub:
        (result,) = await translate(stub, ["dog cat cow"], "en", "hi", max_length=2, beam_size=1)

    assert result.translation.text == "कुत्ता बिल्ली"


@pytest.mark.parametrize("option", ["beam_size", "max_length", "native_digits"])
async def test_an_option_that_the_model_lacks_is_refused(serve: Serve, option: str) -> None:
    """It is not ignored in silence."""
    async with serve(model="translator_bare") as stub:
        with pytest.raises(InvalidInput) as caught:
            await translate(stub, ["dog"], "en", "hi", **{option: 2})

    assert (option, "UNSUPPORTED_OPTION") == (caught.value.field, caught.value.reason)


async def test_the_least_of_a_model_is_enough(serve: Serve) -> None:
    """Without optional tensors or directions every pair works, with the ids that the model wants."""
    async with serve(model="translator_bare") as stub:
        (result,) = await translate(stub, ["नमस्ते"], "hi", "as")

    assert result.translation.text == "hin_Deva>asm_Beng नमस्ते"
    assert not result.translation.HasField("score")


@pytest.mark.parametrize(
    ("request_", "field", "reason"),
    [
        (
            pb.TranslateRequest(texts=["x"], source_language="fr", target_language="hi"),
            "source_language",
            "UNKNOWN_LANGUAGE",
        ),
        (pb.TranslateRequest(texts=["x"], target_language="auto"), "target_language", "UNKNOWN_LANGUAGE"),
        (pb.TranslateRequest(texts=["x"]), "target_language", "INVALID_INPUT"),
        (pb.TranslateRequest(target_language="hi"), "texts", "INVALID_INPUT"),
        (pb.TranslateRequest(texts=["x"] * 257, target_language="hi"), "texts", "INVALID_INPUT"),
        (pb.TranslateRequest(texts=["x"], target_language="hi", beam_size=11), "beam_size", "INVALID_INPUT"),
        (pb.TranslateRequest(texts=["x"], target_language="hi", max_length=0), "max_length", "INVALID_INPUT"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_wrong_request_names_its_field(
    serve: Serve, request_: pb.TranslateRequest, field: str, reason: str
) -> None:
    """Each wrong field is refused as a whole, before the model is asked."""
    async with serve() as stub:
        with pytest.raises(InvalidInput) as caught, calling("translator"):
            await stub.Translate(request_)

    assert (field, reason) == (caught.value.field, caught.value.reason)


async def test_without_a_model_the_error_names_the_command(serve: Serve) -> None:
    """Translating is UNAVAILABLE with its own reason; texts that need no model are answered all the same."""
    async with serve(model="no_such_model") as stub:
        same = await translate(stub, ["नमस्ते"], "hi", "hi")
        with pytest.raises(BackendUnavailable) as caught:
            await translate(stub, ["hello"], "en", "hi")
        with pytest.raises(BackendUnavailable) as streamed:
            await read(stub, "hello", "en", "hi")

    assert ["नमस्ते"] == said(same)
    assert ("MODEL_NOT_INSTALLED", "MODEL_NOT_INSTALLED") == (caught.value.reason, streamed.value.reason)
    assert "make indictrans2 MODEL=<folder>" in caught.value.message


async def test_a_triton_that_is_away_is_another_error(detector: LanguageDetector) -> None:
    """It says that the model is away, not that none is installed; detection works on."""
    async with serve_translator(NOWHERE, detector) as stub:
        detected = await stub.DetectLanguage(pb.DetectLanguageRequest(texts=["नमस्ते"]))
        with pytest.raises(BackendUnavailable) as caught:
            await translate(stub, ["hello"], "en", "hi")

    assert detected.results[0].script == "Deva"
    assert caught.value.reason not in ("", "MODEL_NOT_INSTALLED")


async def test_a_model_of_another_kind_is_unsuitable(serve: Serve) -> None:
    """A model without the tensors is refused by name; the service itself is well."""
    async with serve(model="coco_ssd") as stub:
        with pytest.raises(BackendUnavailable) as caught:
            await translate(stub, ["hello"], "en", "hi")

    assert caught.value.reason == "MODEL_UNSUITABLE"


async def test_a_deadline_ends_the_call(serve: Serve) -> None:
    """A model slower than the caller's patience is a deadline exceeded, and the server works on."""
    request = pb.TranslateRequest(texts=["slowly"], source_language="en", target_language="hi")
    async with serve() as stub:
        with pytest.raises(DeadlineExceeded), calling("translator"):
            await stub.Translate(request, timeout=0.3)
        (result,) = await translate(stub, ["dog"], "en", "hi")

    assert result.translation.text == "कुत्ता"


async def test_more_calls_than_the_limit_are_refused(serve: Serve) -> None:
    """One slot: of two slow calls at once, one is refused with a time to come back."""
    async with serve(max_requests=1) as stub:
        calls = [translate(stub, ["slowly"], "en", "hi") for _ in range(2)]
        results = await asyncio.gather(*calls, return_exceptions=True)
        errors = [each for each in results if isinstance(each, MeshError)]
        (afterwards,) = await translate(stub, ["dog"], "en", "hi")

    assert [Overloaded] == [type(error) for error in errors]
    assert errors[0].retry_after
    assert afterwards.translation.text == "कुत्ता"


async def test_a_document_comes_back_in_pieces(serve: Serve) -> None:
    """In order and counted; the sources join to the document, the translations keep its white space."""
    async with serve() as stub:
        pieces = await read(stub, DOCUMENT, "auto", "hi")

    texts = [piece.result.translation.text or piece.result.error.reason for piece in pieces]
    assert DOCUMENT == "".join(piece.source for piece in pieces)
    assert [(index, len(pieces)) for index in range(len(pieces))] == [
        (piece.index, piece.total) for piece in pieces
    ]
    assert ["  नमस्ते। ", "dog, cat!\n\n", "123\n\t", "milk? ", "MODEL_FAILED", "नमस्ते।\r\n"] == texts


async def test_pieces_arrive_before_the_document_is_done(serve: Serve) -> None:
    """The first piece, which needs no model, is there while the model is kept from the second."""
    gate = asyncio.Event()
    gate.set()  # the service has to find itself well first
    request = pb.TranslateDocumentRequest(text="123\ndog.", source_language="en", target_language="hi")
    async with serve(gate=gate) as stub, asyncio.timeout(20):
        gate.clear()
        pieces = aiter(stub.TranslateDocument(request))
        first = await anext(pieces)
        gate.set()
        rest = [piece async for piece in pieces]

    assert ("123\n", 2) == (first.source, first.total)
    assert ["dog."] == [piece.source for piece in rest]


async def test_a_caller_that_leaves_frees_its_slot(serve: Serve) -> None:
    """A cancelled stream leaves nothing running: the only slot is free again."""
    request = pb.TranslateDocumentRequest(text="123\nslowly.", source_language="en", target_language="hi")
    async with serve(max_requests=1) as stub:
        call = stub.TranslateDocument(request)
        await anext(aiter(call))
        call.cancel()
        async with asyncio.timeout(20):
            while True:
                try:
                    (result,) = await translate(stub, ["dog"], "en", "hi")
                    break
                except Overloaded:
                    await asyncio.sleep(0.02)

    assert result.translation.text == "कुत्ता"


@pytest.mark.parametrize(
    ("text", "source", "field"), [(" \n ", "en", "text"), ("", "en", "text"), ("x", "zz", "source_language")]
)
async def test_a_wrong_document_names_its_field(serve: Serve, text: str, source: str, field: str) -> None:
    """White space alone, nothing, and an unknown language are refused."""
    async with serve() as stub:
        with pytest.raises(InvalidInput) as caught:
            await read(stub, text, source, "hi")

    assert field == caught.value.field


async def test_languages_are_detected(serve: Serve) -> None:
    """One result for each text, in order."""
    async with serve() as stub:
        response = await stub.DetectLanguage(pb.DetectLanguageRequest(texts=["வணக்கம்", "Привет", "?"]))

    found = [(each.language, each.script, each.confidence) for each in response.results]
    assert [("ta", "Taml", 1.0), ("", "Cyrl", 0.0), ("", "", 0.0)] == found


async def test_an_empty_text_to_detect_is_refused(serve: Serve) -> None:
    """The field's path says which one."""
    async with serve() as stub:
        with pytest.raises(InvalidInput) as caught, calling("translator"):
            await stub.DetectLanguage(pb.DetectLanguageRequest(texts=["x", ""]))

    assert caught.value.field == "texts[1]"


async def test_the_list_holds_languages_and_directions(serve: Serve) -> None:
    """All 13 in every notation; the directions include those through English."""
    async with serve() as stub:
        response = await stub.ListLanguages(pb.ListLanguagesRequest())

    directions = {(each.source_language, each.target_language) for each in response.directions}
    assert [(each.code, each.tag, each.native_name) for each in LANGUAGES] == [
        (each.code, each.tag, each.native_name) for each in response.languages
    ]
    assert (12, True, "") == (len(directions), ("hi", "ta") in directions, response.hint)


async def test_the_list_without_a_model_has_a_hint(serve: Serve) -> None:
    """No directions, and the command that installs a model."""
    async with serve(model="no_such_model") as stub:
        response = await stub.ListLanguages(pb.ListLanguagesRequest())

    assert (13, 0) == (len(response.languages), len(response.directions))
    assert "make indictrans2" in response.hint
