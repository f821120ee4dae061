"""How cues become pages."""

import math
from itertools import pairwise

import pytest

from services.video.studio.fonts import FontBook
from services.video.studio.pages import LINES, Page, lay_out, line_width
from services.video.studio.spec import Cue
from tests.services.video.studio.conftest import make_cues
from tests.services.video.studio.sentences import SENTENCES


def words_of(page: Page) -> list[str]:
    """The text of a page, word by word."""
    return ["".join(run.text for run in word.runs) for line in page.lines for word in line]


@pytest.mark.parametrize("code", SENTENCES)
def test_long_text_keeps_every_word_within_the_lines(fonts: FontBook, code: str) -> None:
    """Two thousand characters: no word lost, at most two lines, none too wide, never two pages at a time."""
    text = (SENTENCES[code] + " ") * 60
    text = text[:2000].rsplit(" ", 1)[0]

    pages = lay_out(make_cues(text, 150.0), fonts.for_language(code), 11.0, 150.0)

    assert text.split() == [word for page in pages for word in words_of(page)]
    assert max(len(page.lines) for page in pages) <= LINES
    assert max(page.width for page in pages) <= 11.0
    assert all(first.end <= second.start for first, second in pairwise(pages))


def test_a_word_wider_than_a_line_is_cut(fonts: FontBook) -> None:
    """Ninety letters without a space stay on the screen, in order."""
    pages = lay_out((Cue(0, 3, "x" * 90),), fonts.for_language("en"), 8.0, 3.0)

    assert "x" * 90 == "".join(word for page in pages for word in words_of(page))
    assert max(line_width(line) for page in pages for line in page.lines) <= 8.0


def test_a_phrase_is_spread_over_its_time(fonts: FontBook) -> None:
    """One cue for a long phrase: several pages, and no word is marked as the spoken one."""
    text = "This is one long phrase that has no word timings and needs several pages to be shown"

    pages = lay_out((Cue(1.0, 5.0, text),), fonts.for_language("en"), 9.0, 6.0)

    assert len(pages) > 1
    assert pytest.approx(1.0) == pages[0].start
    assert all(spoken is None for page in pages for _, _, spoken in page.moments())


def test_moments_follow_the_words(fonts: FontBook) -> None:
    """Each cue of a page has its own time, and together they fill the page's."""
    (page,) = lay_out(make_cues("one two three", 3.0), fonts.for_language("en"), 20.0, 3.0)

    assert [(0.0, 1.0, 0), (1.0, 2.0, 1), (2.0, 3.0, 2)] == [
        (round(start, 3), round(end, 3), cue) for start, end, cue in page.moments()
    ]


def test_sentences_and_pauses_begin_new_pages(fonts: FontBook) -> None:
    """A full stop ends a page, and so does a silence."""
    cues = (Cue(0, 1, "One."), Cue(1, 2, "two"), Cue(4, 5, "three"))

    pages = lay_out(cues, fonts.for_language("en"), 20.0, 6.0)

    assert [["One."], ["two"], ["three"]] == [words_of(page) for page in pages]
    assert pages[1].end < pages[2].start


def test_senseless_times_are_mended(fonts: FontBook) -> None:
    """Backwards, negative, infinite, late and empty cues: what can be shown is, inside the narration."""
    cues = (
        Cue(2, 1, "backwards"), Cue(-3, 9, "early"), Cue(math.nan, 1, "nan"), Cue(0.5, math.inf, "inf"),
        Cue(99, 100, "late"), Cue(1, 1.5, "   "), Cue(0.6, 0.9, "mid"),
    )  # fmt: skip

    pages = lay_out(cues, fonts.for_language("en"), 9.0, 3.0)

    assert ["early", "mid", "backwards"] == [word for page in pages for word in words_of(page)]
    assert all(0 <= page.start < page.end <= 3.0 for page in pages)


def test_nothing_to_show(fonts: FontBook) -> None:
    """No cues, or only what no font has: no pages."""
    assert () == lay_out((), fonts.for_language("en"), 9.0, 3.0)
    assert () == lay_out((Cue(0, 1, "🐶"),), fonts.for_language("en"), 9.0, 3.0)


def test_a_word_that_has_a_page_to_itself_is_marked(fonts: FontBook) -> None:
    """As any other word that is spoken; a phrase's last word is not, for nobody knows when it is."""
    *_, word = lay_out(make_cues("some page one", 3.0), fonts.for_language("en"), 3.0, 3.0)
    *_, phrase = lay_out((Cue(0.0, 3.0, "some page one"),), fonts.for_language("en"), 3.0, 3.0)

    assert (["one"], [2]) == (words_of(word), [spoken for *_, spoken in word.moments()])
    assert (["one"], [None]) == (words_of(phrase), [spoken for *_, spoken in phrase.moments()])
