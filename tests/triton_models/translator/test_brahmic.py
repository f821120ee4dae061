"""Spelling and marks of the nine Brahmic scripts."""

import unicodedata

import pytest
from indictext.brahmic import detokenise, normalise, tokenise
from indictext.scripts import BLOCKS


@pytest.mark.parametrize(
    ("script", "text", "expected"),
    [
        ("Deva", "ॲप ऱ्हास\u200d", "एप र\u093c\u094dहास"),
        ("Deva", "\u0958 \u095f", "क\u093c य\u093c"),
        ("Beng", "\u09dc \u09df ক\u09c7\u09be|", "ড\u09bc য\u09bc কো।"),
        ("Guru", "\u0a33 ੲਿ ੳੁ", "ਲ\u0a3c ਇ ਉ"),
        ("Orya", "ଵ ଅ\u0b3e ଓ\u0b57", "ବ ଆ ଔ"),
        ("Taml", "க\u0bc6\u0bbe க\u0bc6\u0bd7", "கொ கௌ"),
        ("Telu", "క\u0c46\u0c56", "కై"),
        ("Knda", "ಕ\u0cc6\u0cc2\u0cd5", "ಕೋ"),
        ("Mlym", "അവന്\u200d ക\u0d57", "അവൻ കൌ"),
        ("Gujr", "ક\u200dષ\u200c", "કષ"),
    ],
)
def test_a_letter_has_one_spelling(script: str, text: str, expected: str) -> None:
    """The one of the training data, whatever keyboard the text is from."""
    assert expected == normalise(text, script)


def test_a_colon_after_a_letter_is_a_visarga() -> None:
    """One with a space before it, after a digit or after a danda is a colon."""
    assert "अतः राम : १ : ।:" == normalise("अत: राम : १ : ।:", "Deva")


@pytest.mark.parametrize("script", BLOCKS)
def test_spelling_is_stable(script: str) -> None:
    """Every letter of a block, spelt twice, is spelt once."""
    letters = [chr(BLOCKS[script] + offset) for offset in range(0x80)]
    spelt = [normalise(letter, script) for letter in letters if unicodedata.name(letter, "")]

    assert spelt == [normalise(letter, script) for letter in spelt]


def test_every_mark_is_a_token() -> None:
    """But a backslash, and those within numbers."""
    assert "( क ) , ' ख ' - 12:30 1.5 । \\ग" == tokenise("(क),'ख'-12:30 1.5।\\ग")


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("3.5 करोड़ और 3.5", "3 . 5 करोड़ और 3.5"),
        ("1,200 लोग", "1 , 200 लोग"),
        ("(1,200)", "( 1,200 )"),
        ("35 लोग", "35 लोग"),
    ],
)
def test_a_number_that_begins_a_text_is_in_parts(text: str, tokens: str) -> None:
    """As the Indic NLP Library leaves it there, and so the models know it; a reader gets it in one piece."""
    assert tokens == tokenise(text)
    assert text == detokenise(tokens)


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        ("( क ) , ख !", "(क), ख!"),
        ("' क ' और \" ख \"", "'क' और \"ख\""),
        ("12 : 30 , 10 , 000", "12:30,10,000"),
        ("क - ख / ग", "क-ख/ग"),
        ("# क @ ख $ 5", "#क @ख $5"),
        ("क । ख ॥", "क। ख॥"),
    ],
)
def test_marks_join_their_words(tokens: str, text: str) -> None:
    """Where a writer would put them."""
    assert text == detokenise(tokens)
