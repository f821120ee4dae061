"""What the model is asked, and what is remembered: the real Triton and a real Valkey behind it."""

from collections.abc import AsyncIterator, Sequence

import pytest
from redis.asyncio import Redis

from meshkit.languages import Language, require_language
from meshkit.redis_client import connect_redis
from meshkit.triton import TritonClient
from services.translator.batches import Batches
from services.translator.cache import CacheLimits, RedisCache
from services.translator.engine import TritonEngine
from services.translator.recall import Recall
from services.translator.texts import Answer, Options, Outcome, Translation
from tests.fixtures.triton import Triton

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

    def recall_of(self, engine: TritonEngine) -> Recall:
        cache = RedisCache(self.redis, CacheLimits(answer_seconds=5.0))
        return Recall(engine, Batches(engine, 2), cache)

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
    assert Translation("कुत्ता", ENGLISH, HINDI, 0.0) == first[0]
    assert Translation("कुत्ता", ENGLISH, HINDI, 0.0, cached=True) == second[1]
    assert Translation("बिल्ली", ENGLISH, HINDI, 0.0) == second[0]


async def test_everything_that_matters_is_part_of_the_key(kit: Kit) -> None:
    """Another language, another option and other white space are another translation."""
    await kit.ask("dog cat")
    await kit.ask("dog cat", target=TAMIL)
    shorter = await kit.ask("dog cat", options=Options(max_length=1))
    await kit.ask("dog  cat")

    assert 4 == len(kit.engine.asked)
    assert [Translation("कुत्ता", ENGLISH, HINDI, 0.0)] == shorter


async def test_another_model_has_a_memory_of_its_own(kit: Kit) -> None:
    """Its name and its configuration are part of the key."""
    await kit.ask("dog")
    other = CountingEngine(kit.triton, "translator_bare")

    (outcome,), card = await kit.recall_of(other).translate(["dog"], [ENGLISH], HINDI, Options())

    assert (["dog"], "translator_bare") == (other.asked, card.name)
    assert isinstance(outcome, Translation) and not outcome.cached


@pytest.mark.parametrize("value", [b"", b"{}", b"[1, 2]", b'["a", "b"]', b"\xff", b'["a"]', b"null"])
async def test_a_spoiled_value_is_asked_again(kit: Kit, value: bytes) -> None:
    """And is mended by the answer."""
    await kit.ask("dog")
    (key,) = await kit.redis.keys("*")
    await kit.redis.setrange(key, 16, value + b" " * 100)

    (again,) = await kit.ask("dog")
    (mended,) = await kit.ask("dog")

    assert Translation("कुत्ता", ENGLISH, HINDI, 0.0) == again
    assert isinstance(mended, Translation) and mended.cached
