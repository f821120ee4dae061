"""Random checkpoints have all that published ones have."""

import json
from pathlib import Path

from tests.tools.indictrans2.running import convert
from tools.indictrans2.random_checkpoint import DEVANAGARI, LATIN, write_checkpoint, write_vocabulary
from tools.indictrans2.shape import Shape, Stack


def test_a_random_checkpoint_converts(tmp_path: Path) -> None:
    """Of a small shape here, from Indic languages to English."""
    shape = Shape(16, Stack(1, 2, 32, 400, 64), Stack(2, 2, 32, 300, 64), False, False, True)
    write_checkpoint(tmp_path / "indic-en", shape, "indic-en")

    folder = convert(tmp_path / "indic-en", tmp_path / "made")

    card = json.loads((folder / "sutradhar.json").read_text())
    assert (["indic-en"], ["eng_Latn"]) == (card["directions"], card["target_tags"])
    assert (1, 2) == (card["shape"]["encoder_layers"], card["shape"]["decoder_layers"])


def test_vocabularies_have_the_size_that_was_asked_for(tmp_path: Path) -> None:
    """Every piece once."""
    for side, letters, size in (("SRC", LATIN, 3000), ("TGT", DEVANAGARI, 5000)):
        write_vocabulary(tmp_path, side, letters, (), size)

        assert list(range(size)) == list(json.loads((tmp_path / f"dict.{side}.json").read_text()).values())
