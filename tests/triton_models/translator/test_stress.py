"""Many callers at once: everyone gets its own answers, in order, whoever else asks for what.

`STRESS_REQUESTS=10000` makes it the long one.
"""

import asyncio
import dataclasses
import os
import random
from collections.abc import Iterator
from itertools import product

import pytest
from tritonclient.grpc.aio import InferenceServerClient

from tests.triton_models.translator.serving import Answer, Item, Serving, answers, inputs

pytestmark = [pytest.mark.xdist_group("translator_model"), pytest.mark.timeout(1800)]

REQUESTS = int(os.environ.get("STRESS_REQUESTS", "600"))
CLIENTS = 64
ENGLISH = (
    "A dog barks.",
    "Is it 10:30?",
    "Write to a@b.org, then wait.",
    "One. Two.\nThree!",
    "The cat saw 12 birds.",
)
INDIC = {
    "hin_Deva": ("वह घर गया।", "कल १२ लोग आए। वे थक गए।"),
    "tam_Taml": ("நான் வீட்டிற்கு சென்றேன்.",),
    "urd_Arab": ("یہ کتاب ہے۔",),
    "ben_Beng": ("আমি ভাত খাই।", "১০ জন এসেছিল।"),
}
TARGETS = ("hin_Deva", "tam_Taml", "urd_Arab", "mal_Mlym")
POISON = {
    Item(""): "EMPTY_TEXT",
    Item(b"\xff\xfe"): "INVALID_TEXT",
    Item("x" * 10_001): "TEXT_TOO_LONG",
    Item("Hi.", target="deu_Latn"): "UNKNOWN_LANGUAGE",
    Item("Hi.", target="eng_Latn"): "UNSUPPORTED_DIRECTION",
    Item("Hi.", beam_size=99): "INVALID_BEAM_SIZE",
    Item("Hi.", max_length=0): "INVALID_MAX_LENGTH",
}


# In every text, and so in every answer: whose it is. Networks do not see it, so they are asked the same more than once.
MARK = "user{:06d}@x.org"


def good_items() -> Iterator[Item]:
    """Every direction, also through English, with other options."""
    for (text, target), (beam_size, max_length) in product(
        product(ENGLISH, TARGETS), ((1, 6), (2, 8), (5, 5))
    ):
        yield Item(f"{text} {MARK}", "eng_Latn", target, beam_size, max_length)
    for source, texts in INDIC.items():
        for text, target in product(texts, ("eng_Latn", "guj_Gujr", "urd_Arab")):
            if source != target:
                yield Item(f"{text} {MARK}", source, target, 2, 6, native_digits=target == "guj_Gujr")


async def test_every_caller_gets_its_own_answers(serving: Serving) -> None:
    """Requests of one to four items from 64 clients: none is lost, none has another's answer, none is spoilt."""
    good = list(good_items())
    wanted = dict(zip(good, serving.expected([marked(item, 0) for item in good]), strict=True))
    chance = random.Random(7)
    choices = [*good, *POISON]
    requests = [chance.choices(choices, k=chance.choice((1, 1, 1, 2, 4))) for _ in range(REQUESTS)]

    replies = await _all_replies(
        serving, [[marked(item, number) for item in items] for number, items in enumerate(requests)]
    )

    assert REQUESTS == len(replies)
    assert all(MARK.format(0) in text for text in wanted.values())
    wrong = [
        (number, item, answer)
        for number, (items, reply) in enumerate(zip(requests, replies, strict=True))
        for item, answer in zip(items, reply, strict=True)
        if answer.error != POISON.get(item, "")
        or answer.text != wanted.get(item, "").replace(MARK.format(0), MARK.format(number))
    ]
    assert [] == wrong


def marked(item: Item, number: int) -> Item:
    """The item of the request of this number; what is bad stays as it is."""
    return item if item in POISON else dataclasses.replace(item, text=str(item.text).format(number))


async def _all_replies(serving: Serving, requests: list[list[Item]]) -> list[list[Answer]]:
    found: dict[int, list[Answer]] = {}
    left = iter(enumerate(requests))

    async def client() -> None:
        async with InferenceServerClient(serving.triton.grpc_url) as triton:
            for number, items in left:
                found[number] = answers(await triton.infer("translator", inputs(items)))

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return [found[number] for number in range(len(requests))]
