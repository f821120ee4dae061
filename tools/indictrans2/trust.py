"""What a small network says of itself: how far it is to be trusted, and which words it has ever seen.

`trust.json` has `quality`, a word for what the network is good for (`demo`), and where doubt begins: `least_scores`, a
piece's log-probability on the average, by the tag of the language that is not English; `most_unknown`, a share of the
words; `length_ratio`, the least and the most characters of an answer by those of its source. `words.SRC.gz` has the
words. Published checkpoints have neither.
"""

import math
import shutil
from pathlib import Path
from typing import Any, Final

from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.shape import read_object

TRUST: Final = "trust.json"
WORDS: Final = "words.SRC.gz"
EXTRAS: Final = (TRUST, WORDS)


def copy_extras(folder: Path, output: Path) -> list[Path]:
    """Copy what there is of it; answers the files. Raises OSError."""
    there = [folder / name for name in EXTRAS if (folder / name).is_file()]
    for path in there:
        shutil.copyfile(path, output / path.name)
    return there


def read_trust(folder: Path) -> dict[str, Any] | None:
    """What trust.json says; None where there is none. Raises UnusableCheckpointError; OSError."""
    path = folder / TRUST
    if not path.is_file():
        return None
    said = read_object(path)
    try:
        numbers = [float(each) for each in (said["most_unknown"], *said["length_ratio"])]
        scores = [float(score) for score in said["least_scores"].values()]
        quality = said["quality"]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnusableCheckpointError(f"{path}: {error}") from error
    if (
        len(numbers) != 3
        or not all(map(math.isfinite, numbers + scores))
        or not (isinstance(quality, str) and quality)
    ):
        raise UnusableCheckpointError(
            f"{path}: a word, scores by language, a share and two ratios are wanted"
        )
    return said
