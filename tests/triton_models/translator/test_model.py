"""The translator in a real Triton with tiny random models: whose answer is whose, and what is refused."""

import asyncio
import math
import re
import time
import urllib.request
from collections.abc import Sequence

import pytest
from tritonclient.grpc import InferenceServerClient
from tritonclient.grpc.aio import InferenceServerClient as AsyncClient
from tritonclient.utils import InferenceServerException

from tests.triton_models.translator.serving import Answer, Item, Serving, answers, inputs

pytestmark = pytest.mark.xdist_group("translator_model")

TEXTS = ("The cat sat on the mat.", "Dogs bark.", "Mail a@b.org by 10:30.", "What a day it was for them all!")
HINDI = "कल १२ लोग आए।"
SENTENCE = "It rained, and the river rose by 3 feet, and still they waited for the boat to come back. "
LONG = SENTENCE * 12


def ask(serving: Serving, items: Sequence[Item]) -> list[Answer]:
    """All items in one request."""
    with InferenceServerClient(serving.triton.grpc_url) as client:
        return answers(client.infer("translator", inputs(items)))


def pieces(serving: Serving, outcome: str) -> int:
    """How many pieces had this outcome so far, as Triton's metrics say it."""
    with urllib.request.urlopen(serving.triton.metrics_url) as response:
        found = re.search(
            rf'translator_pieces_total{{[^}}]*outcome="{outcome}".*}} (\d+)', response.read().decode()
        )
    assert found
    return int(found[1])


def much_work(target: str, count: int) -> list[Item]:
    """A request that takes seconds."""
    texts = [f"{SENTENCE.strip()[:-1]} at {number} o'clock." for number in range(count)]
    return [Item(text, target=target, beam_size=10, max_length=100) for text in texts]


def until_more(serving: Serving, outcome: str, before: int) -> None:
    """Wait until the count is higher."""
    end = time.monotonic() + 30
    while pieces(serving, outcome) <= before:
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_requests_answers_are_in_its_order(serving: Serving) -> None:
    """Other lengths, directions and options side by side; each answer is that of bare ctranslate2 on its own."""
    items = [Item(text, target=tag) for text in TEXTS for tag in ("hin_Deva", "tam_Taml", "urd_Arab")]
    items += [Item(TEXTS[0], beam_size=5), Item(TEXTS[0], max_length=4), Item(TEXTS[2], native_digits=True)]
    items += [Item(HINDI, "hin_Deva", "eng_Latn"), Item("۳ کتابیں", "urd_Arab", "eng_Latn")]

    found = ask(serving, items)

    assert serving.expected(items) == [answer.text for answer in found]
    assert [""] * len(items) == [answer.error for answer in found]
    assert all(math.isfinite(answer.score) and answer.score < 0 for answer in found)


def test_what_the_model_must_not_touch_is_in_the_answer(serving: Serving) -> None:
    """Even where random weights write nothing like it."""
    (answer,) = ask(serving, [Item(TEXTS[2])])

    assert "a@b.org" in answer.text
    assert "10:30" in answer.text


POISON = {
    "EMPTY_TEXT": Item(" \n\t "),
    "INVALID_TEXT": Item(b"caf\xe9"),
    "TEXT_TOO_LONG": Item("a " * 5001),
    "UNKNOWN_LANGUAGE": Item("Hello.", target="fra_Latn"),
    "UNSUPPORTED_DIRECTION": Item("Hello.", target="eng_Latn"),
    "INVALID_BEAM_SIZE": Item("Hello.", beam_size=0),
    "INVALID_MAX_LENGTH": Item("Hello.", max_length=257),
}


@pytest.mark.parametrize("reason", POISON)
def test_a_bad_item_spoils_no_other(serving: Serving, reason: str) -> None:
    """It has its reason; those before and after it have their translations."""
    good = [Item(text) for text in TEXTS[:2]]

    first, bad, last = ask(serving, [good[0], POISON[reason], good[1]])

    assert (reason, "") == (bad.error, bad.text)
    assert serving.expected(good) == [first.text, last.text]


SHORT = ("Hi.", "Dogs bar.", "A cat sat.", "No.", TEXTS[3], TEXTS[0])


def test_an_answer_does_not_depend_on_its_company(serving: Serving) -> None:
    """As long as it may be, texts of several lengths in one group: each is what it is alone."""
    items = [Item(text, beam_size=beam, max_length=256) for text in SHORT for beam in (1, 2)]
    alone = [ask(serving, [item])[0] for item in items]

    together = ask(serving, items)

    assert serving.expected(items) == [answer.text for answer in together]
    assert [answer.text for answer in alone] == [answer.text for answer in together]
    assert pytest.approx([answer.score for answer in alone]) == [answer.score for answer in together]
    assert 1 < len({len(answer.text) for answer in together})


def test_what_is_not_asked_for_is_the_configurations(serving: Serving) -> None:
    """A request without any options has five beams, and ASCII's digits."""
    plain = Item(TEXTS[2], beam_size=None, max_length=None, native_digits=None)
    full = Item(TEXTS[2], beam_size=5, max_length=256)

    assert ask(serving, [full]) == ask(serving, [plain])


@pytest.mark.parametrize("beam_size", [1, 5])
def test_a_score_is_of_the_text_that_was_asked_for(serving: Serving, beam_size: int) -> None:
    """Another text, another score; the same text, the same score."""
    items = [Item(text, beam_size=beam_size) for text in (*TEXTS, TEXTS[0])]
    first, *others, last = [answer.score for answer in ask(serving, items)]

    assert pytest.approx(first) == last
    assert 4 == len({round(score, 4) for score in (first, *others)})


def test_too_much_text_for_one_request_is_refused_for_good(serving: Serving) -> None:
    """With a word of its own, at once; what is just within the limit is answered."""
    beyond = [Item("..." * 3000, target="tel_Telu")] * 15
    within = [Item("..." * 3000, target="tel_Telu", max_length=1)] * 14
    with pytest.raises(InferenceServerException, match="Too much text for one request") as caught:
        ask(serving, beyond)

    assert "StatusCode.INVALID_ARGUMENT" == caught.value.status()
    assert [""] * 14 == [answer.error for answer in ask(serving, within)]


def test_the_way_from_one_indic_language_to_another_is_through_english(serving: Serving) -> None:
    """Where no network translates it directly; digits are the target's only at its end."""
    item = Item(HINDI, "hin_Deva", "ben_Beng", native_digits=True)

    (answer,) = ask(serving, [item])

    assert "" == answer.error
    assert serving.expected([item]) == [answer.text]


def test_a_long_text_is_translated_in_pieces(serving: Serving) -> None:
    """Sentence by sentence, and the white space between them is kept; what is no text stays."""
    text = f"  {TEXTS[0]}\n\n{LONG}\r\n{TEXTS[1]} \u200b\n"
    item = Item(text, max_length=5)

    (answer,) = ask(serving, [item])

    assert serving.expected([item]) == [answer.text]
    assert re.match(r"  \S.*\S\n\n\S", answer.text)
    assert answer.text.endswith(" \u200b\n")


def test_a_sentence_beyond_the_limit_is_cut(serving: Serving) -> None:
    """No network sees more pieces than it has positions for."""
    item = Item(LONG.replace(".", ","), max_length=5)

    (answer,) = ask(serving, [item])

    assert serving.expected([item]) == [answer.text]


def test_the_same_text_in_flight_is_computed_once(serving: Serving) -> None:
    """Eight times the same text in one request, and every one has the answer."""
    shared = pieces(serving, "shared")
    computed = pieces(serving, "computed")

    found = ask(serving, [Item("A text that nobody else sends.", max_length=3)] * 8)

    assert 1 == len({answer.text for answer in found})
    assert (7, 1) == (pieces(serving, "shared") - shared, pieces(serving, "computed") - computed)


async def test_a_short_text_does_not_wait_for_a_long_one(serving: Serving) -> None:
    """It came later, and is answered first."""
    long = much_work("tam_Taml", 20)
    computed = pieces(serving, "computed")
    async with AsyncClient(serving.triton.grpc_url) as client:
        slow = asyncio.create_task(client.infer("translator", inputs(long)))
        await asyncio.to_thread(until_more, serving, "computed", computed)
        await client.infer("translator", inputs([Item("Short.")]))
        was_done = slow.done()
        answered = answers(await slow)

    assert not was_done
    assert [""] * len(long) == [answer.error for answer in answered]


async def test_what_nobody_waits_for_is_dropped(serving: Serving) -> None:
    """A caller whose time is over takes what has not begun with it."""
    dropped = pieces(serving, "dropped")
    items = much_work("tel_Telu", 128)
    async with AsyncClient(serving.triton.grpc_url) as client:
        with pytest.raises(InferenceServerException, match="Deadline Exceeded"):
            await client.infer("translator", inputs(items), client_timeout=0.3)
        await asyncio.to_thread(until_more, serving, "dropped", dropped)
        (answer,) = answers(await client.infer("translator", inputs([Item("Another.")])))

    assert "" == answer.error


async def test_a_caller_who_goes_takes_its_work_with_it(serving: Serving) -> None:
    """Also without a deadline."""
    dropped, computed = pieces(serving, "dropped"), pieces(serving, "computed")
    items = much_work("kan_Knda", 256)
    async with AsyncClient(serving.triton.grpc_url) as client:
        call = asyncio.create_task(client.infer("translator", inputs(items)))
        await asyncio.to_thread(until_more, serving, "computed", computed)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await asyncio.to_thread(until_more, serving, "dropped", dropped)
        (answer,) = answers(await client.infer("translator", inputs([Item("Another.")])))

    assert "" == answer.error
    assert pieces(serving, "computed") - computed < 256
