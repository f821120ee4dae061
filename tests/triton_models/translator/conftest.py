"""What Triton imports from the model's own folder is imported from there here as well, and tiny models are served."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.triton import ROOT, running_triton
from tests.triton_models.translator.serving import Serving, install_tiny

sys.path.append(str(ROOT / "triton_models" / "translator" / "1"))
sys.path.append(str(Path(__file__).parent / "stand_ins"))


@pytest.fixture(scope="session")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A Triton with tiny models for en-indic and indic-en; leave them alive."""
    home = tmp_path_factory.mktemp("translator")
    models = install_tiny(home, ("en-indic", "indic-en"))
    with running_triton(home, repositories=(models / "triton",)) as server:
        yield Serving(server, models)
