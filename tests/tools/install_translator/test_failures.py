"""What fails, or is ended, changes nothing: neither weights, nor configuration, nor what Triton serves."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tritonclient.grpc import InferenceServerClient

from tests.fixtures.triton import ROOT, TEST_MODELS, running_triton
from tests.tools.indictrans2.checkpoints import write_tiny
from tests.tools.model_repository.stubborn import Stubborn, stubborn_triton
from tests.triton_models.translator.serving import KINDS, install_tiny, run_installer
from tools.model_repository.place import LOCK

LOADED = "load translator"


@pytest.fixture
def triton() -> Iterator[Stubborn]:
    """It refuses, or lets wait."""
    with stubborn_triton() as triton:
        yield triton


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """With two networks, and the model that serves them."""
    return install_tiny(tmp_path, ["en-indic", "indic-en"])


def files(models: Path) -> dict[str, bytes]:
    """Every file but for the lock."""
    found = (path for path in models.rglob("*") if path.is_file() and path.name != LOCK)
    return {str(path.relative_to(models)): path.read_bytes() for path in found}


def test_a_network_that_triton_refuses_is_gone_again(models: Path, triton: Stubborn, tmp_path: Path) -> None:
    """The former one of its name is back, under the configuration that names it, and Triton has it again."""
    before = files(models)
    triton.refuses = True
    done = run_installer(models, tmp_path / "tiny-en-indic", "--quantization=float32", triton_url=triton.url)

    assert (1, True) == (done.returncode, "it does not like it" in done.stderr), done.stderr
    assert before == files(models)
    assert [LOADED, LOADED] == triton.told


def test_a_first_network_that_triton_refuses_leaves_nothing(triton: Stubborn, tmp_path: Path) -> None:
    """Triton is told to forget it."""
    triton.refuses = True
    done = run_installer(tmp_path / "models", write_tiny(tmp_path / "en-indic"), triton_url=triton.url)

    assert 1 == done.returncode
    assert {} == files(tmp_path / "models")
    assert [LOADED, "unload translator"] == triton.told


def test_a_network_that_could_not_be_removed_is_back(models: Path, triton: Stubborn) -> None:
    """Before Triton is told to load the former model, which names it."""
    before = files(models)
    triton.refuses = True
    done = run_installer(models, "--remove=tiny-indic-en", triton_url=triton.url)

    assert (1, True) == (done.returncode, "not removed: it does not like it" in done.stderr), done.stderr
    assert before == files(models)
    assert [LOADED, LOADED] == triton.told


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ending_it_while_triton_loads_changes_nothing(
    models: Path, triton: Stubborn, number: signal.Signals
) -> None:
    """Triton would go on; it is told to load the former model after that."""
    before = files(models)
    triton.holds = True
    # A shell's background jobs ignore Ctrl-C, and what they start does, too, unless there is a handler here.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    environment = os.environ | {"MODELS_DIR": str(models), "TRITON_URL": triton.url}
    command = [sys.executable, "-m", "tools.install_translator", "--remove=tiny-indic-en"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as process:
        assert triton.loading.wait(30)
        process.send_signal(number)
        process.wait(30)

    assert 0 != process.returncode
    assert before == files(models)
    assert [LOADED, LOADED] == triton.told


def test_somebody_elses_model_is_not_written_over(models: Path, tmp_path: Path) -> None:
    """Neither by a checkpoint, which is refused, nor when a network goes and others are left."""
    assert 0 == run_installer(models, TEST_MODELS / "translator_echo").returncode
    before = files(models / "triton")
    added = run_installer(models, tmp_path / "tiny-en-indic")
    removed = run_installer(models, "--remove=tiny-en-indic")

    assert (1, True) == (added.returncode, "was not made of checkpoints" in added.stderr), added.stderr
    assert (0, True) == (removed.returncode, "stays as it is" in removed.stdout), removed.stderr
    assert before == files(models / "triton")
    assert ["tiny-indic-en"] == [path.name for path in (models / "indictrans2").iterdir()]


@pytest.mark.parametrize("option", ["--name=x", "--direction=en-indic", "--quantization=int8"])
def test_a_ready_model_has_no_options(tmp_path: Path, option: str) -> None:
    """They would be passed over without a word."""
    done = run_installer(tmp_path / "models", TEST_MODELS / "translator_echo", option)

    assert (1, True) == (done.returncode, "are for checkpoints" in done.stderr), done.stderr


def test_folders_that_are_called_alike_do_not_replace_each_other(tmp_path: Path) -> None:
    """Two directions, both in a folder `checkpoint`; with a name the second is installed."""
    for direction in KINDS:
        write_tiny(tmp_path / direction / "checkpoint", KINDS[direction], direction)
    models = tmp_path / "models"
    first, second = (
        run_installer(models, tmp_path / each / "checkpoint") for each in ("en-indic", "indic-en")
    )
    named = run_installer(models, tmp_path / "indic-en" / "checkpoint", "--name=back")

    assert (0, 1, 0) == (first.returncode, second.returncode, named.returncode)
    assert "would be replaced by a network that translates indic-en: give this one a NAME" in second.stderr
    assert ["back", "checkpoint"] == sorted(path.name for path in (models / "indictrans2").iterdir())


def test_a_folder_that_is_called_after_its_kind_gets_the_name_above(tmp_path: Path) -> None:
    """As the published converted models lie: en-indic/ct2_int8_model and indic-en/ct2_int8_model."""
    made = install_tiny(tmp_path, ["en-indic", "indic-en"]) / "indictrans2"
    models = tmp_path / "models-2"
    for direction in ("en-indic", "indic-en"):
        folder = tmp_path / direction / "ct2_int8_model"
        shutil.copytree(made / f"tiny-{direction}", folder)
        assert 0 == run_installer(models, folder).returncode

    assert ["en-indic", "indic-en"] == sorted(path.name for path in (models / "indictrans2").iterdir())


def test_an_installed_model_loads_beside_our_own_repository(models: Path, tmp_path: Path) -> None:
    """Where its serving code lies in a folder of the same name: as the mesh starts Triton."""
    repositories = (ROOT / "triton_models", models / "triton")
    (tmp_path / "triton").mkdir()
    with running_triton(tmp_path / "triton", repositories=repositories) as triton:
        added = run_installer(models, "--remove=tiny-indic-en", triton_url=triton.grpc_url)
        with InferenceServerClient(triton.grpc_url) as client:
            ready = {name: client.is_model_ready(name) for name in ("coco_ssd", "translator")}

    assert (0, True) == (added.returncode, "has loaded it" in added.stdout), added.stderr
    assert {"coco_ssd": True, "translator": True} == ready
