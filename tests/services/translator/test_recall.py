"""What the model is asked, and what is remembered: the real Triton and a real Valkey behind it."""

from collections.abc import AsyncIterator, Sequence

import pytest
from prometheus_client import REGISTRY
from redis.asyncio import Redis

from meshkit.errors import BackendUnavailable
from meshkit.languages import Language, require_language
from meshkit.redis_client import connect_redis
from meshkit.triton import TritonClient
from services.translator.batches import Batches, BatchLimits
from services.translator.cache import CacheLimits, NoCache, RedisCache
from services.translator.engine import TritonEngine
from services.translator.recall import Recall
from services.translator.texts import SURE, Answer, Engine, Options, Outcome, Translation, Trust
from tests.fixtures.triton import Triton
from tests.services.translator.engines import BackwardsEngine

pytestmark = pytest.mark.xdist_group("triton")

ENGLISH, HINDI, TAMIL = (require_language(code, "code") for code in ("en", "hi", "ta"))


class CountingEngine(TritonEngine):
    """The real engine; it notes what it is asked."""

    def __init__(self, triton: TritonClient, model: str = "translator_echo") -> None:
        super().__init__(triton, model, timeout=10.0)
        self.asked: list[str] = []

    async def translate(
        self, texts: Sequence[str], source: Language, target: Language, options: Options
    ) -> list[Answer]:
        self.asked += texts
        return await super().translate(texts, source, target, options)


class Kit:
    """A memory, its Redis, and what its engine was asked."""

    def __init__(self, triton: TritonClient, redis: Redis) -> None:
        self.triton = triton
        self.redis = redis
        self.engine = CountingEngine(triton)
        self.recall = self.recall_of(self.engine)

    def recall_of(self, engine: Engine) -> Recall:
        cache = RedisCache(self.redis, CacheLimits(answer_seconds=5.0))
        return Recall(engine, Batches(engine, BatchLimits()), cache)

    async def ask(
        self, *texts: str, target: Language = HINDI, options: Options | None = None
    ) -> list[Outcome]:
        outcomes, _ = await self.recall.translate(texts, [ENGLISH] * len(texts), target, options or Options())
        return outcomes


@pytest.fixture
async def kit(triton: Triton, redis_url: str) -> AsyncIterator[Kit]:
    """A memory that is empty."""
    client, redis = TritonClient(triton.grpc_url), connect_redis(redis_url, text=False)
    yield Kit(client, redis)
    await redis.aclose()
    await client.close()


async def test_a_text_that_is_there_twice_is_asked_once(kit: Kit) -> None:
    """Each place has its outcome, failures included."""
    outcomes = await kit.ask("dog", "cat", "dog", "poison", "dog", "poison")

    assert ["dog", "cat", "poison"] == kit.engine.asked
    said = [each.text if isinstance(each, Translation) else each.reason for each in outcomes]
    assert ["कुत्ता", "बिल्ली", "कुत्ता", "MODEL_FAILED", "कुत्ता", "MODEL_FAILED"] == said


async def test_a_text_is_translated_once_and_for_all(kit: Kit) -> None:
    """The second answer is the first one, with its score, and says where it comes from; failures are asked again."""
    first = await kit.ask("dog", "poison")
    second = await kit.ask("cat", "dog", "poison")

    assert ["dog", "poison", "cat", "poison"] == kit.engine.asked
    assert Translation("कुत्ता", ENGLISH, HINDI, 0.0, trust=SURE) == first[0]
    assert Translation("कुत्ता", ENGLISH, HINDI, 0.0, cached=True, trust=SURE) == second[1]
    assert Translation("बिल्ली", ENGLISH, HINDI, 0.0, trust=SURE) == second[0]


async def test_doubts_are_kept_with_their_translation(kit: Kit) -> None:
    """What was not to be relied on once is not later."""
    engine = BackwardsEngine()
    engine.trusts["one"] = Trust(0.25, ("LOW_SCORE", "REPETITION"))
    recall = kit.recall_of(engine)
    for _ in range(2):
        (found,), _card = await recall.translate(["one"], [ENGLISH], HINDI, Options())

    assert Translation("eno", ENGLISH, HINDI, cached=True, trust=engine.trusts["one"]) == found


async def test_everything_that_matters_is_part_of_the_key(kit: Kit) -> None:
    """Another language, another option and other white space are another translation."""
    await kit.ask("dog cat")
    await kit.ask("dog cat", target=TAMIL)
    shorter = await kit.ask("dog cat", options=Options(max_length=1))
    await kit.ask("dog  cat")

    assert 4 == len(kit.engine.asked)
    assert [Translation("कुत्ता", ENGLISH, HINDI, 0.0, trust=SURE)] == shorter


async def test_another_model_has_a_memory_of_its_own(kit: Kit) -> None:
    """Its name and its configuration are part of the key."""
    await kit.ask("dog")
    other = CountingEngine(kit.triton, "translator_bare")

    (outcome,), card = await kit.recall_of(other).translate(["dog"], [ENGLISH], HINDI, Options())

    assert (["dog"], "translator_bare") == (other.asked, card.name)
    assert isinstance(outcome, Translation) and not outcome.cached


async def test_a_batch_is_kept_although_a_later_one_fails(redis_url: str) -> None:
    """Who asks again pays for the rest alone."""
    redis, engine = connect_redis(redis_url, text=False), BackwardsEngine()
    engine.errors["bad"] = BackendUnavailable("Away.")
    cache = RedisCache(redis, CacheLimits(answer_seconds=5.0))
    recall = Recall(engine, Batches(engine, BatchLimits(texts=2, at_once=1)), cache)
    texts = ["one", "two", "three", "bad"]
    with pytest.raises(BackendUnavailable):
        await recall.translate(texts, [ENGLISH] * 4, HINDI, Options())
    engine.errors.clear()

    outcomes, _ = await recall.translate(texts, [ENGLISH] * 4, HINDI, Options())
    await redis.aclose()

    assert [["one", "two"], ["three", "bad"], ["three", "bad"]] == engine.asked
    assert [True, True, False, False] == [isinstance(each, Translation) and each.cached for each in outcomes]


async def test_the_words_of_a_model_that_was_exchanged_meanwhile_are_not_kept(redis_url: str) -> None:
    """They would stand under the name of its predecessor, and come back with it."""
    redis, engine = connect_redis(redis_url, text=False), BackwardsEngine()
    recall = Recall(
        engine, Batches(engine, BatchLimits()), RedisCache(redis, CacheLimits(answer_seconds=5.0))
    )
    engine.successor = "second"
    (first,), _ = await recall.translate(["one"], [ENGLISH], HINDI, Options())
    kept = await redis.keys("*")
    (second,), _ = await recall.translate(["one"], [ENGLISH], HINDI, Options())
    then_kept = await redis.keys("*")
    await redis.aclose()

    assert first == second == Translation("eno", ENGLISH, HINDI)
    assert (0, 1) == (len(kept), len(then_kept))


async def test_without_a_cache_nothing_is_looked_up() -> None:
    """So nothing is missed, either."""
    engine = BackwardsEngine()
    before = REGISTRY.get_sample_value("sutradhar_translator_cache_total", {"outcome": "miss"})

    await Recall(engine, Batches(engine, BatchLimits()), NoCache()).translate(
        ["one"], [ENGLISH], HINDI, Options()
    )

    assert before == REGISTRY.get_sample_value("sutradhar_translator_cache_total", {"outcome": "miss"})


@pytest.mark.parametrize(
    "value",
    [
        *(b"", b"{}", b"\xff", b'["a"]', b"null", b"[" * 5000),
        *(b"[1, 2, 3, []]", b'["a", "b", 1, []]', b'["a", 1, "b", []]', b'["a", 1, 1, "b"]'),
    ],
)
async def test_a_spoiled_value_is_asked_again(kit: Kit, value: bytes) -> None:
    """And is mended by the answer."""
    await kit.ask("dog")
    (key,) = await kit.redis.keys("*")
    await kit.redis.setrange(key, 16, value + b" " * 100)

    (again,) = await kit.ask("dog")
    (mended,) = await kit.ask("dog")

    assert Translation("कुत्ता", ENGLISH, HINDI, 0.0, trust=SURE) == again
    assert isinstance(mended, Translation) and mended.cached
