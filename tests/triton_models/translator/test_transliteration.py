"""The models' one script: by offset, and only what no script has otherwise."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from indictext.scripts import BLOCKS, COMMON, DANDA_OFFSETS, is_assigned
from indictext.transliteration import from_devanagari, to_devanagari

OTHERS = sorted(set(BLOCKS) - {"Deva"})
# Tamil's rows of stops and its श: all letters of a row are its first.
TAMIL = {**dict.fromkeys((0x2B, 0x2C, 0x2D), 0x2A), 0x36: 0x37} | {
    row + place: row for row in (0x15, 0x1A, 0x1F, 0x24) for place in (1, 2, 3) if row + place != 0x1C
}
# A letter with a nukta is taken apart first, as Unicode does.
TAKEN_APART = range(0x58, 0x60)


@pytest.mark.parametrize("script", OTHERS)
def test_letters_are_devanagaris_at_the_same_offset(script: str) -> None:
    """All of the common part of a block, and nothing past it."""
    base = BLOCKS[script]
    block = "".join(chr(base + offset) for offset in range(0x80))
    expected = [chr(0x900 + offset) if offset in COMMON else block[offset] for offset in range(0x80)]

    assert "".join(expected) == to_devanagari(block, script)


@pytest.mark.parametrize("script", OTHERS)
def test_devanagaris_letters_are_the_scripts_at_the_same_offset(script: str) -> None:
    """Wherever the script has a letter there, by the reference's mapping with its exceptions for Tamil."""
    base = BLOCKS[script]
    moved = {offset: TAMIL.get(offset, offset) if script == "Taml" else offset for offset in COMMON}
    offsets = [each for each in COMMON if is_assigned(base + moved[each])]
    letters = [each for each in offsets if each not in DANDA_OFFSETS and each not in TAKEN_APART]

    assert [chr(base + moved[each]) for each in letters] == [
        from_devanagari(chr(0x900 + each), script) for each in letters
    ]


@pytest.mark.parametrize("script", OTHERS)
def test_no_text_gets_code_points_without_characters(script: str) -> None:
    """Where the script has no such letter, the nearest that it has; dandas and other texts stay."""
    block = "".join(chr(0x900 + offset) for offset in range(0x80))

    assert all(is_assigned(ord(letter)) for letter in from_devanagari(block, script))
    assert "। ॥ a1 ৰ ੱ ൽ" == from_devanagari("। ॥ a1 ৰ ੱ ൽ", script)


@given(st.sampled_from(OTHERS), st.data())
def test_a_script_comes_back_from_devanagari(script: str, data: st.DataObject) -> None:
    """Every text of letters that the script has, single or side by side; letters with a nukta in two parts."""
    own = [
        chr(BLOCKS[script] + offset)
        for offset in range(0x80)
        if offset not in (*TAKEN_APART, 0x3C, 0x36) and _stays(script, offset)
    ]
    text = "".join(data.draw(st.lists(st.sampled_from([each for each in own if is_assigned(ord(each))]))))

    assert text.translate(
        {BLOCKS[script] + each: chr(0x900 + each) for each in DANDA_OFFSETS}
    ) == from_devanagari(to_devanagari(text, script), script)


def _stays(script: str, offset: int) -> bool:
    """Whether Unicode's normal form leaves the sign where it stood: Gurmukhi's udaat moves in Devanagari."""
    return unicodedata.combining(chr(0x900 + offset)) in (
        0,
        unicodedata.combining(chr(BLOCKS[script] + offset)),
    )
