"""A small network that answers as the measured one does, made once for each test process."""

from pathlib import Path

import pytest

from bench.aligned import write_aligned
from tools.indictrans2.install import Wanted, install_checkpoint
from tools.indictrans2.shape import Shape, Stack

SHAPE = Shape(
    width=512,
    encoder=Stack(layers=2, heads=8, inner=512, vocabulary=500, positions=256),
    decoder=Stack(layers=2, heads=8, inner=512, vocabulary=700, positions=256),
    tied_head=True,
    embedding_layernorm=True,
    scaled_embedding=True,
)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its folder."""
    home = tmp_path_factory.mktemp("aligned")
    write_aligned(home / "checkpoint", SHAPE, "en-indic")
    wanted = Wanted(str(home / "checkpoint"), "tiny", "en-indic", "int8")
    return install_checkpoint(wanted, home).folder
