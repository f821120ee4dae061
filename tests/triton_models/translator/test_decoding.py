"""How groups are decoded: an answer's limit is its own source's, whoever shares the group."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from decoding import Decoder, Lengths, NotFiniteError, Options

OPTIONS = Options(beam_size=2, max_length=256)
LENGTHS = Lengths(ratio=3.0, more=16)


@dataclass
class Result:
    """What CTranslate2 gives for one source."""

    hypotheses: list[list[str]]
    scores: list[float]


@dataclass
class Library:
    """A translator whose hypotheses are as long as the source's first token says, cut off where it is told to."""

    score: float = -0.5
    calls: list[dict[str, Any]] = field(default_factory=list)

    def translate_batch(self, sources: Sequence[list[str]], **options: Any) -> list[Result]:
        self.calls.append({"sources": len(sources), **options})
        return [self._result(source, options) for source in sources]

    def _result(self, source: list[str], options: dict[str, Any]) -> Result:
        """Where a search is cut off, the best is another one; the beams end when the last does, or with the limit."""
        lengths = [int(length) for length in source[0].split("/")]
        limit = options["max_decoding_length"]
        cut = limit if max(lengths) >= limit - 1 else ""
        best = [f"{number}/{cut}" for number in range(lengths[0])]
        others = [["x"] * length for length in lengths[1:]]
        hypotheses = [tokens[:limit] for tokens in (best, *others)][: options["num_hypotheses"]]
        return Result(hypotheses, [self.score] * len(hypotheses))


def source(wanted: str, size: int) -> tuple[str, ...]:
    """One of so many tokens, whose hypotheses have these lengths, the best one first."""
    return (wanted, *["word"] * (size - 1))


def decode(
    *sources: tuple[str, ...], options: Options = OPTIONS, longest: int = 255
) -> list[tuple[str, ...]]:
    """The answers of a group."""
    return [output.tokens for output in Decoder(Library(), LENGTHS, longest).decode(sources, options)]


@pytest.mark.parametrize(
    ("size", "max_length", "longest", "limit"),
    [
        (3, 256, 255, 25),
        (3, 10, 255, 10),
        (50, 256, 255, 166),
        (90, 256, 255, 255),
        (90, 200, 255, 200),
        (3, 256, 9, 9),
    ],
)
def test_an_answer_has_a_limit(size: int, max_length: int, longest: int, limit: int) -> None:
    """Three times the source's tokens and 16; what is asked for; and the places that the network has."""
    (answer,) = decode(source("999", size), options=Options(2, max_length), longest=longest)

    assert limit == len(answer)


RUNAWAYS = ("999", "24/999", "10/24", "10/23", "24", "25", "26")


@pytest.mark.parametrize("wanted", RUNAWAYS)
@pytest.mark.parametrize("company", [source("5/5", 60), source("999", 60), source("2/2", 4)])
def test_an_answer_is_the_same_in_any_company(wanted: str, company: tuple[str, ...]) -> None:
    """One that goes on and on, one that could have gone on, and one that ends at the last moment."""
    own = source(wanted, 3)
    alone = decode(own)

    assert [*alone, *decode(company)] == decode(own, company)


def test_what_ends_in_time_is_decoded_once() -> None:
    """And of sources with one limit only the best hypothesis is asked for."""
    library = Library()
    decoder = Decoder(library, LENGTHS, 255)
    decoder.decode([source("5/6", 3), source("9/9", 60)], OPTIONS)
    decoder.decode([source("5/6", 3), source("999", 3)], OPTIONS)

    assert [(2, 196, 2), (2, 25, 1)] == [
        (call["sources"], call["max_decoding_length"], call["num_hypotheses"]) for call in library.calls
    ]


def test_a_mended_answer_has_no_run_twice() -> None:
    """Of four pieces; the others may have what they like."""
    library = Library()
    decoder = Decoder(library, LENGTHS, 255)
    for is_mending in (False, True):
        decoder.decode([source("5", 3)], Options(4, 256, is_mending))

    assert [(4, 0), (4, 4)] == [(call["beam_size"], call["no_repeat_ngram_size"]) for call in library.calls]


def test_an_output_says_how_sure_it_is_and_whether_it_loops() -> None:
    """As the library and the pieces say it."""
    decoder = Decoder(Library(score=-1.25), Lengths(3.0, 16), 255)
    (plain,) = decoder.decode([source("2", 3)], OPTIONS)
    (loop,) = Decoder(_Looping(), LENGTHS, 255).decode([source("9", 3)], OPTIONS)

    assert (-1.25, False) == (plain.score, plain.is_loop)
    assert loop.is_loop


@pytest.mark.parametrize("score", [float("nan"), float("-inf")])
def test_scores_that_are_no_numbers_are_an_error(score: float) -> None:
    """Rather than an answer that means nothing."""
    with pytest.raises(NotFiniteError):
        Decoder(Library(score), LENGTHS, 255).decode([source("2", 3)], OPTIONS)


class _Looping(Library):
    def _result(self, source: list[str], options: dict[str, Any]) -> Result:
        return Result([["a", "b"] * 4], [-0.5])


def test_pieces_of_other_scripts_are_kept_out() -> None:
    """Of answers whose scripts' family is told; any others are free."""
    library = Library()
    decoder = Decoder(library, LENGTHS, 255, {"Arab": ["कु", "त्ता"]})
    for family in ("Arab", "Brahmic", ""):
        decoder.decode([source("2", 3)], replace(OPTIONS, family=family))

    assert [[["कु"], ["त्ता"]], None, None] == [call["suppress_sequences"] for call in library.calls]
