"""One installed model with tiny random weights, loaded as in Triton."""

import json
import subprocess
from typing import Any

import pytest

from tests.fixtures.triton import PYTHON
from tests.triton_models.translator.serving import HERE, Serving

pytestmark = pytest.mark.xdist_group("translator_model")


@pytest.fixture(scope="module")
def said(serving: Serving) -> dict[str, Any]:
    """What networked.py says of the network from English."""
    folder = serving.models / "indictrans2" / "tiny-en-indic"
    done = subprocess.run(
        [PYTHON, HERE / "networked.py", folder], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_card_says_what_it_translates(said: dict[str, Any]) -> None:
    """And how much it reads at once: of 256 places, one is for the end."""
    assert ["eng_Latn"] == said["sources"]
    assert 12 == len(said["targets"])
    assert 255 == said["longest_source"]


def test_it_reads_tags_and_pieces_and_writes_text(said: dict[str, Any]) -> None:
    """Special pieces are no text."""
    assert ["eng_Latn", "hin_Deva"] == said["tokens"][:2]
    assert "▁thecat" == "".join(said["tokens"][2:]).replace("▁cat", "cat")
    assert "कख ग" == said["text"]


def test_an_answer_is_as_long_as_its_own_source_allows(said: dict[str, Any]) -> None:
    """These weights never end: one stops at three times its source and 16, the other where its places end."""
    assert [3 * len(said["tokens"]) + 16, 255] == said["sizes"]


def test_an_output_has_its_score(said: dict[str, Any]) -> None:
    """A log-probability for each piece."""
    assert 5 == len(said["output"]["tokens"])
    assert -10.0 < said["output"]["score"] < 0.0
