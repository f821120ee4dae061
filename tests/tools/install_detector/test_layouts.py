"""Small networks in each layout of the exporters: installed into a real Triton, their boxes are the expected ones."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tritonclient.grpc import InferenceServerClient, InferInput

from tests.fixtures.triton import Triton, running_triton
from tests.tools.install_detector import exports
from tests.tools.install_detector.exports import (
    HEIGHT,
    LABELS,
    WIDTH,
    by_class,
    by_objectness,
    suppressed,
    suppressed_openly,
)
from tools.install_detector.__main__ import install_detector
from tools.model_repository.settings import RepositorySettings
from tools.triton.client import TritonHttp
from tools.triton.sample import sample_input, wants_probe

NOWHERE = "127.0.0.1:9"  # the discard port: nothing listens there
WHOLE = "whole_runs"
BATCHED: dict[str, Any] = {"output": ["batch", 30, 6], "input": ["batch", 3, HEIGHT, WIDTH]}
CASES = {
    "by_class": by_class(),
    "by_class_static": by_class(
        "classes_static.onnx", input=[1, 3, HEIGHT, WIDTH], output=[1, 7, exports.ANCHORS], opset=18
    ),
    "by_class_half": by_class("classes_half.onnx", half=True),
    "by_class_weights_beside": by_class("classes_beside.onnx", external=True),
    "one_class": by_class(
        "classes_one.onnx", classes=1, metadata={**exports.METADATA, "names": "{0: 'dog'}"}
    ),
    "objectness": by_objectness(),
    "suppressed": suppressed(),
    "suppressed_batched": suppressed("suppressed_batched.onnx", **BATCHED, opset=20),
    "suppressed_openly": suppressed_openly(),
}


@dataclass(frozen=True)
class Served:
    """A Triton with one model for each case."""

    triton: Triton
    models: Path

    def find(self, name: str, frames: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        """The rows of each frame."""
        images = InferInput("IMAGES", list(frames.shape), "UINT8")
        images.set_data_from_numpy(frames)
        with InferenceServerClient(self.triton.grpc_url) as client:
            answer = client.infer(name, [images])
        counts = answer.as_numpy("COUNT")[:, 0]
        return [rows[:count] for rows, count in zip(answer.as_numpy("BOXES"), counts, strict=True)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """All cases installed, and a Triton over them."""
    folder = tmp_path_factory.mktemp("yolo")
    exports.build(list(CASES.values()), folder)
    repository = folder / "models" / "triton"
    settings = RepositorySettings(models_dir=folder / "models", triton_url=NOWHERE)
    for name, export in CASES.items():
        install_detector(folder / export.name, name, "cpu", False, settings)
    _copy_with_whole_runs(repository)
    with running_triton(folder, repositories=(repository,)) as triton:
        yield Served(triton, folder / "models")


def _copy_with_whole_runs(repository: Path) -> None:
    """A copy of one that always gets four frames."""
    shutil.copytree(repository / "by_class", repository / WHOLE)
    config = repository / WHOLE / "config.pbtxt"
    text = config.read_text().replace('name: "by_class"', f'name: "{WHOLE}"')
    run = '{ key: "frames_per_run" value { string_value: "%s" } }'
    fill = ', { key: "whole_runs" value { string_value: "true" } }'
    config.write_text(text.replace(run % 1, run % 4 + fill))


def frames() -> NDArray[np.uint8]:
    """Three frames of noise of different brightness, more than one run of the network takes."""
    noise = np.random.default_rng(4).integers(0, 256, (3, HEIGHT, WIDTH, 3))
    return np.asarray(noise * np.array([1.0, 0.6, 0.2])[:, None, None, None], np.uint8)


@pytest.mark.parametrize("name", CASES)
def test_the_boxes_are_those_of_the_published_post_processing(served: Served, name: str) -> None:
    """For each frame of a batch: as many boxes, of the same classes and scores, at the same places."""
    found = served.find(name, frames())
    wanted = [exports.expected(CASES[name], frame) for frame in frames()]
    tolerance = 2e-2 if CASES[name].half else 1e-4

    assert [len(rows) for rows in wanted] == [len(rows) for rows in found]
    assert all(len(rows) > 5 for rows in wanted)
    assert all(
        np.allclose(one, two, atol=tolerance)
        for one, two in zip(_in_order(wanted), _in_order(found), strict=True)
    )


def _in_order(frames_rows: list[NDArray[Any]]) -> list[NDArray[Any]]:
    """Sorted by class and place: half precision may exchange neighbours."""
    return [rows[np.lexsort((rows[:, 0].round(1), rows[:, 1].round(1), rows[:, 5]))] for rows in frames_rows]


def test_runs_that_are_filled_up_answer_the_same(served: Served) -> None:
    """The frames that fill a run have no answers; five frames take two runs."""
    five = np.concatenate([frames(), frames()[:2]])
    whole, single = served.find(WHOLE, five), served.find("by_class", five)

    assert 5 == len(whole)
    assert all(np.allclose(one, two, atol=1e-5) for one, two in zip(single, whole, strict=True))


def test_the_network_answers_to_what_it_sees(served: Served) -> None:
    """The three frames of the test above do not have the same boxes."""
    one, two, three = served.find("by_class", frames())

    assert not np.array_equal(one[:5], two[:5])
    assert not np.array_equal(two[:5], three[:5])


@pytest.mark.parametrize("name", CASES)
def test_the_watch_can_ask_it(served: Served, name: str) -> None:
    """The sample that follows from its configuration is answered."""
    host, _, port = served.triton.http_url.removeprefix("http://").partition(":")
    triton = TritonHttp(host, int(port), timeout=10)
    config = triton.config(name)
    triton.infer(name, sample_input(config))

    assert wants_probe(config)


def test_the_configuration_tells_labels_and_size(served: Served) -> None:
    """As the service asks for them; a comma within a name has become a semicolon."""
    with InferenceServerClient(served.triton.grpc_url) as client:
        config = client.get_model_config("by_class").config
    labels = (served.models / "triton" / "by_class" / "labels.txt").read_text()

    assert LABELS == tuple(config.parameters["labels"].string_value.split(","))
    assert LABELS == tuple(labels.splitlines())
    assert [HEIGHT, WIDTH, 3] == list(config.input[0].dims)
    assert [exports.ANCHORS, 6] == list(config.output[0].dims)


def test_all_are_loaded_at_once(served: Served) -> None:
    """Each in a process of its own, with modules of the same names."""
    with InferenceServerClient(served.triton.grpc_url) as client:
        ready = [name for name in CASES if client.is_model_ready(name)]

    assert list(CASES) == ready
