"""Which networks are installed, which of them serve, and what they are tried with."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tools.install_translator.model import UnusableModelError
from tools.install_translator.serve import configuration
from tools.install_translator.weights import Weights, installed, sample_pair, serving

CARD: dict[str, Any] = {
    "directions": ["en-indic"],
    "source_tags": ["eng_Latn"],
    "target_tags": ["hin_Deva"],
    "quantization": "int8",
    "made_at": 1,
    "files": {"model.bin": "00"},
}


def write(folder: Path, name: str, **changes: Any) -> None:
    """A network of which there is only the card."""
    (folder / name).mkdir(parents=True)
    (folder / name / "sutradhar.json").write_text(json.dumps(CARD | changes))


def weights(direction: str, source: tuple[str, ...], target: tuple[str, ...]) -> Weights:
    """One network."""
    return Weights("net", direction, source, target, "int8", 1, "0" * 64)


def test_the_last_serves_however_its_folder_was_copied(tmp_path: Path) -> None:
    """The card has the time; that of the file is the copy's."""
    write(tmp_path, "first", made_at=1)
    write(tmp_path, "second", made_at=2)
    os.utime(tmp_path / "first" / "sutradhar.json", (2e9, 2e9))

    assert ["second"] == [each.name for each in serving(installed(tmp_path))]


def test_a_card_without_a_time_has_that_of_its_file(tmp_path: Path) -> None:
    """As former versions wrote them."""
    write(tmp_path, "old")
    card = {key: value for key, value in CARD.items() if key != "made_at"}
    (tmp_path / "old" / "sutradhar.json").write_text(json.dumps(card))
    os.utime(tmp_path / "old" / "sutradhar.json", ns=(5, 5))

    assert [5] == [each.made_at for each in installed(tmp_path)]


def test_other_weights_of_the_same_sources_are_another_network(tmp_path: Path) -> None:
    """A mended converter makes them; the time alone changes nothing."""
    write(tmp_path, "one")
    write(tmp_path, "later", made_at=2)
    write(tmp_path, "other", files={"model.bin": "01"})
    later, one, other = installed(tmp_path)

    assert one.fingerprint == later.fingerprint
    assert one.fingerprint != other.fingerprint


@pytest.mark.parametrize("text", ["", "[]", "{}", "3"])
def test_what_is_no_network_is_left_out(tmp_path: Path, text: str) -> None:
    """Damaged cards, and folders that are being made."""
    write(tmp_path, "one")
    write(tmp_path, ".hidden")
    write(tmp_path, "broken")
    (tmp_path / "broken" / "sutradhar.json").write_text(text)
    shutil.copytree(tmp_path / "one", tmp_path / "copy")

    assert ["copy", "one"] == [each.name for each in installed(tmp_path)]


ENGLISH, HINDI, MARATHI, KASHMIRI = "eng_Latn", "hin_Deva", "mar_Deva", "kas_Arab"


@pytest.mark.parametrize(
    ("chosen", "pair"),
    [
        ([weights("en-indic", (ENGLISH,), (MARATHI, HINDI))], (ENGLISH, HINDI)),
        ([weights("indic-indic", (KASHMIRI, MARATHI, HINDI), (MARATHI, HINDI))], (HINDI, MARATHI)),
        ([weights("indic-en", (KASHMIRI, MARATHI), (ENGLISH,))], (MARATHI, ENGLISH)),
        (
            [weights("en-indic", (ENGLISH,), (KASHMIRI,)), weights("indic-en", (HINDI,), (ENGLISH,))],
            (HINDI, ENGLISH),
        ),
        ([weights("indic-en", (), (ENGLISH,))], None),
        ([weights("indic-en", (KASHMIRI,), (ENGLISH,))], None),
    ],
)
def test_the_sample_is_of_our_languages(chosen: list[Weights], pair: tuple[str, str] | None) -> None:
    """English and Hindi where it can be; none where a network knows only others."""
    assert pair == sample_pair(chosen)


def test_networks_without_our_languages_are_refused() -> None:
    """In a sentence."""
    with pytest.raises(UnusableModelError, match="net: no text of one of our languages"):
        configuration([weights("indic-en", (KASHMIRI,), (ENGLISH,))], ["net"], "0", "cpu")
