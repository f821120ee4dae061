"""Fixed translations: each exactly once for every occurrence, whatever a model makes of the handles."""

import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from indictext import finish, prepare

from meshkit.errors import InvalidInput
from services.translator.glossary import NO_TERMS, Glossary, Term

HANDLE = re.compile(r"@glx*[a-z]{3}")
DOG = Glossary([Term("dog", "श्वान")])

_TERMS = ["dog", "Big Dog", "C++", "नमस्ते", "a", "@gl", "₹5"]
_WORDS = st.sampled_from(
    [*_TERMS, "DOG", "dogs", "big  dog", "cat", "@glaaa", "@GL", "a@b.org", "<ID1>", "x.y", "।", "1:30"]
)
_TEXTS = st.lists(_WORDS, max_size=12).map(" ".join)
_ALL = Glossary([Term(term, f"«{place}»") for place, term in enumerate(_TERMS)])


def spoiled(text: str, handles: list[str], fates: list[int]) -> str:
    """A text with each handle kept, dropped, repeated, in capitals, with a space in it, or as one that nobody gave."""
    for handle, fate in zip(handles, fates, strict=False):
        forms = [
            handle,
            "",
            f"{handle} {handle}",
            handle.upper(),
            handle.replace("@", "@ "),
            handle[:-3] + "zzz",
        ]
        text = text.replace(handle, forms[fate])
    return text


@given(_TEXTS, st.lists(st.integers(0, 5), min_size=12, max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_every_occurrence_has_its_translation_once(text: str, fates: list[int], random: object) -> None:
    """Handles may be dropped, repeated, deformed or invented: each fixed translation is there as often as its term."""
    protected = _ALL.protect(text)
    # A caller's own handle may look like ours where there is none of ours.
    ours = re.finditer(re.escape(protected.mark) + "[a-z]{3}", protected.text) if protected.fixed else ()
    handles = [match[0] for match in ours]
    words = protected.text.split(" ")
    random.shuffle(words)  # type: ignore[attr-defined]

    restored = protected.restore(spoiled(" ".join(words), handles, fates))

    counted = {each: protected.fixed.count(each) for each in set(protected.fixed)}
    assert len(handles) == len(protected.fixed)
    assert counted == {each: restored.count(each) for each in counted}
    if protected.fixed:
        assert protected.mark not in restored.lower()


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_a_text_without_terms_stays_as_it_is(text: str) -> None:
    """To the letter, on the way in and on the way out."""
    for glossary in (NO_TERMS, Glossary([Term("zyzzyva", "x")])):
        protected = glossary.protect(text)

        assert text == protected.text
        assert text == protected.restore(text)


@given(_TEXTS)
@settings(max_examples=200, deadline=None)
def test_handles_come_through_the_text_pipeline(text: str) -> None:
    """What the model's pipeline protects comes back to the letter, in another script and with its own digits."""
    protected = _ALL.protect(text)
    prepared = prepare(protected.text, "eng_Latn", "tam_Taml")

    said = finish(prepared.body, prepared, native_digits=True)

    handles = [handle for handle in HANDLE.findall(protected.text) if handle.startswith(protected.mark)]
    assert sorted(handles) == sorted(h for h in HANDLE.findall(said) if h.startswith(protected.mark))
    restored = protected.restore(said)
    assert all(protected.fixed.count(each) == restored.count(each) for each in protected.fixed)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my dog sleeps", "my श्वान sleeps"),
        ("Dog! DOG, (dog)", "श्वान! श्वान, (श्वान)"),
        ("dogs hotdog dog_1 dog2", "dogs hotdog dog_1 dog2"),
        ("dog-friendly 'dog' dog's", "श्वान-friendly 'श्वान' श्वान's"),
        (
            "@dog #dog www.dog.com me@dog.in http://a.in/dog",
            "@dog #dog www.dog.com me@dog.in http://a.in/dog",
        ),
        ("<ID1> dog [ID2]", "<ID1> श्वान [ID2]"),
        ("@glaaa dog @GLX", "@glaaa श्वान @GLX"),
    ],
)
def test_terms_are_whole_words_outside_of_names(text: str, expected: str) -> None:
    """No letter or digit touches them, and addresses, handles and placeholders of the caller stay as they are."""
    protected = DOG.protect(text)

    assert expected == protected.restore(protected.text)


def test_case_counts_where_it_is_asked_for() -> None:
    """`match_case` tells US from us."""
    glossary = Glossary([Term("US", "अमेरिका", match_case=True)])
    protected = glossary.protect("The US told us.")

    assert "The अमेरिका told us." == protected.restore(protected.text)


def test_the_exact_term_counts_before_one_in_any_letters() -> None:
    """Whichever is given first."""
    us, country = Term("us", "हम"), Term("US", "अमेरिका", match_case=True)

    for terms in ([us, country], [country, us]):
        protected = Glossary(terms).protect("The US told us. Us!")
        assert "The अमेरिका told हम. हम!" == protected.restore(protected.text)


def test_the_longer_term_counts() -> None:
    """White space of any kind is one space, and composed letters are the same as decomposed ones."""
    glossary = Glossary([Term("Delhi", "D"), Term("New  Delhi", "ND"), Term("Ame\u0301lie", "A")])
    protected = glossary.protect("new\n delhi, Delhi, Am\u00e9lie")

    assert ("ND", "D", "A") == protected.fixed
    assert "ND, D, A" == protected.restore(protected.text)


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda text: "", "श्वान श्वान"),
        (lambda text: "सोता है।", "सोता है श्वान श्वान।"),
        (lambda text: text.replace("@glaab", "@glaaa"), "श्वान and श्वान."),
        (lambda text: text.replace("and", "@glaaa and"), "श्वान and श्वान."),
    ],
    ids=["empty", "dropped", "the wrong one", "one too many"],
)
def test_what_a_model_spoils_is_made_good(spoil: Callable[[str], str], expected: str) -> None:
    """Dropped handles come before the marks that end the text; repeated ones stand for missing ones, or go."""
    protected = DOG.protect("dog and dog.")

    assert expected == protected.restore(spoil(protected.text))


@pytest.mark.parametrize(
    ("terms", "field", "reason"),
    [
        ([Term("a", "b"), Term(" \t", "b")], "glossary[1].term", "EMPTY_TEXT"),
        ([Term("Dog", "b"), Term("dog", "c")], "glossary[1].term", "DUPLICATE_TERM"),
        ([Term("e\u0301", "b"), Term("\u00e9", "c")], "glossary[1].term", "DUPLICATE_TERM"),
    ],
)
def test_a_wrong_term_is_named(terms: list[Term], field: str, reason: str) -> None:
    """White space alone, and what is there twice."""
    with pytest.raises(InvalidInput) as info:
        Glossary(terms)

    assert (field, reason) == (info.value.field, info.value.reason)


@pytest.mark.parametrize("text", ["@gl" * 666, "a " * 1000, "@glx" + "x" * 1990, "<ID1>" * 400, " " * 2000])
def test_hostile_texts_take_little_time(text: str) -> None:
    """With the largest glossary, the longest text takes milliseconds."""
    glossary = Glossary([Term("a" * 98 + f"{n:02}", "b") for n in range(63)] + [Term("a", "c" * 200)])

    started = time.process_time()
    protected = glossary.protect(text)
    protected.restore(protected.text)

    assert time.process_time() - started < 0.3
