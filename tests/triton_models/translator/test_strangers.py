"""Words that a model has never seen, and what becomes of them."""

import pytest
from indictext import finish, has_other_script, prepare, unified
from indictext.entities import Protected
from indictext.strangers import in_script, protect_strangers, without_signs

from tests.triton_models.translator.texts import seconds

ENGLISH, HINDI, TAMIL = "eng_Latn", "hin_Deva", "tam_Taml"
KNOWN = frozenset("my is sleeping on the doesn like a".split())  # noqa: SIM905 - it reads better


def test_a_stranger_is_spelt_where_the_model_puts_it() -> None:
    """Once, with the ending that the model wrote."""
    prepared = prepare("My Ramesh is sleeping", ENGLISH, TAMIL, is_known=KNOWN.__contains__)

    assert "My < ID1 > is sleeping" == prepared.body
    assert (4, 1, True) == (prepared.words, prepared.strangers, prepared.is_guarded)
    assert "ராமேஷை பார்" == finish("< ID1 >यै पार्", prepared)


def test_a_stranger_that_the_model_drops_is_there_all_the_same() -> None:
    """At the end, before the mark."""
    prepared = prepare("My Rex is sleeping.", ENGLISH, HINDI, is_known=KNOWN.__contains__)

    assert "मेरा सो रहा है रेक्स।" == finish("मेरा सो रहा है ।", prepared)


def test_placeholders_are_numbered_as_they_stand() -> None:
    """Numbers, addresses and strangers alike: that is how a network learned them."""
    text = "Rex doesn't like http://a.org 12:30:10 pizza"
    prepared = prepare(text, ENGLISH, HINDI, is_known=KNOWN.__contains__)

    assert "< ID1 > doesn 't like < ID2 > < ID3 > < ID4 >" == prepared.body
    assert ["रेक्स", "http://a.org", "12:30:10", "पिज़ा"] == [entity.text for entity in prepared.entities]
    assert ("http://a.org",) == prepared.names


def test_emoji_stay() -> None:
    """With what belongs to them, and without being words."""
    found = protect_strangers(Protected("My 👍🏽 is ❤️"), KNOWN.union(["My"]).__contains__, ENGLISH, HINDI)

    assert ("My <ID1> is <ID2>", 2) == (found.protected.text, found.words)
    assert ["👍🏽", "❤️"] == [entity.text for entity in found.protected.entities]


@pytest.mark.parametrize(
    ("text", "around", "entities"),
    [
        ("🔥₹500 😂", ("🔥", " 😂"), ["₹500"]),
        ("Heat it to 180°", ("", ""), ["180°"]),
        ("Say °", ("", " °"), []),
    ],
)
def test_signs_of_numbers_stay_with_them(text: str, around: tuple[str, str], entities: list[str]) -> None:
    """Also where a text begins or ends with one."""
    prepared = prepare(text, ENGLISH, HINDI, is_known=lambda word: True)

    assert (around, entities) == (prepared.around, [entity.text for entity in prepared.entities])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("😂 My dog 😂😂", "मेरा"),
        ("My dog 👍🏽", "मेरा"),
        ("My dog “…” ❤️ ", "मेरा"),
    ],
)
def test_emoji_around_a_text_stay_around_it(text: str, expected: str) -> None:
    """Whatever the model makes of the words between them."""
    prepared = prepare(text, ENGLISH, HINDI, is_known=lambda word: True)
    finished = finish("मेरा", prepared)

    assert text.strip().startswith("😂") == finished.startswith("😂")
    assert text.rstrip().split()[-1] == finished.split()[-1]
    assert expected in finished
    assert "ID" not in prepared.body


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("My dog 🐶 is happy 😀!", ("My dog is happy!", "", " 🐶 😀")),
        ("😂 My 👨‍👩‍👧 sleep. 😂😂", ("My sleep.", "😂 ", " 👨‍👩‍👧 😂😂")),
        ("I am 🇮🇳 here 👍🏽👍🏽.", ("I am here.", "", " 🇮🇳 👍🏽👍🏽")),
        ("I ❤️ you", ("I ❤️ you", "", "")),
        ("I 💙 you 🧡!", ("I 💙 you 🧡!", "", "")),
        ("I ❤️\u200d🔥 you", ("I ❤️\u200d🔥 you", "", "")),
        ("My 👩\u200d❤️\u200d👨 sleep", ("My sleep", "", " 👩\u200d❤️\u200d👨")),
        ("Go \U0001f3f4\U000e0067\U000e007f now", ("Go now", "", " \U0001f3f4\U000e0067\U000e007f")),
        ("A ⭐ dog at ⏰ five", ("A dog at five", "", " ⭐ ⏰")),
        ("25 °C", ("25 °C", "", "")),
    ],
)
def test_emoji_within_a_text_go_to_its_end(text: str, bare: tuple[str, str, str]) -> None:
    """But hearts, and signs that are none."""
    found = without_signs(text)

    assert bare == (found.text, found.before, found.after)


@pytest.mark.parametrize("unit", ["😀", "😀 ", " "])
def test_signs_are_looked_for_in_linear_time(unit: str) -> None:
    """Nobody can stop the model with many between two words."""
    assert seconds(lambda text: without_signs(f"x{text}y"), unit) < 1.0


def test_without_a_word_list_nothing_is_guarded() -> None:
    """As published models want it."""
    prepared = prepare("My Ramesh 👍", ENGLISH, HINDI)

    assert ("My Ramesh 👍", False, ()) == (prepared.body, prepared.is_guarded, prepared.entities)
    assert "मेरा phone" == finish("मेरा phone", prepared)


def test_another_script_is_written_again() -> None:
    """Of what a guarded model writes; its own letters stay."""
    prepared = prepare("My", ENGLISH, HINDI, is_known=lambda word: True)

    assert "मेरा काता है" == finish("मेरा کتا है", prepared)
    assert "नाय् 12" == in_script("நாய் 12", HINDI)
    assert (True, False, False, False) == (
        has_other_script("मेरा کتا", HINDI),
        has_other_script("ৰखा", "asm_Beng"),
        has_other_script("मेरा < ID1 >", HINDI),
        has_other_script("नाय", TAMIL),
    )


def test_words_are_asked_for_as_networks_read_them() -> None:
    """The nine scripts as one, and English in small letters."""
    assert ("नाय्", "dog", "کتا") == (
        unified("நாய்", TAMIL),
        unified("Dog", ENGLISH),
        unified("کتا", "urd_Arab"),
    )
