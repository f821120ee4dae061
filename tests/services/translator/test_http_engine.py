"""The outside translator, played by a small server that speaks its wire."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from prometheus_client import REGISTRY

from meshkit import deadline
from meshkit.errors import DeadlineExceeded, ProviderError
from meshkit.languages import require_language
from services.translator.http_engine import HttpEngine, Provider, wait_of
from services.translator.texts import PROVIDER_ERROR, PROVIDER_REFUSED, Answer, Options

ENGLISH, HINDI = (require_language(code, "code") for code in ("en", "hi"))
Reply = Callable[[dict[str, Any]], web.Response]


class Outside:
    """A translator that says each text backwards, and first what a test laid out for it."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.always: Reply | None = None
        self.bodies: list[dict[str, Any]] = []
        self.gate: asyncio.Event | None = None
        self.stuck = 0
        self.arrived = asyncio.Event()
        self.at_once = self.most_at_once = 0
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            body = await request.json()
            self.bodies.append(body)
            self.arrived.set()
            if self.stuck:
                self.stuck -= 1
                await asyncio.Event().wait()
            if self.gate is not None:
                await self.gate.wait()
            reply = self.replies.pop(0) if self.replies else self.always or backwards
            return reply(body)
        finally:
            self.at_once -= 1


def backwards(body: dict[str, Any]) -> web.Response:
    """The answer that its clients know."""
    return web.json_response({"translated_text": body["text"][::-1], "task": "translation"})


def says(status: int, text: str = "", **headers: str) -> Reply:
    """A fixed answer."""
    return lambda body: web.Response(
        status=status, text=text, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    """The server, on a port of the system's choice."""
    made = Outside()
    app = web.Application()
    app.router.add_post("/translate", made.handle)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/translate"
    yield made
    await runner.cleanup()


@pytest.fixture
async def engine_of() -> AsyncIterator[Callable[..., HttpEngine]]:
    """Engines with little patience, closed in the end."""
    made: list[HttpEngine] = []

    def make(url: str, **options: Any) -> HttpEngine:
        patience = {"retries": 2, "base_seconds": 0.01, "seconds": 5.0} | options
        made.append(HttpEngine(Provider(url, **patience)))
        return made[-1]

    yield make
    for each in made:
        await each.close()


MakeEngine = Callable[..., HttpEngine]


def ask(engine: HttpEngine, *texts: str) -> Awaitable[list[Answer]]:
    """English to Hindi."""
    return engine.translate(texts, ENGLISH, HINDI, Options())


async def test_texts_are_answered_in_order(outside: Outside, engine_of: MakeEngine) -> None:
    """Each is one request in the translator's words, a few at once."""
    texts = [f"text {number}" for number in range(16)]
    engine = engine_of(outside.url, requests=3)

    answers = await ask(engine, *texts)

    assert [Answer(text[::-1]) for text in texts] == answers
    expected = {
        "text": "text 0",
        "source_language": "en",
        "target_language": "hi",
        "task": "translation",
    }
    assert expected == outside.bodies[0]
    assert outside.most_at_once <= 3


async def test_a_card_of_every_pair(engine_of: MakeEngine) -> None:
    """It takes no options, and another address is another memory."""
    one, other = engine_of("http://a.invalid/t"), engine_of("http://b.invalid/t")

    card = await one.card()

    assert ("http", 156) == (card.engine, len(card.directions.direct))
    assert card.fingerprint != (await other.card()).fingerprint
    assert not await one.ready()


@pytest.mark.parametrize(
    "trouble",
    [
        says(500, "boom"),
        says(503),
        says(429, Retry_After="0"),
        says(200, "<html>"),
        says(200, "{}"),
        says(200, '{"translated_text": " "}'),
        says(200, '{"translated_text": 5}'),
        says(200, "[" * 100_000),
        says(200, "x" * 300_000),
        says(200, '{"translated_text": "\\ud83d"}'),
        says(599),
    ],
    ids=["500", "503", "429", "html", "empty", "blank", "number", "deep", "long", "half", "599"],
)
async def test_passing_trouble_is_tried_again(
    outside: Outside, engine_of: MakeEngine, trouble: Reply
) -> None:
    """The third try is as good as the first."""
    outside.replies = [trouble, trouble]

    assert [Answer("olleh")] == await ask(engine_of(outside.url), "hello")
    assert 3 == len(outside.bodies)


async def test_lasting_trouble_with_one_text_is_that_texts(outside: Outside, engine_of: MakeEngine) -> None:
    """After the last try; its neighbours are translated."""
    outside.always = lambda body: says(500)(body) if body["text"] == "bad" else backwards(body)

    answers = await ask(engine_of(outside.url), "one", "bad", "two")

    assert [Answer("eno"), Answer("", failure=PROVIDER_ERROR), Answer("owt")] == answers
    assert 3 == [body["text"] for body in outside.bodies].count("bad")


async def test_trouble_with_every_text_is_the_providers(outside: Outside, engine_of: MakeEngine) -> None:
    """A few texts, and no answer to any; its words do not reach the caller."""
    outside.always = says(500, "secret stack trace")

    with pytest.raises(ProviderError) as info:
        await ask(engine_of(outside.url), *"abcd")

    assert (12, 502) == (len(outside.bodies), info.value.http_status)
    assert "secret" not in info.value.message


@pytest.mark.parametrize("status", [301, 302, 307, 401, 403, 404, 405])
async def test_what_no_try_mends_is_not_tried(outside: Outside, engine_of: MakeEngine, status: int) -> None:
    """A wrong key or address, and a redirect, which is not followed."""
    outside.always = says(status, Location=outside.url)

    with pytest.raises(ProviderError):
        await ask(engine_of(outside.url), "hello")

    assert 1 == len(outside.bodies)


async def test_a_text_that_is_refused_fails_alone(outside: Outside, engine_of: MakeEngine) -> None:
    """Its neighbours are translated."""
    outside.always = lambda body: says(422)(body) if body["text"] == "bad" else backwards(body)

    answers = await ask(engine_of(outside.url), "one", "bad", "two")

    assert [Answer("eno"), Answer("", failure=PROVIDER_REFUSED), Answer("owt")] == answers


async def test_a_slow_translator_is_tried_again(outside: Outside, engine_of: MakeEngine) -> None:
    """Each try has its own time: the first is never answered, a later one is."""
    outside.stuck = 1

    assert [Answer("olleh")] == await ask(engine_of(outside.url, seconds=0.3, retries=9), "hello")
    assert outside.arrived.is_set()


async def test_a_translator_that_is_away_says_no_address(engine_of: MakeEngine) -> None:
    """Neither in the error of a text nor in that of a call."""
    engine = engine_of("http://127.0.0.1:9/translate")

    assert [Answer("", failure=PROVIDER_ERROR)] == await ask(engine, "hello")
    with pytest.raises(ProviderError) as info:
        await ask(engine, *"abcd")
    assert "127.0.0.1" not in info.value.message


@pytest.mark.parametrize(
    ("own", "asked", "expected"), [(0.5, None, 0.5), (0.5, 3.0, 3.0), (2.0, 1.0, 2.0), (0.5, 99.0, 10.0)]
)
def test_it_waits_as_long_as_it_is_told(own: float, asked: float | None, expected: float) -> None:
    """Where that is longer than our own wait, and within reason."""
    assert expected == wait_of(own, asked)


async def test_who_waits_for_another_try_holds_no_slot(outside: Outside, engine_of: MakeEngine) -> None:
    """The only slot serves another text, although the first is told to come back in ten seconds."""
    outside.always = lambda body: (
        says(503, Retry_After="10")(body) if body["text"] == "bad" else backwards(body)
    )
    engine = engine_of(outside.url, requests=1)
    waiting = asyncio.ensure_future(ask(engine, "bad"))
    await asyncio.wait_for(outside.arrived.wait(), 10)

    assert [Answer("doog")] == await asyncio.wait_for(ask(engine, "good"), 8)
    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def test_the_callers_deadline_ends_the_tries(outside: Outside, engine_of: MakeEngine) -> None:
    """A wait that is longer than the caller's time is not begun."""
    outside.always = says(503, Retry_After="9")

    async def hurried() -> float | None:
        deadline.enter(8.0)
        with pytest.raises(DeadlineExceeded):
            await ask(engine_of(outside.url), "hello")
        return deadline.remaining()

    left = await asyncio.create_task(hurried())

    assert left is not None and left > 0
    assert 1 == len(outside.bodies)


async def test_each_request_is_counted_once(outside: Outside, engine_of: MakeEngine) -> None:
    """Two that are tried again and the last one, which fails."""
    outside.always = says(500)
    before = _attempts()

    await ask(engine_of(outside.url), "hello")

    counted = {name: value - before[name] for name, value in _attempts().items()}
    assert {"ok": 0.0, "refused": 0.0, "retried": 2.0, "failed": 1.0} == counted


def _attempts() -> dict[str, float]:
    name = "sutradhar_translator_provider_attempts_total"
    outcomes = ("ok", "refused", "retried", "failed")
    return {each: REGISTRY.get_sample_value(name, {"outcome": each}) or 0.0 for each in outcomes}


async def test_a_cancelled_call_leaves_nothing_running(outside: Outside, engine_of: MakeEngine) -> None:
    """All its slots are free again."""
    outside.gate = asyncio.Event()
    engine = engine_of(outside.url, requests=1)
    call = asyncio.ensure_future(ask(engine, "one", "two"))
    await asyncio.wait_for(outside.arrived.wait(), 10)
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    outside.gate.set()

    assert [Answer("eerht")] == await ask(engine, "three")
