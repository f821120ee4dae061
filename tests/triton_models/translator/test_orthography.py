"""Words as the other script's readers spell them."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from indictext import transliterate
from indictext.scripts import BLOCKS, is_assigned

from tests.triton_models.translator.texts import HOSTILE, seconds, texts

SCRIPTS = tuple(BLOCKS)
# What every script but Tamil has a letter of its own for.
CONSONANTS = "कखगघचछजझटठडढतथदधपफबभमरलसह"
SIGNS = ("", "ा", "ि", "ी", "ु", "ू", "े", "ै", "ो", "ौ", "ाः")


@pytest.mark.parametrize(
    ("source", "target", "text", "expected"),
    [
        ("Deva", "Beng", "माया प्रिया घंटा सत्य उत्सव", "মায়া প্রিয়া ঘণ্টা সত্য উৎসব"),
        ("Beng", "Deva", "প্রিয়া উৎসব ঘণ্টা সূর্য", "प्रिया उत्सब घंटा सूर्य"),
        ("Deva", "Guru", "कुत्ता अक्खर अन्न घंटा हाँ पढ़ना", "ਕੁੱਤਾ ਅੱਖਰ ਅੰਨ ਘੰਟਾ ਹਾਂ ਪੜ੍ਹਨਾ"),
        ("Guru", "Deva", "ਕੁੱਤਾ ਅੱਖਰ ਅੰਨ ਘੰਟਾ ਪੜ੍ਹਨਾ ਸ਼ਹਿਰ", "कुत्ता अक्खर अन्न घंटा पढ़ना शहिर"),
        ("Deva", "Taml", "कृष्ण राजन नेपाल हिन्दी हाँ भारत", "கிருஷ்ண ராஜன நேபால ஹிந்தீ ஹான் பாரத"),
        ("Taml", "Deva", "பூங்கா பூனை தமிழ்", "पूंका पूऩै तमिऴ्"),
        ("Taml", "Knda", "பூங்கா தமிழ் சென்னை", "ಪೂಂಕಾ ತಮಿಳ್ ಚೆನ್ನೈ"),
        ("Deva", "Mlym", "कमल् पार्क सूर्य राजन्", "കമൽ പാർക സൂര്യ രാജൻ"),
        ("Mlym", "Telu", "പാർക്കിൽ എൻ്റെ", "పార్క్కిల్ ఎన్రె"),
        ("Deva", "Orya", "माया प्यारा योग विवेक", "ମାୟା ପ୍ୟାରା ଯୋଗ ୱିୱେକ"),
        ("Orya", "Deva", "ମାୟା ୱାଇ", "माया वाइ"),
        ("Deva", "Telu", "हिन्दी हाँ", "హిందీ హాం"),
        ("Deva", "Gujr", "हिन्दी १२। a-b", "હિંદી ૧૨। a-b"),
        ("Knda", "Knda", "ಹಿನ್ದೀ", "ಹಿನ್ದೀ"),
    ],
)
def test_words_are_spelt_for_their_readers(source: str, target: str, text: str, expected: str) -> None:
    """Nasals, double letters, ya, n, bare consonants."""
    assert expected == transliterate(text, source, target)


def test_assamese_has_letters_of_its_own() -> None:
    """Both ways."""
    assert "ৰাম ৱিৱেক" == transliterate("राम विवेक", "Deva", "Beng", assamese=True)
    assert "राम विवेक" == transliterate("ৰাম ৱিৱেক", "Beng", "Deva")


@pytest.mark.parametrize(("source", "target"), [("Latn", "Deva"), ("Deva", "Arab")])
def test_other_scripts_are_refused(source: str, target: str) -> None:
    """The message lists the nine."""
    with pytest.raises(ValueError, match="none of the scripts Deva, Beng"):
        transliterate("a", source, target)


@given(st.lists(st.tuples(st.sampled_from(CONSONANTS), st.sampled_from(SIGNS)), max_size=20))
@settings(max_examples=100, deadline=None)
def test_plain_syllables_come_back_from_every_script(syllables: list[tuple[str, str]]) -> None:
    """Between any two scripts but Tamil, for which four letters are one."""
    word = "".join(map("".join, syllables))
    for source, target in itertools.permutations(set(SCRIPTS) - {"Taml"}, 2):
        text = transliterate(word, "Deva", source)

        assert text == transliterate(transliterate(text, source, target), target, source)


@given(
    st.lists(
        st.tuples(
            st.sampled_from("கஙசஞடணதபமயரலவழளறனஜஷஸஹ"), st.sampled_from(("", "ா", "ி", "ெ", "ே", "ை", "ொ", "ோ"))
        ),
        max_size=20,
    )
)
def test_tamil_comes_back_from_devanagari(syllables: list[tuple[str, str]]) -> None:
    """Every letter of Tamil has one in Devanagari."""
    word = "".join(map("".join, syllables))

    assert word == transliterate(transliterate(word, "Taml", "Deva"), "Deva", "Taml")


@given(texts, st.sampled_from(SCRIPTS), st.sampled_from(SCRIPTS))
@settings(max_examples=300, deadline=None)
def test_any_text_goes_through(text: str, source: str, target: str) -> None:
    """No exception, and no code point that has no character but those that the text had."""
    result = transliterate(text, source, target)

    assert set() == {letter for letter in result if not is_assigned(ord(letter))} - set(text)


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_texts_take_little_time(unit: str) -> None:
    """Every rule is linear."""
    assert seconds(lambda text: [transliterate(text, "Deva", script) for script in SCRIPTS], unit) < 1.0
