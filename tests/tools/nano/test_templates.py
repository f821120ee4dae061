"""tools/nano/templates.py"""

from pathlib import Path

import pytest

from tests.tools.nano.homes import write_home
from tools.nano.lexicon import LexiconError, read_lexicon, read_slots
from tools.nano.templates import Filling, keys, parse, render, slot_name


@pytest.mark.parametrize(
    ("template", "key", "expected"),
    [
        ("{pet} सोता है", "n:dog", "कुत्ता सोता है"),
        ("{pet.o} पर", "n:dog", "कुत्ते पर"),
        ("{pet+}", "n:cat", "बिल्लियाँ"),
        ("{pet+.o} को", "n:cat", "बिल्लियों को"),
        ("{pet:गया|गई}", "n:cat", "गई"),
        ("{pet:{pet} गया|{pet+} गईं}", "n:cat", "बिल्लियाँ गईं"),
        ("{pet:|न}", "n:dog", ""),
    ],
)
def test_a_slot_is_filled(tmp_path: Path, template: str, key: str, expected: str) -> None:
    """Forms, plurals, and choices by gender with slots in them."""
    home = write_home(tmp_path)
    parts = parse(template, read_slots(home))

    assert expected == render(parts, {"pet": Filling(key)}, read_lexicon(home, "hi"))


def test_slots_are_listed_once_in_their_order(tmp_path: Path) -> None:
    """Also those within choices; a second one of a kind has a digit."""
    parts = parse("{animal2} {pet:{adj.being.m}|x} {pet} {num} {animal}", read_slots(write_home(tmp_path)))

    assert ["animal2", "pet", "adj.being", "num", "animal"] == keys(parts)
    assert ["animal", "adj.being"] == [slot_name("animal2"), slot_name("adj.being")]


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{pot}", "there is no slot 'pot'"),
        ("{}", "a slot without a name"),
        ("{pet", "unmatched {"),
        ("{pet:a|b", "unmatched {"),
        ("pet}", "unmatched }"),
    ],
)
def test_a_template_that_does_not_parse_is_refused(tmp_path: Path, template: str, said: str) -> None:
    """With the template in the message."""
    slots = read_slots(write_home(tmp_path))

    with pytest.raises(LexiconError, match=said):
        parse(template, slots)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{pet.loc}", "hi: dog has no form 'loc'"),
        ("{pet:a|b|c}", "hi: 3 texts for the genders m, f"),
        ("{city:a|b}", "hi: delhi has no gender"),
    ],
)
def test_what_the_language_lacks_is_named(tmp_path: Path, template: str, said: str) -> None:
    """A form, or a gender."""
    home = write_home(tmp_path)
    parts = parse(template, read_slots(home))
    fillings = {"pet": Filling("n:dog"), "city": Filling("c:delhi")}

    with pytest.raises(LexiconError, match=said):
        render(parts, fillings, read_lexicon(home, "hi"))
