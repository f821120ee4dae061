"""`make yolo` as a whole: what fits is installed and loaded, what does not leaves nothing behind."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from google.protobuf import text_format
from tritonclient.grpc import InferenceServerClient, model_config_pb2

from tests.fixtures.triton import ROOT, running_triton
from tests.tools.install_detector import exports
from tests.tools.install_detector.exports import HEIGHT, WIDTH, by_class, suppressed
from tools.install_detector.adapted import adapt
from tools.install_detector.model import lay
from tools.model_repository.place import LOCK

NOWHERE = "127.0.0.1:9"  # the discard port: nothing listens there


def install(
    weights: Path, models: Path, *options: str, triton: str = NOWHERE
) -> subprocess.CompletedProcess[str]:
    """What `make yolo WEIGHTS=weights` runs."""
    return subprocess.run(
        [sys.executable, "-m", "tools.install_detector", weights, *options],
        cwd=ROOT,
        env={**os.environ, "MODELS_DIR": str(models), "TRITON_URL": triton},
        capture_output=True,
        text=True,
        check=False,
    )


def config_of(path: Path) -> model_config_pb2.ModelConfig:
    """A parsed configuration."""
    return text_format.Parse(path.read_text(), model_config_pb2.ModelConfig())


def value(config: model_config_pb2.ModelConfig, name: str) -> str:
    """A parameter."""
    return str(config.parameters[name].string_value)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two exports, one that takes batches and one that does not, and one of another task."""
    folder = tmp_path_factory.mktemp("weights")
    wrong = by_class("wrong.onnx", metadata={**exports.METADATA, "task": "pose"})
    exports.build([by_class("dense.onnx"), suppressed("single.onnx"), wrong], folder)
    return folder


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """An empty models folder."""
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


def test_an_export_becomes_a_whole_model(weights: Path, models: Path) -> None:
    """The serving code, the network, labels and a configuration for each kind of machine."""
    done = install(weights / "dense.onnx", models)
    folder = models / "triton" / "yolo"
    cpu, gpu = (config_of(folder / "configs" / f"{kind}.pbtxt") for kind in ("cpu", "gpu"))

    assert (0, "") == (done.returncode, done.stderr)
    assert "DETECTOR_MODEL=yolo" in done.stdout
    assert f"3 classes, {WIDTH} x {HEIGHT} pixels" in done.stdout
    assert (folder / "config.pbtxt").read_text() == (folder / "configs" / "cpu.pbtxt").read_text()
    assert {"model.onnx", *(path.name for path in (ROOT / "triton_models/coco_ssd/1").glob("*.py"))} == {
        path.name for path in (folder / "1").iterdir()
    }
    assert ("cpu", "1") == (value(cpu, "providers"), value(cpu, "frames_per_run"))
    assert ("cuda", "8") == (value(gpu, "providers"), value(gpu, "frames_per_run"))
    assert model_config_pb2.ModelInstanceGroup.KIND_GPU == gpu.instance_group[0].kind
    assert (cpu.name, cpu.input[0], value(cpu, "labels")) == (gpu.name, gpu.input[0], value(gpu, "labels"))
    assert {"triton", LOCK} == {path.name for path in models.iterdir()}


def test_name_and_device_can_be_chosen(weights: Path, models: Path) -> None:
    """A network that takes one frame at a time gets one at a time, on a GPU too."""
    done = install(weights / "single.onnx", models, "--name=pets_2", "--device=gpu")
    config = config_of(models / "triton" / "pets_2" / "config.pbtxt")

    assert 0 == done.returncode, done.stderr
    assert ("pets_2", "cuda", "1") == (
        config.name,
        value(config, "providers"),
        value(config, "frames_per_run"),
    )


REFUSED = {
    "nothing": ("", [], "WEIGHTS: name a .onnx file"),
    "missing": ("none.onnx", [], "none.onnx: there is no such file"),
    "task": ("wrong.onnx", [], "wrong.onnx: it is for the task 'pose'; only detect is served"),
    "name": ("dense.onnx", ["--name=../up"], "a name is made of letters, digits and _"),
    "own": ("dense.onnx", ["--name=coco_ssd"], "that is a model of triton_models/"),
    "licence": ("yolo11n.pt", [], "AGPL-3.0"),
    "pickle": ("yolo11n.pt", [], "opening it runs code that it brings"),
    "weights": ("yolo11n.pt", ["--accept-agpl"], "yolo11n.pt: there is no such file"),
}


@pytest.mark.parametrize(("name", "options", "message"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_says_why_and_leaves_nothing(
    weights: Path, models: Path, name: str, options: list[str], message: str
) -> None:
    """One sentence on standard error; no environment is made before somebody accepted its licence."""
    done = install(weights / name if name else Path(), models, *options)

    assert (1, "") == (done.returncode, done.stdout)
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert [] == list(models.iterdir())


def test_another_kind_of_model_is_not_overwritten(weights: Path, models: Path) -> None:
    """A model of that name that is no detector stays."""
    other = models / "triton" / "summarizer"
    other.mkdir(parents=True)
    (other / "config.pbtxt").write_text('backend: "python"')
    done = install(weights / "dense.onnx", models, "--name=summarizer")

    assert 1 == done.returncode
    assert f"{other} is no detector" in done.stderr
    assert ["config.pbtxt"] == [path.name for path in other.iterdir()]


def test_a_running_triton_loads_it_or_keeps_the_former(weights: Path, models: Path, tmp_path: Path) -> None:
    """One for a GPU that is not there is taken out again; the former one answers."""
    (models / "triton").mkdir()
    with running_triton(tmp_path, repositories=(models / "triton",)) as server:
        first = install(weights / "dense.onnx", models, triton=server.grpc_url)
        second = install(weights / "dense.onnx", models, "--device=gpu", triton=server.grpc_url)
        with InferenceServerClient(server.grpc_url) as client:
            served = client.get_model_config("yolo").config
            ready = client.is_model_ready("yolo")

    assert (0, True) == (first.returncode, "has loaded it" in first.stdout), first.stderr
    # Triton's own words where there is no GPU; where there is one, those of the model without onnxruntime-gpu.
    assert 1 == second.returncode
    assert re.search("KIND_GPU|onnxruntime-gpu", second.stderr), second.stderr
    assert ready
    assert "cpu" == value(served, "providers")
    assert "cpu" == value(config_of(models / "triton" / "yolo" / "config.pbtxt"), "providers")


@pytest.mark.skipif(shutil.which("nvidia-smi") is not None, reason="here is a GPU")
def test_an_onnxruntime_without_the_provider_is_no_silent_cpu(
    weights: Path, models: Path, tmp_path: Path
) -> None:
    """Asked for CUDA on a CPU instance, the model refuses to load and says what to install."""
    done = install(weights / "dense.onnx", models)
    config = models / "triton" / "yolo" / "config.pbtxt"
    config.write_text(config.read_text().replace('"cpu"', '"cuda"'))
    with running_triton(tmp_path, repositories=(models / "triton",)) as server:
        with InferenceServerClient(server.grpc_url) as client:
            ready = client.is_model_ready("yolo")
        log = server.log.read_text()

    assert 0 == done.returncode, done.stderr
    assert not ready
    assert "this onnxruntime cannot use CUDAExecutionProvider: install onnxruntime-gpu" in log


def test_labels_with_quotes_survive_the_configuration(weights: Path, tmp_path: Path) -> None:
    """What is text for Triton is text again."""
    adapted = adapt(weights / "dense.onnx", tmp_path)
    odd = type(adapted)(**{**vars(adapted), "labels": ('say "woof"', "back\\slash", "कुत्ता $name")})
    lay(odd, "odd", "cpu", "name\nwith: a line", tmp_path / "odd")
    config = config_of(tmp_path / "odd" / "config.pbtxt")

    assert ",".join(odd.labels) == value(config, "labels")
    assert list(odd.labels) == (tmp_path / "odd" / "labels.txt").read_text().splitlines()
    assert "odd" == config.name
