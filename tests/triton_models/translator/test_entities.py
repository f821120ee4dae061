"""What models must not touch is found whole, and nothing else is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from indictext.entities import Protected, protect, protect_names, protect_numbers
from indictext.placeholders import restore

from tests.triton_models.translator.texts import HOSTILE, seconds, texts


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("Mail first.last+tag@mail.example.co.in, please", ["first.last+tag@mail.example.co.in"]),
        ("me@example.com-ல் எழுது", ["me@example.com"]),
        ("(see https://en.wikipedia.org/wiki/Dog_(breed)).", ["https://en.wikipedia.org/wiki/Dog_(breed)"]),
        ("देखें https://example.com/पशु।", ["https://example.com/पशु"]),
        ("https://example.comలో ఉంది", ["https://example.com"]),
        ("ftp://files.example.org:21/a, www.example.museum!", ["ftp://files.example.org:21/a", "www.example.museum"]),
        ("example.co.in and bit.ly/abc", ["example.co.in", "bit.ly/abc"]),
        ("Node.js, report.pdf", ["Node.js", "report.pdf"]),
        ("@petroast #कुत्ता #1 user@home", ["@petroast", "#कुत्ता", "#1", "user@home"]),
        ("10:30, 15/10/2023, 1,00,000 and 192.168.1.1", ["10:30", "15/10/2023", "1,00,000", "192.168.1.1"]),
        ("+91-98765-43210 -12.75 100% 10% - 20% ~15.5%", ["+91-98765-43210", "-12.75", "100%", "10% - 20%", "~15.5%"]),
        ("₹1,200.50 रु12.75", ["1,200.50", "12.75"]),
        ("Write <ID1> or [ id 7 ]", ["<ID1>", "[ id 7 ]"]),
        ("<ID१> <आईडी १> <আইডি ১> <ஐடி 1> <آئی ڈی ۱>", ["<ID१>", "<आईडी १>", "<আইডি ১>", "<ஐடி 1>", "<آئی ڈی ۱>"]),
    ],
)  # fmt: skip
def test_these_are_protected(text: str, entities: list[str]) -> None:
    """Without the marks of the sentence around them."""
    assert sorted(entities) == sorted(entity.text for entity in protect(text).entities)


@pytest.mark.parametrize(
    "text",
    [
        "9876543210 and 2023", "45% of 3.5 or 1,200", "5-6 dogs", "C# is a language", "walked.Then", "गया.तब वह",
        "Ph.D. in the U.S.A., e.g. here", "and/or, A/B", "ID 5 and ID7", "<b> x </b> < 5 >", "B2-2000", "12 : 30",
        "a @ b # c",
    ],
)  # fmt: skip
def test_these_are_not(text: str) -> None:
    """Models know plain and short numbers, and the rest is text."""
    assert ((), text) == (protect(text).entities, protect(text).text)


def test_dotted_latin_words_are_protected_within_other_scripts() -> None:
    """There no full stop without a space is meant; short ones are initials."""
    assert ["org.freedesktop.DBus"] == [
        each.text for each in protect("यह org.freedesktop.DBus U.S. है", is_latin=False).entities
    ]


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("Use index.theme, or org.freedesktop.DBus.", ["index.theme", "org.freedesktop.DBus"]),
        ("org.freedesktop.DBus.Peer", ["org.freedesktop.DBus.Peer"]),
        ("See http://a.org/index.theme now", ["http://a.org/index.theme"]),
        ("Nothing of the kind.", []),
    ],
)
def test_names_are_protected_wherever_they_stand(text: str, entities: list[str]) -> None:
    """The longest that is there; not within an address, which is one whole."""
    names = ("org.freedesktop.DBus", "index.theme", "org.freedesktop.DBus.Peer")

    assert entities == [each.text for each in protect_names(text, names).entities]


def test_numbers_are_known_as_such() -> None:
    """Their digits may become native ones."""
    assert [False, True] == [entity.is_number for entity in protect("10:30 a@b.org").entities]


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("14 dogs and 250 cats, 9876543210 (2019)", ["14", "250", "9876543210", "2019"]),
        ("45% of 3.5, 5-6 dogs at 10:30", ["45%", "3.5", "5-6", "10:30"]),
        ("500 -12 12টা 1962లో", ["500", "-12", "12", "1962"]),
        ("₹500, (₹ 5), -₹7, 5€ or 500₹ for $3", ["₹500", "₹ 5", "-₹7", "5€", "500₹", "$3"]),
        ("At 25 °C, 9°, 5°-10° and 20°C-25°c", ["25 °C", "9°", "5°-10°", "20°C-25°c"]),
        ("At 28°N, 180 °Celsius, x₹5", ["28", "180"]),
        ("7 dogs on the 14th, 12-year-old, COVID-19, B2-2000, 2x4", []),
    ],
)
def test_small_networks_touch_no_number(text: str, entities: list[str]) -> None:
    """But single digits, and what is part of a word."""
    assert entities == [each.text for each in protect_numbers(Protected(text), every=True).entities]


@given(texts, st.booleans())
@settings(max_examples=500, deadline=None)
def test_protecting_loses_nothing(text: str, every: bool) -> None:
    """Restored, the text is what it was; without entities it never changed."""
    text = text.replace("\ufdd0", "")
    protected = protect_numbers(protect_names(text), every=every)

    assert text == restore(protected.text, [entity.text for entity in protected.entities])
    assert protected.entities or protected.text == text


@pytest.mark.parametrize("unit", HOSTILE)
@pytest.mark.parametrize("is_latin", [True, False])
def test_hostile_texts_take_little_time(unit: str, is_latin: bool) -> None:
    """Every pattern is linear."""
    assert seconds(lambda text: protect(text, is_latin=is_latin), unit) < 0.5
    assert seconds(lambda text: protect_numbers(Protected(text), every=True), unit) < 0.5
