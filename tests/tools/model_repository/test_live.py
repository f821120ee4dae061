"""Telling a Triton about a model."""

import socket
from pathlib import Path

import pytest

from tests.fixtures.triton import Triton
from tools.model_repository import live
from tools.model_repository.install import install
from tools.model_repository.settings import RepositorySettings

NOWHERE = "127.0.0.1:9"  # the discard port: nothing listens there


def test_a_model_is_known_where_its_repository_is_served(triton: Triton) -> None:
    """Of another name, or where no Triton is, it is not."""
    assert live.knows(triton.grpc_url, "coco_ssd")
    assert not live.knows(triton.grpc_url, "no_such_model")
    assert not live.knows(NOWHERE, "coco_ssd")


def test_a_triton_that_does_not_answer_is_not_taken_for_none() -> None:
    """It may be serving the model: the caller must not go on as if it did not."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(live.LoadFailedError, match=f"Triton at {url} does not answer within 1 s"):
            live.knows(url, "coco_ssd", patience=1)


def test_a_model_that_cannot_be_loaded_is_an_error(triton: Triton) -> None:
    """With Triton's words."""
    with pytest.raises(live.LoadFailedError, match="no_such_model"):
        live.load(triton.grpc_url, "no_such_model")


def test_a_triton_of_another_repository_is_left_alone(triton: Triton, tmp_path: Path) -> None:
    """The model is installed, and the person told how to load it."""
    settings = RepositorySettings(models_dir=tmp_path, triton_url=triton.grpc_url)
    said = install("no_such_model", settings, Path.mkdir)

    assert f"installed {tmp_path}/triton/no_such_model; start the mesh" in said
    assert (tmp_path / "triton" / "no_such_model").is_dir()
