"""What of a text is spoken."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.speech.spoken import spoken


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "plain words stay", "plain words stay"),
        ("en", "a 🐶 dog ❤️ 👨‍👩‍👧 1️⃣", "a dog 1"),
        ("en", "<b>bold</b> & {x} [[h@l'oU]]", "b bold b &, x, h @ l'oU,"),
        ("en", "\x01100shello\x00", "100shello"),
        ("en", "𝓱𝓮𝓵𝓵𝓸 ＡＢ ⓐ", "hello AB a"),
        ("en", "h̷e̶llo résume\u0301", "hello résumé"),
        ("en", "snake_case #tag *loud*", "snake case tag loud"),
        ("en", "don’t ‘quote’ 'this'", "don't quote this"),
        ("en", "wow ! really ... yes?!", "wow! really. yes?"),
        ("en", "! hello", "hello"),
        ("en", "a -- b", "a– b"),
        ("en", "line one\nline two.\r\n\nthree", "line one, line two. three"),
        ("en", "$5 or 5€ & 50 % of % x=-5 C++ ,-w", "$5 or 5€ & 50% of x = -5 C++, w"),
        ("en", "10,20,30 1,234 12,34,567", "10,20,30 1234 1234567"),
        ("en", "My dog (a pug) sleeps", "My dog, a pug, sleeps"),
        ("en", "is .5 of 3.14 at 10:30", "is .5 of 3.14 at 10:30"),
        ("en", "₹1,00,000", "100000 rupees"),
        ("hi", "₹500 १२३", "500 रुपये 123"),
        ("ur", "۱۲۳ يه", "123 یہ"),
        ("as", "নমস্কার", "নমস্কাৰ"),
        ("bn", "নমস্কাৰ", "নমস্কার"),
        ("or", "ସ୍ୱାଗତ", "ସ୍ଵାଗତ"),
        ("hi", "क्\u200dष हिन्दी\u200c", "क्ष हिन्दी"),
        ("en", "one\u200btwo so\u00adft", "one two soft"),
    ],
)
def test_what_is_spoken(language: str, text: str, expected: str) -> None:
    """Emoji, markup and control characters fall silent; digits and lookalike letters become plain."""
    said = spoken(text, language)

    assert expected == re.sub(r"\s+", " ", said.text).strip()


def test_origins_lead_back_to_the_text() -> None:
    """Each character that is spoken as it was comes from where it stood."""
    text = "a 🐶 ₹500, (b) ... 𝓬"
    said = spoken(text, "en")

    assert [text.index(char) for char in "ab"] == [said.origins[said.text.index(char)] for char in "ab"]
    assert text.index("𝓬") == said.origins[said.text.index("c")]
    assert text.index("₹") == said.origins[said.text.index("500")]


def test_a_long_word_is_broken() -> None:
    """No stretch without a space is longer than voices can say."""
    said = spoken("abcd" * 500, "en")

    assert max(map(len, said.text.split())) <= 48


def test_a_chain_of_dotted_letters_is_taken_apart() -> None:
    """An abbreviation keeps its dots; hundreds of them in a row do not, for the engine falls over them."""
    assert "U.S.A. e.g. this" == spoken("U.S.A. e.g. this", "en").text
    assert "." not in spoken("a.b. " * 50, "en").text


@pytest.mark.parametrize("text", ["!!!", "🙂", "...", "—", "%", "   ", "\u0301", "ि"])
def test_signs_alone_are_not_speakable(text: str) -> None:
    """A text without a letter or a digit has nothing to say."""
    assert not spoken(text, "hi").speakable


@given(st.text(max_size=300), st.sampled_from(["en", "hi", "as", "ur"]))
def test_any_text_keeps_its_origins(text: str, language: str) -> None:
    """Whatever the text, the origins are offsets in it, never going back, one for each character."""
    said = spoken(text, language)

    assert len(said.text) == len(said.origins)
    assert list(said.origins) == sorted(said.origins)
    assert all(0 <= origin < len(text) for origin in said.origins)
    assert not set(said.text) & set("<>[]{}\x01\0")
