"""Placeholders are found in whatever a model makes of them."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from indictext.placeholders import name, restore

from tests.triton_models.translator.texts import HOSTILE, seconds, texts

FORMS = (
    "<ID{}>", "< ID{} >", "<ID {}>", "< ID {} >", "[ID{}]", "[ ID {} ]", "<ID{}]", "<id{}>", "< Id {} >", "ID{}",
    "ID {}", "<ID{}", "ID{} >", "<आईडी{}>", "< आईडी {} >", "[ आई . डी . {} ]", "< आई. डी. {} >",
    "आय . डी . {}", "< आयडी {} >",
    "आइडि {}", "< ऐडि {} >", "< ऐटि {} >", "< آئی ڈی {} >", "آئی ڈی {}", "< آی ڈی {} >",
)  # fmt: skip
DIGITS = ("0123456789", "०१२३४५६७८९", "۰۱۲۳۴۵۶۷۸۹", "০১২৩৪৫৬৭৮৯")


def written(form: str, number: int, digits: str) -> str:
    """A placeholder as a model writes it."""
    return form.format(str(number).translate(str.maketrans("0123456789", digits)))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("digits", DIGITS)
def test_every_form_is_read(form: str, digits: str) -> None:
    """Nothing of it is left."""
    text = f"क {written(form, 2, digits)} ख {written(form, 1, digits)} ग"

    assert "क two ख one ग" == restore(text, ["one", "two"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("क ख ।", "क ख one two ।"),
        ("<ID2> क ख", "two क ख one"),
        ("<ID1> क <ID1> ख", "one क two ख"),
        ("<ID1> क <ID2> ख <ID2>", "one क two ख "),
        ("<ID7> क <ID2>", "one क two"),
        ("<ID1> क <ID2> <ID9>", "one क two "),
        ("ID1 क <ID1> <ID2>", "ID1 क one two"),
        ("", "one two"),
        ('("क")', '("क one two")'),
        ("VOID1 क", "VOID1 क one two"),
        ("<ID1>2 <ID2>", "one2 two"),
    ],
)
def test_lost_and_repeated_placeholders(text: str, expected: str) -> None:
    """Whole ones before bare ones, repeated ones for missing ones, and the rest at the end before the last marks."""
    assert expected == restore(text, ["one", "two"])


@given(
    st.integers(1, 30).flatmap(
        lambda count: st.tuples(
            st.permutations(range(1, count + 1)),
            st.lists(st.sampled_from(FORMS), min_size=count, max_size=count),
            st.lists(st.sampled_from(("", "drop", "repeat")), min_size=count, max_size=count),
        )
    )
)
@settings(max_examples=200, deadline=None)
def test_every_entity_comes_back_exactly_once(case: tuple[list[int], list[str], list[str]]) -> None:
    """In any order and form, dropped or repeated."""
    order, forms, fates = case
    words = []
    for number, form, fate in zip(order, forms, fates, strict=True):
        words += [form.format(number)] * {"drop": 0, "": 1, "repeat": 2}[fate]
    entities = [f"@e{number}e" for number in sorted(order)]
    found = re.findall("@e[0-9]+e", restore(" क ".join(words), entities))

    assert sorted(entities) == sorted(found)


@given(texts)
@settings(max_examples=300, deadline=None)
def test_a_text_without_entities_stays(text: str) -> None:
    """Also one that has what looks like placeholders."""
    assert text.replace("\ufdd0", "") == restore(text, [])


@given(texts, st.lists(texts, min_size=1, max_size=5))
@settings(max_examples=200, deadline=None)
def test_entities_may_hold_anything(text: str, entities: list[str]) -> None:
    """Placeholders within an entity are not filled."""
    restored = restore(text, [f"⟦{place}{entity}⟧" for place, entity in enumerate(entities)])

    assert all(restored.count(f"⟦{place}{entity}⟧") == 1 for place, entity in enumerate(entities))


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_answers_take_little_time(unit: str) -> None:
    """Also with many entities to find."""
    entities = [name(number) for number in range(500)]

    assert seconds(lambda text: restore(text, entities), unit) < 1.0
