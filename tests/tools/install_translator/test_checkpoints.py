"""Installing and removing networks: each is converted, and one Triton model serves all of them."""

import shutil
from pathlib import Path

import pytest
from google.protobuf import text_format
from tritonclient.grpc import InferenceServerClient, model_config_pb2

from tests.fixtures.triton import ROOT, TEST_MODELS, running_triton
from tests.tools.indictrans2.checkpoints import write_tiny
from tests.triton_models.translator.serving import KINDS, Item, answers, inputs, install_tiny, run_installer
from tools.install_translator.digest import digest
from tools.install_translator.weights import installed
from tools.model_repository.place import LOCK

CODE = ROOT / "triton_models" / "translator" / "1"


def config_of(models: Path, name: str = "config.pbtxt") -> model_config_pb2.ModelConfig:
    """What Triton reads."""
    text = (models / "triton" / "translator" / name).read_text()
    return text_format.Parse(text, model_config_pb2.ModelConfig())


def parameter(models: Path, name: str) -> str:
    """One of config.pbtxt."""
    return str(config_of(models).parameters[name].string_value)


def test_a_checkpoint_is_converted_and_served(tmp_path: Path) -> None:
    """The serving code lies beside the configuration, which names the weights by a path that moves with them."""
    models = install_tiny(tmp_path, ["en-indic"])
    folder = models / "triton" / "translator"
    copied = {str(path.relative_to(folder / "1")) for path in (folder / "1").rglob("*.py")}

    assert {str(path.relative_to(CODE)) for path in CODE.rglob("*.py")} == copied
    assert "../../indictrans2/tiny-en-indic" == parameter(models, "models")
    assert (folder / parameter(models, "models") / "model.bin").is_file()
    assert digest(folder / "1")[:16] == parameter(models, "fingerprint").split(",")[-1]
    assert ("en-indic", "tag") == (parameter(models, "directions"), parameter(models, "language_ids"))
    assert ("eng_Latn", "hin_Deva") == (
        parameter(models, "health_INPUT_LANGUAGE_ID"),
        parameter(models, "health_OUTPUT_LANGUAGE_ID"),
    )
    kinds = [config_of(models, f"configs/{name}.pbtxt").instance_group[0].kind for name in ("cpu", "gpu")]
    assert ["KIND_CPU", "KIND_GPU"] == [model_config_pb2.ModelInstanceGroup.Kind.Name(kind) for kind in kinds]


def test_a_second_direction_adds_to_the_first(tmp_path: Path) -> None:
    """With both, the model covers the Indic languages among themselves, by way of English; a third replaces that."""
    covered = []
    for direction in KINDS:
        models = install_tiny(tmp_path, [direction])
        covered.append((parameter(models, "directions"), parameter(models, "models").count(",")))

    both = "en-indic,indic-en,indic-indic"
    assert [("en-indic", 0), (both, 1), (both, 2)] == covered


def test_of_two_networks_for_a_direction_the_last_serves(tmp_path: Path) -> None:
    """The other stays on the disk, serves again when the last is removed, and the answer says so."""
    models = install_tiny(tmp_path, ["en-indic"])
    done = run_installer(models, tmp_path / "tiny-en-indic", "--name=newer", "--quantization=float32")
    served, fingerprint = parameter(models, "models"), parameter(models, "fingerprint")
    removed = run_installer(models, "--remove=newer")

    assert "../../indictrans2/newer" == served
    assert 33 == len(fingerprint) and fingerprint != parameter(models, "fingerprint")
    assert "unused: tiny-en-indic (en-indic)" in done.stdout
    assert 0 == removed.returncode
    assert "../../indictrans2/tiny-en-indic" == parameter(models, "models")


def test_a_converted_folder_is_taken_over(tmp_path: Path) -> None:
    """As it is."""
    first = install_tiny(tmp_path, ["indic-en"])
    converted = first / "indictrans2" / "tiny-indic-en"

    done = run_installer(tmp_path / "other", converted)

    assert 0 == done.returncode, done.stderr
    installed = tmp_path / "other" / "indictrans2" / "tiny-indic-en"
    assert (converted / "model.bin").read_bytes() == (installed / "model.bin").read_bytes()
    assert "indic-en" == parameter(tmp_path / "other", "directions")


def test_the_device_stays_what_it_was(tmp_path: Path) -> None:
    """Nobody has to say it again; what is converted for a GPU is float16."""
    models = tmp_path / "models"
    kinds = []
    for arguments in (
        [write_tiny(tmp_path / "en-indic"), "--device=gpu"],
        [write_tiny(tmp_path / "indic-en", "tiny-untied", "indic-en")],
        ["--remove=indic-en"],
        [tmp_path / "en-indic", "--device=cpu"],
    ):
        assert 0 == run_installer(models, *arguments).returncode
        kind = config_of(models).instance_group[0].kind
        kinds.append((model_config_pb2.ModelInstanceGroup.Kind.Name(kind), quantizations(models)))

    half = {"en-indic": "float16"}
    assert [
        ("KIND_GPU", half),
        ("KIND_GPU", half | {"indic-en": "float16"}),
        ("KIND_GPU", half),
        ("KIND_CPU", {"en-indic": "int8"}),
    ] == kinds


def quantizations(models: Path) -> dict[str, str]:
    """Of the installed networks, by name."""
    return {each.name: each.quantization for each in installed(models / "indictrans2")}


def test_removing_the_last_leaves_no_model(tmp_path: Path) -> None:
    """And a name that is not installed is told with those that are."""
    models = install_tiny(tmp_path, ["en-indic"])
    wrong = run_installer(models, "--remove=nobody")
    right = run_installer(models, "--remove=tiny-en-indic")

    assert (1, 0) == (wrong.returncode, right.returncode)
    assert "REMOVE=nobody" in wrong.stderr
    assert "installed: tiny-en-indic" in wrong.stderr
    assert [] == [path for path in models.rglob("*") if path.is_file() and path.name != LOCK]


def test_somebody_elses_model_stays_when_the_last_network_goes(tmp_path: Path) -> None:
    """It is none that was written for the networks."""
    models = install_tiny(tmp_path, ["en-indic"])
    run_installer(models, TEST_MODELS / "translator_echo")

    done = run_installer(models, "--remove=tiny-en-indic")

    assert 0 == done.returncode
    assert "iso639_1" == parameter(models, "language_ids")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([""], "MODEL: name a checkpoint's folder"),
        (["/nowhere/at/all"], "/nowhere/at/all: there is no such folder"),
        (["{folder}", "--direction=indic-en"], "--direction says indic-en"),
    ],
)
def test_what_cannot_be_installed_is_said(tmp_path: Path, arguments: list[str], message: str) -> None:
    """In a sentence, and nothing is installed."""
    folder = write_tiny(tmp_path / "tiny-en-indic")
    done = run_installer(tmp_path / "models", *(each.format(folder=folder) for each in arguments))

    assert (1, True) == (done.returncode, message in done.stderr), done.stderr
    assert not (tmp_path / "models" / "triton").exists()


def test_a_running_triton_follows(tmp_path: Path) -> None:
    """It loads the first network, then both, then the second alone, and in the end none."""
    models = tmp_path / "models"
    (models / "triton").mkdir(parents=True)
    there, back = Item("A dog."), Item("एक कुत्ता", "hin_Deva", "eng_Latn")
    errors = []
    with running_triton(tmp_path, repositories=(TEST_MODELS, models / "triton")) as server:
        url = server.grpc_url
        with InferenceServerClient(url) as client:
            for step in ("en-indic", "indic-en", "--remove=tiny-en-indic"):
                if step in KINDS:
                    install_tiny(tmp_path, [step], url)
                    shutil.rmtree(tmp_path / f"tiny-{step}")
                else:
                    assert 0 == run_installer(models, step, triton_url=url).returncode
                found = answers(client.infer("translator", inputs([there, back])))
                errors.append([answer.error for answer in found])
            last = run_installer(models, "--remove=tiny-indic-en", triton_url=url)
            is_ready = client.is_model_ready("translator")

    refused = "UNSUPPORTED_DIRECTION"
    assert [["", refused], ["", ""], [refused, ""]] == errors
    assert (0, False) == (last.returncode, is_ready), last.stderr
