"""Whether a network got caught in a loop: the same few pieces over and over."""

from collections.abc import Sequence
from typing import Final

_LONGEST_UNIT: Final = 12
_TIMES: Final = 4
_LEAST: Final = 8  # pieces that the repetitions make together


def is_loop(tokens: Sequence[str]) -> bool:
    """Whether a run of pieces stands at least four times in a row somewhere.

    Takes time linear in the tokens for each length of a run up to 12.
    """
    return any(_repeats(tokens, unit) for unit in range(1, _LONGEST_UNIT + 1))


def _repeats(tokens: Sequence[str], unit: int) -> bool:
    wanted = max(_TIMES * unit, _LEAST) - unit  # so many pieces in a row that are the one a unit before
    run = 0
    for before, token in zip(tokens, tokens[unit:], strict=False):
        run = run + 1 if before == token else 0
        if run == wanted:
            return True
    return False
