"""The engine alone, before a real Triton."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tritonclient.grpc import model_config_pb2
from tritonclient.grpc.aio import InferenceServerClient

from meshkit.errors import BackendUnavailable, Internal
from meshkit.languages import Language, require_language
from meshkit.triton import TritonClient
from services.translator import engine as engine_module
from services.translator.engine import TritonEngine
from services.translator.texts import Answer, Options, Trust
from tests.fixtures.triton import TEST_MODELS, Triton, running_triton

pytestmark = pytest.mark.xdist_group("triton")

MakeEngine = Callable[[str], TritonEngine]


class CountingClient(TritonClient):
    """The real client; it counts how often it reads a configuration."""

    readings = 0

    async def model_config(self, model: str) -> model_config_pb2.ModelConfig:
        self.readings += 1
        return await super().model_config(model)


@pytest.fixture
async def engine_of(triton: Triton) -> AsyncIterator[MakeEngine]:
    """An engine for the model of a name."""
    client = TritonClient(triton.grpc_url)
    yield lambda model: TritonEngine(client, model, timeout=10.0)
    await client.close()


def language(code: str) -> Language:
    """The language of a code."""
    return require_language(code, "code")


async def test_a_card_says_what_the_model_takes(engine_of: MakeEngine) -> None:
    """Batch size, directions and options come from the model's configuration."""
    rich, bare = await engine_of("translator_echo").card(), await engine_of("translator_bare").card()

    assert (16, 6, True, True) == (
        rich.max_batch,
        len(rich.directions.direct),
        rich.takes_beam_size,
        rich.takes_max_length,
    )
    assert (4, 156, False, False) == (
        bare.max_batch,
        len(bare.directions.direct),
        bare.takes_beam_size,
        bare.takes_max_length,
    )


async def test_one_reading_serves_all_who_ask_meanwhile(triton: Triton) -> None:
    """The configuration is read once for many pieces, and anew for a fingerprint."""
    client = CountingClient(triton.grpc_url)
    engine = TritonEngine(client, "translator_echo", timeout=10.0)
    cards = await asyncio.gather(*(engine.card() for _ in range(20)))
    readings = [client.readings]
    fingerprint = await engine.fingerprint()
    readings.append(client.readings)
    await client.close()

    assert [1, 2] == readings
    assert {fingerprint} == {card.fingerprint for card in cards}


async def test_only_a_plain_reason_of_the_model_is_handed_on(engine_of: MakeEngine) -> None:
    """An upper-case word is the reason; any other text stays in the log."""
    engine = engine_of("translator_echo")
    poisoned = await engine.translate(["dog", "poison"], language("en"), language("ta"), Options())
    (strange,) = await engine.translate(["dog"], language("en"), language("kn"), Options())

    assert [Answer("நாய்", 0.0, trust=Trust(1.0)), Answer("", failure="MODEL_FAILED")] == poisoned
    assert Answer("", failure="UNSUPPORTED_DIRECTION") == strange


async def test_a_failed_batch_is_internal(engine_of: MakeEngine) -> None:
    """What the model says about itself is in no message."""
    with pytest.raises(Internal) as caught:
        await engine_of("translator_echo").translate(
            ["dog", "catastrophe"], language("en"), language("hi"), Options()
        )

    assert "table" not in caught.value.message


async def test_a_model_may_come_and_go(tmp_path: Path) -> None:
    """Unloaded, it is not installed, although the engine knew it; loaded again, it answers."""
    with running_triton(tmp_path, repositories=(TEST_MODELS,)) as server:
        client, admin = TritonClient(server.grpc_url), InferenceServerClient(server.grpc_url)
        engine = TritonEngine(client, "translator_echo", timeout=10.0, config_seconds=3600)
        pair = language("en"), language("hi")
        before = await engine.ready(), await engine.translate(["dog"], *pair, Options())
        await admin.unload_model("translator_echo")
        away = await engine.ready()
        with pytest.raises(BackendUnavailable) as caught:
            await engine.translate(["dog"], *pair, Options())
        await admin.load_model("translator_echo")
        after = await engine.ready(), await engine.translate(["dog"], *pair, Options())
        await admin.close()
        await client.close()

    assert ("MODEL_NOT_INSTALLED", False) == (caught.value.reason, away)
    assert (True, [Answer("कुत्ता", 0.0, trust=Trust(1.0))]) == before == after


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (
            {"CONFIDENCE": 0.25, "DOUBTS": b"LOW_SCORE,REPETITION", "SCORE": -2.0},
            Trust(0.25, ("LOW_SCORE", "REPETITION")),
        ),
        ({"CONFIDENCE": 7.0, "DOUBTS": b"", "SCORE": -2.0}, Trust(1.0)),
        ({"CONFIDENCE": 0.5, "DOUBTS": b"so so,LOW_SCORE", "SCORE": -2.0}, Trust(0.5, ("LOW_SCORE",))),
        ({"SCORE": 0.0}, Trust(1.0)),
        ({"SCORE": float("nan")}, Trust()),
        ({"CONFIDENCE": float("nan"), "SCORE": 0.0}, Trust()),
        ({"SCORE": 800.0}, Trust(1.0)),
        ({}, Trust()),
    ],
)
def test_trust_is_the_models_or_follows_from_its_score(columns: dict[str, Any], expected: Trust) -> None:
    """Only plain reasons are handed on."""
    result = {name: np.array([[value]], np.object_) for name, value in columns.items()}

    (answer,) = engine_module._answers({"OUTPUT_TEXT": np.array([[b"x"]], np.object_), **result}, 1)

    assert expected == answer.trust
