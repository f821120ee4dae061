"""The service before the translator's own Triton model, with tiny random weights as the installer writes them."""

import asyncio
import re
from collections.abc import Iterator

import pytest

from services.translator.detection import LanguageDetector
from sutradhar.translator.v1 import translator_pb2 as pb
from tests.fixtures.triton import Triton, running_triton
from tests.services.translator.served import serve_translator
from tests.triton_models.translator.serving import install_tiny

pytestmark = pytest.mark.xdist_group("triton")

GLOSSARY = [
    pb.GlossaryEntry(term="Sutradhar", translation="«सूत्रधार»"),
    pb.GlossaryEntry(term="red  dog", translation="«लाल»"),
]


ROOM = 300  # tokens that may wait: a moment's worth


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Triton]:
    """A Triton with tiny models for both directions, and a short queue before them."""
    home = tmp_path_factory.mktemp("installed")
    models = install_tiny(home, ("en-indic", "indic-en"))
    config = models / "triton" / "translator" / "config.pbtxt"
    short, count = re.subn(
        r'("max_waiting_tokens" value \{ string_value: )"\d+"', rf'\g<1>"{ROOM}"', config.read_text()
    )
    assert 1 == count
    config.write_text(short)
    with running_triton(home, repositories=(models / "triton",)) as server:
        yield server


async def test_a_glossary_is_honoured_by_a_model_that_talks_nonsense(
    installed: Triton, detector: LanguageDetector
) -> None:
    """Each occurrence has its translation exactly once, directly and through English, whatever random weights say."""
    texts = [f"The red dog number {n} met Sutradhar. Sutradhar slept!" for n in range(8)]
    async with serve_translator(installed.grpc_url, detector, model="translator") as stub:
        response = await stub.Translate(
            pb.TranslateRequest(
                texts=texts, source_language="en", target_language="hi", max_length=12, glossary=GLOSSARY
            )
        )
        bridged = await stub.Translate(
            pb.TranslateRequest(
                texts=["Sutradhar நாய்"],
                source_language="ta",
                target_language="hi",
                max_length=12,
                native_digits=True,
                glossary=GLOSSARY,
            )
        )

    said = [each.translation.text for each in response.results]
    assert [(2, 1)] * 8 == [(text.count("«सूत्रधार»"), text.count("«लाल»")) for text in said]
    assert 1 == bridged.results[0].translation.text.count("«सूत्रधार»")
    assert not any("@gl" in text for text in said)


async def test_the_card_is_the_installed_models(installed: Triton, detector: LanguageDetector) -> None:
    """Every pair is reachable with both directions installed, and every option is taken."""
    request = pb.TranslateRequest(
        texts=["dog 12"],
        source_language="en",
        target_language="bn",
        beam_size=1,
        max_length=6,
        native_digits=True,
    )
    async with serve_translator(installed.grpc_url, detector, model="translator") as stub:
        listed = await stub.ListLanguages(pb.ListLanguagesRequest())
        response = await stub.Translate(request)

    assert (156, "") == (len(listed.directions), listed.hint)
    assert ("tiny-en-indic", "translation") == (response.model, response.results[0].WhichOneof("outcome"))


async def test_a_short_queue_is_no_obstacle(installed: Triton, detector: LanguageDetector) -> None:
    """Documents and a large request together are far more than may wait: all of it is translated."""
    texts = [f"The dog number {n} sleeps." for n in range(64)]
    request = pb.TranslateRequest(texts=texts, source_language="en", target_language="hi", max_length=4)
    document = pb.TranslateDocumentRequest(
        text=" ".join(texts[:24]), source_language="en", target_language="hi"
    )
    async with serve_translator(installed.grpc_url, detector, model="translator") as stub:

        async def read() -> list[str | None]:
            return [piece.result.WhichOneof("outcome") async for piece in stub.TranslateDocument(document)]

        reading = asyncio.gather(*(read() for _ in range(3)))
        response = await stub.Translate(request)
        documents = await reading

    assert ["translation"] * 64 == [each.WhichOneof("outcome") for each in response.results]
    assert [["translation"] * 24] * 3 == documents
