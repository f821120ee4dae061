"""Installing a ready Triton model: what fits is installed, what does not leaves nothing behind."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from google.protobuf import text_format
from tritonclient.grpc import InferenceServerClient, model_config_pb2

from services.translator import engine
from tests.fixtures.triton import TEST_MODELS, running_triton
from tests.triton_models.translator.serving import run_installer
from tools.install_translator import model as contract
from tools.install_translator.model import UnusableModelError, check_model
from tools.model_repository.place import LOCK

NOWHERE = "127.0.0.1:9"  # the discard port: nothing listens there
ECHO, BARE = TEST_MODELS / "translator_echo", TEST_MODELS / "translator_bare"


def install(folder: Path, models: Path, triton: str = NOWHERE) -> subprocess.CompletedProcess[str]:
    """What `make indictrans2 MODEL=folder` runs."""
    return run_installer(models, folder, triton_url=triton)


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def copy_of(source: Path, folder: Path, pattern: str = "", replacement: str = "") -> Path:
    """A copy of a model whose configuration is changed."""
    copy = Path(shutil.copytree(source, folder / "wrong"))
    config = copy / "config.pbtxt"
    config.write_text(
        re.sub(pattern, replacement, config.read_text(), count=1, flags=re.S) if pattern else ""
    )
    return copy


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """An empty models folder."""
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


def test_a_fitting_model_is_installed_under_our_name(models: Path) -> None:
    """The copy has our name and samples for the watch; the person is told to start the mesh."""
    done = install(BARE, models)
    installed = models / "triton" / "translator"
    config = text_format.Parse((installed / "config.pbtxt").read_text(), model_config_pb2.ModelConfig())

    assert (0, "") == (done.returncode, done.stderr)
    assert "start the mesh" in done.stdout
    assert "translator" == config.name
    assert ("eng_Latn", "hin_Deva") == tuple(
        config.parameters[f"health_{name}"].string_value
        for name in ("INPUT_LANGUAGE_ID", "OUTPUT_LANGUAGE_ID")
    )
    assert (BARE / "1" / "model.py").read_bytes() == (installed / "1" / "model.py").read_bytes()
    assert {"triton", LOCK} == {path.name for path in models.iterdir()}


def test_a_new_model_takes_the_place_of_the_old(models: Path) -> None:
    """Nothing of the former one stays."""
    install(BARE, models)
    done = install(ECHO, models)

    assert 0 == done.returncode
    assert (ECHO / "1" / "model.py").read_bytes() == files(models)["triton/translator/1/model.py"]
    assert {"triton", LOCK} == {path.name for path in models.iterdir()}


def test_other_files_are_another_model(tmp_path: Path, models: Path) -> None:
    """The fingerprint in the configuration tells one program, or one file of weights, from the next."""
    fingerprints = []
    changed = Path(shutil.copytree(ECHO, tmp_path / "changed"))
    (changed / "1" / "model.py").write_bytes((ECHO / "1" / "model.py").read_bytes() + b"\n")
    for folder in (ECHO, ECHO, changed):
        install(folder, models)
        text = (models / "triton" / "translator" / "config.pbtxt").read_text()
        config = text_format.Parse(text, model_config_pb2.ModelConfig())
        fingerprints.append(config.parameters["fingerprint"].string_value)

    assert fingerprints[0] == fingerprints[1] != fingerprints[2]
    assert all(fingerprints)


WRONG = {
    "empty": ("", "", "backend is missing"),
    "no-text": (r'\{ name: "INPUT_TEXT".*?\},', "", "input INPUT_TEXT is missing"),
    "no-output": ("OUTPUT_TEXT", "RESULT", "output OUTPUT_TEXT is missing"),
    "type": ("TYPE_STRING", "TYPE_INT32", "input INPUT_TEXT must have data_type TYPE_STRING"),
    "dims": (r"dims: \[ 1 \]", "dims: [ 7 ]", "input INPUT_TEXT must have dims [ 1 ]"),
    "option": (" optional: true", "", "input BEAM_SIZE must be optional"),
    "extra": (
        "input \\[",
        'input [ { name: "MOOD" data_type: TYPE_STRING dims: [ 1 ] },',
        "input MOOD must be optional",
    ),
    "batch": ("max_batch_size: 16", "max_batch_size: 0", "max_batch_size must be 1 or more"),
    "ids": ("iso639_1", "iso639_9", "language_ids must be one of"),
    "directions": ("en-hi,", "en to hi,", "directions must be a list"),
    "syntax": ("input \\[", "input [[", "not a Triton configuration"),
    "field": ("backend:", "backnd:", "not a Triton configuration"),
}


@pytest.mark.parametrize(("pattern", "replacement", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_configuration_names_what_it_lacks(
    tmp_path: Path, pattern: str, replacement: str, message: str
) -> None:
    """The file is named, and what is wrong in it."""
    folder = copy_of(ECHO, tmp_path, pattern, replacement)
    with pytest.raises(UnusableModelError) as caught:
        check_model(folder)

    assert str(folder / "config.pbtxt") in str(caught.value)
    assert message in str(caught.value)


def test_files_that_are_missing_are_named(tmp_path: Path) -> None:
    """No folder, no configuration, no version, no program, a link to nothing or to a folder."""
    folder = Path(shutil.copytree(ECHO, tmp_path / "wrong"))
    messages = [_refusal(tmp_path / "nowhere")]
    (folder / "2").symlink_to(tmp_path / "nowhere")
    messages.append(_refusal(folder))
    (folder / "2").unlink()
    (folder / "2").symlink_to(folder)
    messages.append(_refusal(folder))
    (folder / "2").unlink()
    (folder / "1" / "model.py").unlink()
    messages.append(_refusal(folder))
    shutil.rmtree(folder / "1")
    messages.append(_refusal(folder))
    (folder / "config.pbtxt").unlink()
    messages.append(_refusal(folder))

    expected = [
        f"{tmp_path / 'nowhere'}: there is no such folder",
        f"{folder / '2'}: neither a file nor a folder, or a link to nothing",
        f"{folder / '2'}: a link to a folder; put the folder itself there",
        f"{folder / '1' / 'model.py'}: the file is missing",
        f"{folder / '1'}: the version folder is missing",
        f"{folder / 'config.pbtxt'}: the file is missing; a Triton model folder has one",
    ]
    assert expected == messages


def _refusal(folder: Path) -> str:
    with pytest.raises(UnusableModelError) as caught:
        check_model(folder)
    return str(caught.value)


def test_a_refusal_keeps_the_installed_model(tmp_path: Path, models: Path) -> None:
    """Neither a wrong folder nor the installed model's own folder changes it."""
    install(BARE, models)
    before = files(models)
    wrong = install(copy_of(ECHO, tmp_path, "OUTPUT_TEXT", "RESULT"), models)
    own = install(models / "triton" / "translator", models)

    assert (1, 1) == (wrong.returncode, own.returncode)
    assert before == files(models)


def test_a_running_triton_loads_it_or_it_is_taken_out(tmp_path: Path, models: Path) -> None:
    """Loaded live; a program that breaks is taken out, and the former model answers again."""
    (models / "triton").mkdir()
    broken = Path(shutil.copytree(ECHO, tmp_path / "broken"))
    (broken / "1" / "model.py").write_text("raise RuntimeError('no')\n")
    with running_triton(tmp_path, repositories=(TEST_MODELS, models / "triton")) as server:
        first = install(broken, models, server.grpc_url)
        left = set(models.rglob("*"))
        good = install(ECHO, models, server.grpc_url)
        again = install(broken, models, server.grpc_url)
        with InferenceServerClient(server.grpc_url) as client:
            ready = client.is_model_ready("translator")

    assert (1, {models / "triton", models / LOCK}) == (first.returncode, left), first.stdout
    assert (0, True) == (good.returncode, "has loaded it" in good.stdout), good.stderr
    assert (1, True) == (again.returncode, ready)
    assert (ECHO / "1" / "model.py").read_bytes() == files(models)["triton/translator/1/model.py"]


def test_the_installer_and_the_service_know_the_same_tensors() -> None:
    """The installer may import no service, so each has its own table."""
    inputs = {*contract.REQUIRED_INPUTS, *contract.OPTIONAL_INPUTS}
    outputs = {*contract.REQUIRED_OUTPUTS, *contract.OPTIONAL_OUTPUTS}

    required = {engine._TEXT, engine._SOURCE, engine._TARGET}
    assert inputs == {*required, engine._BEAM_SIZE, engine._MAX_LENGTH, engine._NATIVE_DIGITS}
    assert outputs == {engine._OUTPUT, engine._SCORE, engine._CONFIDENCE, engine._DOUBTS, engine._ERROR}
    assert contract.LANGUAGE_IDS == engine._LANGUAGE_IDS
