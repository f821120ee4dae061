"""The launcher's options, and tritonserver's command line that follows from them."""

from pathlib import Path

import pytest

from tools.triton.checks import Wheel
from tools.triton.options import ROOT, models_in, parse, server_command

WHEEL = Wheel(
    Path("/w/tritonserver"), Path("/w/libs"), Path("/w/stubs"), Path("/w/backend"), Path("/w/caches")
)


def test_the_projects_own_models_are_served_by_default() -> None:
    """Without options: triton_models on the documented ports, on this machine only."""
    options = parse([])

    assert ROOT / "triton_models" == options.repositories[0]
    assert ("127.0.0.1", 8100, 8101, 8102) == (
        options.host,
        options.http_port,
        options.grpc_port,
        options.metrics_port,
    )


def test_each_repository_and_model_is_passed_on(tmp_path: Path) -> None:
    """Two repositories, two models, explicit control, no guessed configurations."""
    one, two = _repository(tmp_path / "one", "a"), _repository(tmp_path / "two", "b")
    options = parse([f"--model-repository={one}", f"--model-repository={two}", "--grpc-port=7"])

    command = server_command(options, WHEEL, models_in(options.repositories), "prefix")

    assert {
        f"--model-repository={one}",
        f"--model-repository={two}",
        "--load-model=a",
        "--load-model=b",
        "--grpc-port=7",
        "--model-control-mode=explicit",
        "--disable-auto-complete-config",
        "--backend-config=python,shm-region-prefix-name=prefix",
    } <= set(command)


@pytest.mark.parametrize(("megabytes", "expected"), [(0, []), (16, ["--cache-config=local,size=16777216"])])
def test_the_response_cache_is_off_unless_asked_for(megabytes: int, expected: list[str]) -> None:
    """Its size is given in megabytes."""
    options = parse([f"--response-cache-mb={megabytes}"])

    command = server_command(options, WHEEL, [], "prefix")

    assert expected == [argument for argument in command if "cache-config" in argument]


def test_a_folder_without_configuration_is_no_model(tmp_path: Path) -> None:
    """Only folders with config.pbtxt count."""
    repository = _repository(tmp_path, "a")
    (repository / "notes").mkdir()

    models = models_in((repository,))

    assert ["a"] == models


def test_a_missing_repository_is_named(tmp_path: Path) -> None:
    """The message says which."""
    with pytest.raises(ValueError, match=r"no model repository at .*nowhere"):
        models_in((tmp_path / "nowhere",))


def test_a_name_in_two_repositories_is_refused(tmp_path: Path) -> None:
    """Triton could not tell them apart."""
    one, two = _repository(tmp_path / "one", "a"), _repository(tmp_path / "two", "a")

    with pytest.raises(ValueError, match="two model repositories hold a"):
        models_in((one, two))


def _repository(folder: Path, model: str) -> Path:
    (folder / model).mkdir(parents=True)
    (folder / model / "config.pbtxt").touch()
    return folder
