"""From a text to what the models read and back: the reference's own numbers, and where this differs by intent."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from indictext import Prepared, finish, prepare
from indictext.languages import TAGS

from tests.fixtures.triton import ROOT
from tests.triton_models.translator.texts import HOSTILE, seconds, texts

# What IndicTransToolkit 1.1.1 gives for 66 inputs.
VECTORS = json.loads((ROOT / "tests" / "testdata" / "indictrans2" / "processing.json").read_text())
PREPROCESS = [each for each in VECTORS if each["kind"] == "preprocess"]
POSTPROCESS = [each for each in VECTORS if each["kind"] == "postprocess"]

# Inputs beyond those of the reference, for which it gives something else: what this gives, and why that is right.
DEVIATIONS = (
    # The toolkit's copy of the Indic NLP Library writes the six characters `\u093C` for a nukta; the library itself,
    # and with it the training data, has the sign. So also for ড় in Bengali, ਸ਼ in Punjabi and ଡ଼ in Odia.
    ("hin_Deva", "ल\u095cका", "लड\u093cका"),
    # In the same copy the pattern for a colon that stands for a visarga has lost its letters, so that it finds none.
    ("hin_Deva", "अत: हम", "अतः हम"),
    # Telugu's zero and all digits of Tamil and Malayalam are missing in the reference's table.
    ("tel_Telu", "౧౦౦", "100"),
    ("tam_Taml", "௧௨", "12"),
    ("mal_Mlym", "൧൨", "12"),
    # A space that does not break, within a number, becomes a full stop: 10 000 would be ten.
    ("eng_Latn", "10\u00a0000 cats", "10 000 cats"),
    # A full stop without a space after it makes an address of both words, which then stay untranslated.
    ("hin_Deva", "वह गया.तब", "वह गया . तब"),
    ("eng_Latn", "We walked.Then it rained", "We walked.Then it rained"),
    # `|` counts as the mark of a handle, though it is the danda of those who have none on their keyboards.
    ("hin_Deva", "गया|वह", "गया । वह"),
    ("ory_Orya", "ଗଲା|", "गला ।"),
    # Numbers within a word, a sign before one and a third separator are cut off.
    ("eng_Latn", "Type B2-2000 now", "Type B2-2000 now"),
    ("eng_Latn", "Call +91-98765-43210.", "Call < ID1 > ."),
    ("guj_Gujr", "૧-૩,૭,૧૧", "< ID1 >"),
    # An address ends at a plus.
    ("eng_Latn", "See https://a.org/?q=b+c now", "See < ID1 > now"),
    # Odia's sign of ai in two parts becomes a code point without a character.
    ("ory_Orya", "କ\u0b47\u0b56", "कै"),
    # Yeh in its first and middle form is read as ے.
    ("urd_Arab", "\ufef3ہ", "یہ"),
)  # fmt: skip


def _described(vector: dict[str, Any]) -> str:
    return f"{vector.get('source', '')}-{vector['target']}-{vector.get('text', '')[:20]}"


@pytest.mark.parametrize("vector", PREPROCESS, ids=_described)
def test_a_text_is_prepared_as_in_the_reference(vector: dict[str, str]) -> None:
    """The tags and tokens that the models were trained on."""
    assert vector["expected"] == prepare(vector["text"], vector["source"], vector["target"]).text


@pytest.mark.parametrize("vector", PREPROCESS, ids=_described)
def test_tokens_become_a_text_as_in_the_reference(vector: dict[str, str]) -> None:
    """Given its own input for an answer, a text comes back in the language asked for."""
    prepared = prepare(vector["text"], vector["source"], vector["target"])
    english = vector.get("restored_in_english")
    back = replace(prepared, target=vector["source"] if english is None else "eng_Latn")

    assert (english or vector["restored_in_source"]) == finish(prepared.body, back)


@pytest.mark.parametrize("vector", POSTPROCESS, ids=_described)
def test_an_answer_is_read_as_in_the_reference(vector: dict[str, str]) -> None:
    """Devanagari into the target's script, letter by letter."""
    assert vector["expected"] == finish(vector["model_output"], Prepared("eng_Latn", vector["target"], ""))


@pytest.mark.parametrize(("source", "text", "body"), DEVIATIONS)
def test_where_the_reference_is_wrong(source: str, text: str, body: str) -> None:
    """The tokens that it should have given."""
    assert body == prepare(text, source, "eng_Latn").body


@pytest.mark.parametrize(
    ("source", "target", "text", "answer", "expected"),
    [
        ("eng_Latn", "hin_Deva", "Mail a@b.org by 10:30.", "< ID2 > तक < ID1 > को लिखें ।", "10:30 तक a@b.org को लिखें।"),
        ("eng_Latn", "tam_Taml", "See #पशु now", "< ID1 > पार्", "#पशु பார்"),
        ("eng_Latn", "ory_Orya", "Maya", "माय\u093cा", "ମାୟା"),
        ("eng_Latn", "pan_Guru", "Road", "सड\u093cक", "ਸੜਕ"),
        ("eng_Latn", "ben_Beng", "Vivek", "विवेक", "বিবেক"),
        ("eng_Latn", "tam_Taml", "cow", "पसु र\u093c", "பஸு ற"),
        ("eng_Latn", "urd_Arab", "Really?", "کیا ، واقعی ؟", "کیا، واقعی؟"),
        ("eng_Latn", "hin_Deva", "10,000 cats", "10 , 000 बिल्लियाँ", "10,000 बिल्लियाँ"),
        ("hin_Deva", "eng_Latn", "नमस्ते", '" Hi , " he said .', '"Hi," he said.'),
        ("eng_Latn", "hin_Deva", "3.5 crore", "3 . 5 करोड ।", "3.5 करोड।"),
        ("hin_Deva", "eng_Latn", "‹ID१› <ID१> लिखें a@b.org", "< ID2 > : write < ID1 >", "a@b.org: write <ID१>"),
    ],
)  # fmt: skip
def test_an_answer_becomes_a_text(source: str, target: str, text: str, answer: str, expected: str) -> None:
    """Entities as they were, letters that the script has, marks where they belong."""
    assert expected == finish(answer, prepare(text, source, target))


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("hin_Deva", "५ COVID19 १०:३० https://a.org/7"),
        ("ben_Beng", "৫ COVID19 ১০:৩০ https://a.org/7"),
        ("tam_Taml", "௫ COVID19 ௧௦:௩௦ https://a.org/7"),
        ("urd_Arab", "۵ COVID19 ۱۰:۳۰ https://a.org/7"),
        ("eng_Latn", "5 COVID19 10:30 https://a.org/7"),
    ],
)
def test_digits_are_native_on_demand(target: str, expected: str) -> None:
    """Of the text and of protected numbers, not of names and addresses; without the demand they are ASCII's."""
    prepared = prepare("5 COVID19 10:30 https://a.org/7", "eng_Latn", target)
    answer = "५ COVID19 < ID2 > < ID1 >"

    assert expected == finish(answer, prepared, native_digits=True)
    assert "5 COVID19 10:30 https://a.org/7" == finish(answer, prepared)


@pytest.mark.parametrize("tag", ["hi", "hin_Latn", "", "HIN_DEVA"])
def test_an_unknown_tag_is_refused(tag: str) -> None:
    """Either of the two; the message names it."""
    with pytest.raises(ValueError, match=repr(tag)):
        prepare("text", tag, "eng_Latn")
    with pytest.raises(ValueError, match=repr(tag)):
        prepare("text", "eng_Latn", tag)


@given(texts, st.sampled_from(TAGS), st.sampled_from(TAGS))
@settings(max_examples=400, deadline=None)
def test_any_text_goes_through(text: str, source: str, target: str) -> None:
    """No exception; one line of tokens with single spaces; whatever was protected is in the text again."""
    prepared = prepare(text, source, target)
    restored = finish(prepared.body, prepared)

    assert " ".join(prepared.body.split()) == prepared.body
    assert all(entity.text in restored for entity in prepared.entities)


LITERALS = ("<ID१>", "<ID1>", "[ id ২ ]", "<आईडी 1>", "<আইডি ১>", "[ஐடி 2]", "<آئی ڈی ۱>", "< ID １ >")


@given(
    st.lists(st.sampled_from((*LITERALS, "a@b.org", "10:30", "लिखें", "x")), max_size=8), st.sampled_from(TAGS)
)
@settings(max_examples=200, deadline=None)
def test_what_looks_like_a_placeholder_is_none(words: list[str], source: str) -> None:
    """In letters and digits of any script: each comes back where it stood, and takes nobody's place."""
    prepared = prepare(" ".join(words), source, source)
    restored = finish(prepared.body, prepared)
    found = re.findall("|".join(map(re.escape, (*LITERALS, "a@b.org", "10:30"))), restored)

    assert [word for word in words if word not in ("लिखें", "x")] == found


@given(texts, texts, st.sampled_from(TAGS))
@settings(max_examples=200, deadline=None)
def test_any_answer_goes_through(text: str, answer: str, target: str) -> None:
    """Whatever a model writes, what was protected comes back."""
    prepared = prepare(text, "eng_Latn", target)
    restored = finish(answer, prepared, native_digits=False)

    assert all(entity.text in restored for entity in prepared.entities)


@pytest.mark.parametrize("unit", HOSTILE)
@pytest.mark.parametrize("tag", ["eng_Latn", "hin_Deva", "urd_Arab"])
def test_hostile_texts_take_little_time(tag: str, unit: str) -> None:
    """There and back in a fraction of a second, whatever ten thousand characters hold."""
    assert seconds(lambda text: finish(text, prepare(text, tag, tag)), unit) < 1.0


def test_texts_at_the_same_time_keep_their_own_entities() -> None:
    """No call knows of another: answers in any order, from any thread, find their own placeholders."""
    numbers = range(200)
    prepared = [prepare(f"Mail n{number}@b.org", "eng_Latn", "hin_Deva") for number in numbers]
    with ThreadPoolExecutor(4) as pool:
        finished = list(pool.map(lambda each: finish("< ID1 > को लिखें", each), reversed(prepared)))

    assert [f"n{number}@b.org को लिखें" for number in reversed(numbers)] == finished
