"""The networks that come with the mesh, on the real Triton: honest about what they do not know."""

import dataclasses
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import pytest
from indictext.spelling import script_of_word
from tritonclient.grpc import InferenceServerClient

from tests.fixtures.triton import Triton, running_triton
from tests.triton_models.translator.serving import ENGLISH, Item, inputs
from tools.install_translator.own_networks import lay_own
from tools.model_repository.settings import RepositorySettings
from tools.nano.pairs import TAGS, written
from tools.nano.sentences import HOME

OUTSIDE = (HOME / "outside.txt").read_text("utf-8").splitlines()
INDIC = [name for name in TAGS if name != "en"]


@dataclasses.dataclass(frozen=True)
class Told:
    """An answer and what the model thinks of it."""

    text: str
    confidence: float
    doubts: str


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Triton]:
    """A Triton with them, as the set-up lays them out."""
    folder = tmp_path_factory.mktemp("own")
    lay_own(RepositorySettings(models_dir=folder / "models", triton_url="127.0.0.1:9"))
    with running_triton(folder, repositories=(folder / "models" / "triton",)) as triton:
        yield triton


def told(triton: Triton, texts: Sequence[str], source: str, target: str) -> list[Told]:
    """The answers to texts of one direction."""
    items = [Item(text, TAGS[source], TAGS[target], None, None, None) for text in texts]
    with InferenceServerClient(triton.grpc_url) as client:
        result = client.infer("translator", inputs(items), client_timeout=120)
    columns = [result.as_numpy(name).reshape(-1) for name in ("OUTPUT_TEXT", "CONFIDENCE", "DOUBTS", "ERROR")]
    assert {b""} == set(columns[3])
    return [
        Told(text.decode(), float(sure), why.decode()) for text, sure, why, _ in zip(*columns, strict=True)
    ]


def scripts_of(texts: Iterable[str]) -> set[str | None]:
    """The scripts of all words, but of those that stand for themselves in any language (#include)."""
    words = (word for text in texts for word in text.split() if word[0] not in "#@")
    return {script_of_word(word) for word in words} - {None}


def repeats(text: str) -> bool:
    """Whether some words stand three times in a row."""
    words = [word.strip(".,!?।۔؟،") for word in text.split()]
    return any(
        words[start : start + size]
        == words[start + size : start + 2 * size]
        == words[start + 2 * size : start + 3 * size]
        for size in range(1, 6)
        for start in range(len(words) - 3 * size + 1)
    )


@pytest.mark.parametrize("language", INDIC)
def test_what_is_far_outside_its_world_is_marked(own: Triton, language: str) -> None:
    """Law, chemistry, code, gibberish, other languages: answered in the right script, without a loop, and doubted."""
    found = told(own, OUTSIDE, "en", language)
    script = TAGS[language].partition("_")[2]

    marked = [each for each in found if each.doubts]
    assert 80 <= len(marked)
    assert all(each.confidence < 0.5 for each in marked)
    assert {script} == scripts_of(each.text for each in found)
    assert [] == [each.text for each in found if repeats(each.text)]


@pytest.mark.parametrize(
    ("source", "target"), [*(("en", name) for name in INDIC), *((name, "en") for name in INDIC)]
)
def test_its_own_world_is_not(own: Triton, source: str, target: str) -> None:
    """Of a hundred sentences that it has not learned from at most ten are doubted."""
    pairs = written(HOME, [target if source == "en" else source], "test")[::3][:100]
    found = told(own, [pair.english if source == "en" else pair.text for pair in pairs], source, target)

    assert 100 == len(found)
    assert 10 >= sum(bool(each.doubts) for each in found), Counter(each.doubts for each in found)


def test_names_and_words_that_it_does_not_know_are_spelt(own: Triton) -> None:
    """Not dropped, and not taken for others; emoji stay."""
    (hindi,) = told(own, ["Zubeida and Krzysztof are eating guacamole 😂"], "en", "hi")
    (english,) = told(own, ["ज़ुबैदा सो रही है।"], "hi", "en")

    assert all(part in hindi.text for part in ("ज़ुबैदा", "गुआकामोल", "😂"))
    assert "Zubaida" in english.text


@pytest.mark.parametrize("language", INDIC)
def test_numbers_come_back(own: Triton, language: str) -> None:
    """Each once, in Western digits, whatever becomes of the words."""
    texts = ["There are 14 dogs and 250 cats in the park.", "It cost 4500 rupees at 10:30.", "He is 12!"]
    found = told(own, texts, "en", language)

    assert [["14", "250"], ["10", "30", "4500"], ["12"]] == [
        sorted(re.findall(r"\d+", each.text)) for each in found
    ]


def test_two_indian_languages_meet_in_english(own: Triton) -> None:
    """With both directions there is a way between all of them."""
    (found,) = told(own, ["मेरा कुत्ता सो रहा है।"], "hi", "ta")

    assert {"Taml"} == scripts_of([found.text])


def test_the_languages_are_those_of_the_mesh() -> None:
    """And English is not among the twelve."""
    assert (12, ENGLISH) == (len(INDIC), TAGS["en"])
