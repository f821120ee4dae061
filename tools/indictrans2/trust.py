"""What a small network says of itself: how far it is to be trusted, and which words it has ever seen.

`trust.json` has `quality`, a word for what the network is good for (`demo`), and where doubt begins: `least_scores`, a
piece's log-probability on the average, by the tag of the language that is not English; `most_unknown`, a share of the
words; `length_ratio`, the least and the most characters of an answer by those of its source. `words.SRC.gz` has the
words. Published checkpoints have neither.
"""

import gzip
import math
import re
import shutil
import zlib
from pathlib import Path
from typing import Any, Final

from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.shape import read_object

TRUST: Final = "trust.json"
WORDS: Final = "words.SRC.gz"
EXTRAS: Final = (TRUST, WORDS)
_MOST_BYTES: Final = 1 << 26  # of the words; the server reads them whole
# It stands in lists that are cut at spaces and commas, and in config.pbtxt between quotation marks.
_WORD: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")


def copy_extras(folder: Path, output: Path) -> list[Path]:
    """Copy what there is of it; answers the files. Raises OSError."""
    there = [folder / name for name in EXTRAS if (folder / name).is_file()]
    for path in there:
        shutil.copyfile(path, output / path.name)
    return there


def check_words(folder: Path) -> None:
    """Raise UnusableCheckpointError unless the words, if there are any, can be read; OSError."""
    path = folder / WORDS
    if not path.is_file():
        return
    try:
        with gzip.open(path) as stream:
            words = stream.read(_MOST_BYTES + 1)
        words.decode()
    except (gzip.BadGzipFile, zlib.error, EOFError, UnicodeDecodeError) as error:
        raise UnusableCheckpointError(f"{path}: {error}") from error
    if len(words) > _MOST_BYTES:
        raise UnusableCheckpointError(f"{path}: more than {_MOST_BYTES} bytes of words")


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
        or not (isinstance(quality, str) and _WORD.fullmatch(quality))
    ):
        raise UnusableCheckpointError(
            f"{path}: a word, scores by language, a share and two ratios are wanted"
        )
    return said
