"""From the tokens of sources to those of answers. Each answer is the one that its source would have alone.

A group is decoded at once, but the library knows one limit of length for all of it. A source's own limit follows from
its own tokens; so whose search went as far as its own limit, while the group's was higher, is decoded again alone.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from repetition import is_loop
from waiting import Tokens

_UNREPEATED: Final = 4  # pieces in a row that a mended answer has at most once


@dataclass(frozen=True, slots=True)
class Options:
    """How a group is decoded. An answer has at most `max_length` pieces, and with a `family` none of other scripts."""

    beam_size: int
    max_length: int
    is_mending: bool = False  # no run of pieces twice
    family: str = ""  # of scripts, see Decoder; empty: any


@dataclass(frozen=True, slots=True)
class Output:
    """What a network wrote. The score is the log-probability divided by the number of pieces."""

    tokens: Tokens
    score: float
    is_loop: bool


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long an answer may be, by the tokens of its source."""

    ratio: float
    more: int

    def most(self, size: int) -> int:
        """The pieces of an answer to a source of so many tokens."""
        return math.ceil(size * self.ratio) + self.more


class NotFiniteError(Exception):
    """The network's scores are no numbers."""


class Decoder:
    """Decodes with a translator of CTranslate2. May be used from several threads at once."""

    def __init__(
        self,
        translator: Any,
        lengths: Lengths,
        longest: int,
        strange: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """No answer has more than `longest` pieces: the network has no places for them.

        `strange` has the pieces that an answer in scripts of a family does not have.
        """
        self._translator = translator
        self._lengths = lengths
        self._longest = longest
        self._strange = {family: [[piece] for piece in pieces] for family, pieces in (strange or {}).items()}

    def decode(self, sources: Sequence[Tokens], options: Options) -> list[Output]:
        """Each source's answer, in order. Raises RuntimeError, ValueError, NotFiniteError."""
        limits = [self._limit(len(source), options) for source in sources]
        most = max(limits)
        # Of a group with several limits every hypothesis is asked for: they tell how far each search went.
        results = self._search(sources, options, most, options.beam_size if min(limits) < most else 1)
        outputs = []
        for source, limit, result in zip(sources, limits, results, strict=True):
            if limit < most and _reaches(result, limit):
                (result,) = self._search([source], options, limit, 1)
            outputs.append(_output(result))
        return outputs

    def _limit(self, size: int, options: Options) -> int:
        return min(self._lengths.most(size), options.max_length, self._longest)

    def _search(self, sources: Sequence[Tokens], options: Options, limit: int, hypotheses: int) -> list[Any]:
        found: list[Any] = self._translator.translate_batch(
            [list(source) for source in sources],
            beam_size=options.beam_size,
            num_hypotheses=hypotheses,
            max_decoding_length=limit,
            max_input_length=0,
            no_repeat_ngram_size=_UNREPEATED if options.is_mending else 0,
            disable_unk=True,
            suppress_sequences=self._strange.get(options.family),
            return_scores=True,
        )
        return found


def _reaches(result: Any, limit: int) -> bool:
    """Whether a search came to this limit, where alone it had been cut off.

    It ends with as many hypotheses as it has beams, and the last one tells when. The one that ends at the limit's own
    step is one piece shorter; alone, all others would have ended there with it.
    """
    return any(len(tokens) >= limit - 1 for tokens in result.hypotheses)


def _output(result: Any) -> Output:
    score = float(result.scores[0])
    if not math.isfinite(score):
        raise NotFiniteError
    tokens = tuple(result.hypotheses[0])
    return Output(tokens, score, is_loop(tokens))
