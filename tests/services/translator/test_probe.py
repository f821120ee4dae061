"""When the translator says that it is well, against a real Triton whose models come and go."""

from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
from tritonclient.grpc.aio import InferenceServerClient

from meshkit.errors import BackendUnavailable, MeshError
from meshkit.triton import TritonClient
from services.translator.detection import LanguageDetector
from services.translator.engine import TritonEngine
from services.translator.probe import TranslatorProbe
from tests.fixtures.triton import TEST_MODELS, Triton, running_triton
from tests.services.translator.engines import BackwardsEngine
from tests.services.translator.served import NOWHERE


@pytest.fixture
async def own_triton(tmp_path: Path) -> AsyncIterator[Triton]:
    """A Triton that may be harmed, with the tests' models only."""
    with running_triton(tmp_path, repositories=(TEST_MODELS,)) as server:
        yield server


async def test_without_a_model_the_service_is_well(detector: LanguageDetector) -> None:
    """Detection works; a Triton that was never there is no illness of it."""
    triton = TritonClient(NOWHERE)

    await TranslatorProbe(TritonEngine(triton, "translator", 1.0), detector)()
    await triton.close()


async def test_a_probe_follows_the_model(own_triton: Triton, detector: LanguageDetector) -> None:
    """Well with a model, well when it was taken out, ill when its process died, ill when Triton died."""
    triton = TritonClient(own_triton.grpc_url)
    admin = InferenceServerClient(own_triton.grpc_url)
    probe = TranslatorProbe(TritonEngine(triton, "translator_echo", 2.0, config_seconds=0), detector)
    await probe()
    await admin.unload_model("translator_echo")
    await probe()
    await admin.load_model("translator_echo")
    await probe()
    _kill_stub(own_triton, "translator_echo")
    with pytest.raises(MeshError):
        await probe()
    _kill_server(own_triton)
    with pytest.raises(BackendUnavailable):
        await probe()
    await admin.close()
    await triton.close()


async def test_a_model_that_fails_on_a_plain_word_is_ill(detector: LanguageDetector) -> None:
    """It answers, but nothing that helps anybody."""
    engine = BackwardsEngine("en-hi")
    engine.failures["English"] = "MODEL_FAILED"

    with pytest.raises(BackendUnavailable) as caught:
        await TranslatorProbe(engine, detector)()
    assert "MODEL_FAILED" == caught.value.reason


async def test_a_model_of_no_pair_has_not_answered(detector: LanguageDetector) -> None:
    """So its going away is no illness."""
    engine = BackwardsEngine("fr-de")
    probe = TranslatorProbe(engine, detector)
    await probe()
    engine.loaded, engine.away = False, BackendUnavailable("Triton is away.")

    await probe()


def _kill_stub(server: Triton, model: str) -> None:
    children = psutil.Process(server.process.pid).children(recursive=True)
    stubs = [each for each in children if "stub" in each.name() and model in " ".join(each.cmdline())]

    assert stubs
    for stub in stubs:
        stub.kill()
    psutil.wait_procs(stubs, timeout=5)


def _kill_server(server: Triton) -> None:
    family = [psutil.Process(server.process.pid)]
    family += family[0].children(recursive=True)
    for each in family:
        each.kill()
    psutil.wait_procs(family, timeout=5)
