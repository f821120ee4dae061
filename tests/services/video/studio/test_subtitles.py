"""The ASS script that ffmpeg gets."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.video.studio.fonts import FontBook
from services.video.studio.spec import Aspect, Cue
from services.video.studio.subtitles import escape, write_subtitles
from tests.services.video.studio.conftest import FONTS, make_cues
from tests.services.video.studio.sentences import SENTENCES

EVENT = re.compile(r"Dialogue: 0,(\d:\d\d:\d\d\.\d\d),(\d:\d\d:\d\d\.\d\d),Voice,,0,0,0,,(.*)")
OVERRIDE = re.compile(r"(?<!\\)\{(\\an5\\pos\(\d+,\d+\)|\\1c&H[0-9A-F]{6}&\\fn[A-Za-z ]+\\fs[\d.]+)\}")


def events_of(script: str) -> list[tuple[str, str, str]]:
    """Start, end and text of every event; the rest of the script must be ours."""
    lines = script.split("[Events]\n")[1].splitlines()[1:]
    found = [EVENT.fullmatch(line) for line in lines]
    assert all(found)
    return [(each[1], each[2], each[3]) for each in found if each]


@pytest.mark.parametrize("code", SENTENCES)
def test_only_named_fonts_are_needed(code: str) -> None:
    """The fonts that are answered are those whose families the events name; the language's own is the first."""
    fonts = FontBook(FONTS).for_language(code)

    script, used = write_subtitles(make_cues(SENTENCES[code], 3.0), fonts, Aspect.PORTRAIT, 3.0, 0.0)

    named = set(re.findall(r"\\fn([^\\}]+)", script))
    assert {font.family for font in used} == named
    assert f"Style: Voice,{fonts[0].family}," in script


def test_times_are_shifted_by_the_lead_in(fonts: FontBook) -> None:
    """The silence before the voice moves the text."""
    script, _ = write_subtitles((Cue(1.0, 2.0, "hi"),), fonts.for_language("en"), Aspect.LANDSCAPE, 2.0, 0.5)

    assert [("0:00:01.50", "0:00:02.50")] == [event[:2] for event in events_of(script)]


@pytest.mark.parametrize("text", ["{\\fs400}a", "a\\Nb", "a\\", "}{", "\\{", "a\nDialogue: 0,0:00:00.00"])
def test_hostile_text_stays_text(fonts: FontBook, text: str) -> None:
    """Without our own overrides, every brace left is escaped and no backslash starts a code."""
    script, _ = write_subtitles((Cue(0, 1, text),), fonts.for_language("en"), Aspect.PORTRAIT, 1.0, 0.0)

    for _, _, body in events_of(script):
        rest = OVERRIDE.sub("", body)
        assert not re.search(r"(?<!\\)[{}]", rest)
        assert not re.search(r"\\[^{}\u2060]", rest)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=6))
def test_any_text_makes_a_sound_script(texts: list[str]) -> None:
    """Whatever the words are, the script has only our overrides and whole events."""
    cues = tuple(Cue(number * 0.5, number * 0.5 + 0.5, text) for number, text in enumerate(texts))

    script, _ = write_subtitles(cues, FontBook(FONTS).for_language("ur"), Aspect.PORTRAIT, 3.0, 0.0)

    for _, _, body in events_of(script):
        assert not re.search(r"(?<!\\)[{}]", OVERRIDE.sub("", body))


def test_escape() -> None:
    """Braces get a backslash, a backslash a word joiner."""
    assert "\\{\\}\\\u2060" == escape("{}\\")


def test_lines_stay_inside_the_frame(fonts: FontBook) -> None:
    """Both lines of a page stand in the lower third, above the lowest tenth."""
    text = "a good deal of text that surely needs two lines on a narrow screen"
    script, _ = write_subtitles(make_cues(text, 5.0), fonts.for_language("en"), Aspect.PORTRAIT, 5.0, 0.0)

    heights = {int(found) for found in re.findall(r"\\pos\(540,(\d+)\)", script)}
    assert heights
    assert 1920 * 0.66 < min(heights)
    assert max(heights) < 1920 * 0.9
