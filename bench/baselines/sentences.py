"""Makes up sentences that are so many pieces long each: `python -m bench.baselines.sentences MODEL COUNT SEED`.

Their lengths are log-normal as those of real sentences are; one JSON array of [text, pieces].
"""

import json
import math
import random
import sys
from pathlib import Path

from bench.baselines.translation import Pieces

SHORTEST, LONGEST = 6, 80
_MIDDLE, _SPREAD = 22.0, 0.6  # the median, and the standard deviation of the logarithm
_WORD = 5  # letters of a word, about
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def lengths(count: int, chance: random.Random) -> list[int]:
    """Log-normal, and within the bounds."""
    found: list[int] = []
    while len(found) < count:
        length = round(chance.lognormvariate(math.log(_MIDDLE), _SPREAD))
        if SHORTEST <= length <= LONGEST:
            found.append(length)
    return found


def sentence(pieces: Pieces, length: int, chance: random.Random) -> str:
    """Random letters and spaces, added while they fit."""
    text = ""
    while _count(pieces, text) < length:
        longer = text + chance.choice(_LETTERS)
        if text and chance.random() < 1 / _WORD:
            longer = f"{text} {longer[-1]}"
        if _count(pieces, longer) <= length:
            text = longer
    return text


def _count(pieces: Pieces, text: str) -> int:
    read, _ = pieces.read(text, "eng_Latn", "hin_Deva")
    return len(read) - 2


def main() -> None:
    """Writes them to standard output."""
    folder, count, seed = sys.argv[1:]
    chance = random.Random(int(seed))
    pieces = Pieces(Path(folder))
    made = [(sentence(pieces, length, chance), length) for length in lengths(int(count), chance)]
    print(json.dumps(made))


if __name__ == "__main__":
    main()
