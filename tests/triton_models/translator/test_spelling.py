"""Words of one script as readers of another spell them."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from indictext.languages import TAGS
from indictext.spelling import join, script_of_word, spell

from tests.triton_models.translator.texts import seconds

WORDS = st.text(st.characters(categories=("Lu", "Ll", "Lo", "Mn", "Mc", "Nd")), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("word", "target", "expected"),
    [
        ("Ramesh", "hin_Deva", "रामेश"),
        ("Deepak", "tam_Taml", "தீபக்"),
        ("Sunita", "urd_Arab", "سونیتا"),
        ("Rocky", "ben_Beng", "রোকী"),
        ("pizza", "hin_Deva", "पिज़ा"),
        ("cake", "hin_Deva", "केक"),
        ("kangaroo", "hin_Deva", "कंगारू"),
        ("Zafar", "mal_Mlym", "ജാഫർ"),
        ("computer", "mal_Mlym", "കോമ്പൂടർ"),
        ("GPS", "hin_Deva", "जीपीएस"),
        ("Maya", "hin_Deva", "माया"),
        ("Pawan", "hin_Deva", "पावन"),
        ("Maya", "urd_Arab", "مایا"),
        ("Eyre", "hin_Deva", "एरे"),
        ("NASA", "tam_Taml", "ஏன்ஏஏஸ்ஏ"),
        ("H2O", "hin_Deva", "ह2ओ"),
        ("Müller", "hin_Deva", "मुलेर"),
        ("北京", "hin_Deva", "बैजिंग"),
        ("Привет", "tam_Taml", "ப்ரிவேத்"),
        ("12", "hin_Deva", "12"),
    ],
)
def test_a_loanword_from_anywhere(word: str, target: str, expected: str) -> None:
    """Names have the soft t and d, and initials are read out."""
    assert expected == spell(word, "eng_Latn", target)


@pytest.mark.parametrize(
    ("word", "source", "expected"),
    [
        ("रमेश", "hin_Deva", "Ramesh"),
        ("सुनीता", "hin_Deva", "Sunita"),
        ("प्रियंका", "mar_Deva", "Priyanka"),
        ("ज़ेब्रा", "hin_Deva", "Zebra"),
        ("রমেশ", "ben_Beng", "Ramesh"),
        ("ரமேஷ்", "tam_Taml", "Ramesh"),
        ("మోహన్", "tel_Telu", "Mohan"),
        ("رمیش", "urd_Arab", "Ramish"),
        ("بِھائی", "urd_Arab", "Bhayi"),
        ("ॲप", "mar_Deva", "Ap"),
        ("ऍपल", "hin_Deva", "Epal"),
        ("phone", "hin_Deva", "phone"),
    ],
)
def test_indian_words_in_latin_letters(word: str, source: str, expected: str) -> None:
    """Without the vowel that nobody says."""
    assert expected == spell(word, source, "eng_Latn")


@pytest.mark.parametrize(
    ("name", "ending", "target", "expected"),
    [
        ("ரமேஷ்", "யை", "tam_Taml", "ரமேஷை"),
        ("மோத்தி", "யை", "tam_Taml", "மோத்தியை"),
        ("जिराफ़", "ों", "hin_Deva", "जिराफ़ों"),
        ("ज़ेब्रा", "ों", "hin_Deva", "ज़ेब्रों"),
        ("चीकू", "ों", "hin_Deva", "चीकूयों"),
        ("Rex", "'s", "eng_Latn", "Rex's"),
        ("रेक्स", " ने", "hin_Deva", "रेक्स ने"),
        ("रेक्स", "", "hin_Deva", "रेक्स"),
    ],
)
def test_endings_are_joined_as_they_are_written(name: str, ending: str, target: str, expected: str) -> None:
    """A model learned them on a word in i; after a consonant there is no glide."""
    assert expected == join(name, ending, target)


@given(WORDS, st.sampled_from(TAGS), st.sampled_from(TAGS))
@settings(max_examples=300, deadline=None)
def test_letters_are_the_targets_alone(word: str, source: str, target: str) -> None:
    """Whatever the word is made of."""
    wanted = target.partition("_")[2]
    letters = [
        letter for letter in spell(word, source, target) if unicodedata.category(letter).startswith("L")
    ]

    assert {wanted} >= {script_of_word(letter) for letter in letters}


def test_a_long_word_takes_time_linear_in_it() -> None:
    """Nobody can stop the model with one."""
    assert seconds(lambda text: spell(text, "eng_Latn", "tam_Taml"), "queerschtzy") < 1.0
