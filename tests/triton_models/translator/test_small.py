"""What is particular to texts for small networks."""

import pytest
from indictext import finish, prepare
from indictext.small import as_written, calm, capitalised, kept_apart, mended, read_as_written, with_own_marks


def through(text: str, tag: str) -> str:
    """What a small network's text becomes that writes the tokens of `text`."""
    tokens = prepare(text, tag, "eng_Latn", is_small=True).body
    return finish(tokens, prepare("x", "eng_Latn", tag, is_known=lambda _: True))


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("ল'ৰাটোৱে ক'লে: আহ'!", "asm_Beng"),
        ("অ' নহয়, এটা ভিডিঅ' বনালোঁ।", "asm_Beng"),
        ("उसने कहा: 'आओ'।", "hin_Deva"),
        ("हे ॲप फुकट आहे.", "mar_Deva"),
        ("சொன்னது: ஃபைல் எங்கே?", "tam_Taml"),
        ("സൗജന്യമാണോ?", "mal_Mlym"),
        ("ॐ नमः शिवाय", "hin_Deva"),
    ],
)
def test_marks_within_words_survive(text: str, tag: str) -> None:
    """A colon is no visarga, an apostrophe no quote, and a real visarga stays one."""
    assert text == through(text, tag)


def test_letters_stay_apart_where_it_is_written() -> None:
    """Kannada's non-joiner; what is read goes without."""
    text = "ಫೋನ್\u200cನಲ್ಲಿ"

    assert "\u200c" not in kept_apart(text)
    assert text == as_written(kept_apart(text))
    assert "फोन्नल्लि" == prepare(text, "kan_Knda", "eng_Latn", is_small=True).body


def test_published_networks_get_what_they_were_trained_on() -> None:
    """The library's visarga and its quotes."""
    assert "कहाः ल ' र" == prepare("कहा: ल'र", "hin_Deva", "eng_Latn").body


def test_a_quoted_word_at_the_end_keeps_its_quotes() -> None:
    """Only where nothing is quoted an apostrophe at a word's end belongs to it."""
    assert "ক'লে 'আহ'" == as_written(read_as_written("ক'লে 'আহ'"))
    assert read_as_written("ক'লে 'আহ'").endswith("'")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("खिलाेंगे", "खिलाएंगे"),
        ("नाय्ुडन", "नायुडन"),
        ("ेक ्क ंक", "एक क क"),
        ("कृॄ", "कृॠ"),
        ("कुत्ता घर में है।", "कुत्ता घर में है।"),
    ],
)
def test_signs_without_a_letter_are_mended(text: str, expected: str) -> None:
    """A vowel sign stands on a consonant, once."""
    assert expected == mended(text)


@pytest.mark.parametrize(
    ("text", "tag", "expected"),
    [
        ("है ੰ۔", "hin_Deva", "है ।"),
        ("ஆம்۔ ஏன்؟", "tam_Taml", "ஆம். ஏன்?"),
        ("ஆம்।", "tam_Taml", "ஆம்."),
        ("Yes।", "eng_Latn", "Yes."),
        ("ہے। کیا?", "urd_Arab", "ہے۔ کیا؟"),
        ("Yes؟ ं", "eng_Latn", "Yes? "),
    ],
)
def test_marks_are_the_languages_own(text: str, tag: str, expected: str) -> None:
    """Whatever the network has mixed up."""
    assert expected == with_own_marks(text, tag)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MY DOG IS LAZY!", "My dog is lazy!"),
        ("'HELLO, MOTI'", "'Hello, moti'"),
        ("TV", "TV"),
        ("My TV", "My TV"),
        ("12 34", "12 34"),
        ("MAIL <ID1> NOW <ID12>", "Mail <ID1> now <ID12>"),
        ("<ID1> IS LAZY", "<ID1> is lazy"),
        ("TV <ID1>", "TV <ID1>"),
        ("IT IS 25 °C TODAY", "It is 25 °C today"),
        ("<ID1> <ID2>", "<ID1> <ID2>"),
        ("", ""),
    ],
)
def test_shouting_is_read_as_speech(text: str, expected: str) -> None:
    """A few letters may be a name, and who writes both means both."""
    assert expected == calm(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("good boy!", "Good boy!"), ("he said 'come.'", "He said 'come.'"), ("good boy", "good boy"), ("", "")],
)
def test_sentences_begin_with_a_capital(text: str, expected: str) -> None:
    """The networks read languages without any."""
    assert expected == capitalised(text)
