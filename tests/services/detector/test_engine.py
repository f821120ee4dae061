"""services/detector/engine.py, against the real Triton."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from tritonclient.grpc import model_config_pb2

from meshkit.errors import BackendUnavailable, Internal
from meshkit.triton import TritonClient
from services.detector.classes import PETS
from services.detector.engine import TritonEngine, described
from services.detector.pictures import decode, inspect
from tests.fixtures.triton import ROOT, Triton, running_triton
from tests.services.detector import making
from tools.model_repository import live

LABELS = (ROOT / "triton_models" / "coco_ssd" / "labels.txt").read_text().split("\n")[:80]


@pytest.fixture
async def client(triton: Triton) -> AsyncIterator[TritonClient]:
    """A client of the test process's Triton."""
    one = TritonClient(triton.grpc_url)
    yield one
    await one.close()


@pytest.fixture
def engine(client: TritonClient) -> TritonEngine:
    """The embedded model."""
    return TritonEngine(client, "coco_ssd", infer_seconds=10)


async def test_the_model_tells_its_frame_and_its_labels(engine: TritonEngine) -> None:
    """Size and labels come from Triton; the labels are those of the model's own list."""
    model = await engine.model()

    assert ("coco_ssd", 300, 300) == (model.name, model.width, model.height)
    assert tuple(LABELS) == model.labels
    assert set(model.labels) > PETS


async def test_a_dog_is_found(engine: TritonEngine) -> None:
    """The best candidate for a letterboxed photo, with corners in the frame."""
    data = making.photo("dog")
    best, *_ = await engine.find(decode(data, inspect(data, "image"), 300, 300, "image").frame)

    assert "dog" == best.label
    assert best.score > 0.9
    assert all(0 <= corner <= 1 for corner in best.corners)


async def test_a_blank_frame_shows_nothing_for_sure(engine: TritonEngine) -> None:
    """The answer may be empty or weak, never a failure."""
    found = await engine.find(np.zeros((300, 300, 3), np.uint8))

    assert [] == [one for one in found if one.score >= 0.5]


async def test_a_frame_of_another_size_is_our_fault(engine: TritonEngine) -> None:
    """Triton refuses it; the caller, who sent a picture, is not to blame."""
    with pytest.raises(Internal):
        await engine.find(np.zeros((64, 64, 3), np.uint8))


async def test_a_model_that_is_not_there(client: TritonClient) -> None:
    """An unknown model is away, as one that is still loading is."""
    with pytest.raises(BackendUnavailable):
        await TritonEngine(client, "no_such_model", infer_seconds=10).model()


async def test_a_server_that_is_not_there() -> None:
    """No Triton: BackendUnavailable, for the model and for an inference."""
    client = TritonClient("127.0.0.1:1")
    engine = TritonEngine(client, "coco_ssd", infer_seconds=10)
    try:
        with pytest.raises(BackendUnavailable):
            await engine.model()
        with pytest.raises(BackendUnavailable):
            await engine.find(np.zeros((300, 300, 3), np.uint8))
    finally:
        await client.close()


def config(dims: list[int], labels: str | None, name: str = "IMAGES") -> model_config_pb2.ModelConfig:
    """A configuration with one input and a labels parameter."""
    made = model_config_pb2.ModelConfig(input=[model_config_pb2.ModelInput(name=name, dims=dims)])
    if labels is not None:
        made.parameters["labels"].string_value = labels
    return made


@pytest.mark.parametrize("dims", [[480, 640, 3], [-1, 480, 640, 3]])
def test_another_model_of_the_contract(dims: list[int]) -> None:
    """Height comes before width, with or without the batch written out."""
    model = described("yolo", config(dims, "dog, cat"))

    assert (640, 480, ("dog", "cat")) == (model.width, model.height, model.labels)


@pytest.mark.parametrize(
    "broken",
    [
        config([3, 640, 640], "dog"),
        config([-1, -1, 3], "dog"),
        config([640], "dog"),
        config([640, 640, 3], None),
        config([640, 640, 3], ""),
        config([640, 640, 3], "dog", name="images"),
    ],
)
def test_a_model_outside_of_the_contract(broken: model_config_pb2.ModelConfig) -> None:
    """It is refused as a whole, before a picture is."""
    with pytest.raises(Internal):
        described("other", broken)


def test_labels_are_written_twice_alike() -> None:
    """The parameter that services ask for names the classes of labels.txt."""
    text = Path(ROOT / "triton_models" / "coco_ssd" / "config.pbtxt").read_text()

    assert f'"{",".join(LABELS)}"' in text


async def test_a_model_that_was_exchanged_is_asked_for_its_labels_again(tmp_path: Path) -> None:
    """Triton loads another network under the same name: its classes are called by their own names."""
    model = tmp_path / "models" / "coco_ssd"
    shutil.copytree(ROOT / "triton_models" / "coco_ssd", model)
    config = model / "config.pbtxt"
    text = config.read_text().replace("../../models/", f"{ROOT}/models/")
    config.write_text(text)
    data = making.photo("dog")
    frame = decode(data, inspect(data, "image"), 300, 300, "image").frame
    with running_triton(tmp_path, repositories=(model.parent,)) as server:
        triton = TritonClient(server.grpc_url)
        engine = TritonEngine(triton, "coco_ssd", infer_seconds=10, config_seconds=0)
        before = (await engine.find(frame))[0].label
        config.write_text(
            text.replace("cat,dog,horse", "cat,wolf,horse").replace("arbiter_path", "no_arbiter")
        )
        await asyncio.to_thread(live.load, server.grpc_url, "coco_ssd")
        after = (await engine.find(frame))[0].label
        await triton.close()

    assert ("dog", "wolf") == (before, after)
