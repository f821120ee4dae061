"""Finds where doubt begins for a trained network: `python -m tools.nano.calibrate MODEL`. Writes MODEL/trust.json.

It translates the sentences that tell training when to stop, which the network has not learned from, and sets each bound
so that few of them are doubted: what is further out is unlike anything it knows. In .venv-torch.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from tools.indictrans2.trust import TRUST
from tools.nano.lexicon import ENGLISH
from tools.nano.pairs import TAGS, Pair, written
from tools.nano.score import Translated, is_to_indic, translate
from tools.nano.sentences import HOME

QUALITY: Final = "demo"
# A score so many standard deviations below the mean of its language is low: of a hundred sentences of its own world
# about two have one. And so many of a hundred are doubted for their length, on either side.
_BY_SCORE, _BY_LENGTH = 2.2, 0.1
_LENIENCE: Final = 1.2  # short sentences vary more than these few hundred show
# More unknown words than this in one sentence of its own world are rare: one in five, and one more in a short one.
_MOST_UNKNOWN: Final = 0.26
_SHORT: Final = 12  # characters; see honesty.py


def main() -> int:
    """Find the bounds, and say them."""
    parser = argparse.ArgumentParser(prog="python -m tools.nano.calibrate", description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--corpus", type=Path, default=HOME)
    parser.add_argument("--languages", nargs="+", default=[name for name in TAGS if name != ENGLISH])
    chosen = parser.parse_args()
    to_indic = is_to_indic(chosen.model)
    pairs = written(chosen.corpus, chosen.languages, "stop")
    answers = translate(chosen.model, pairs, to_indic=to_indic)
    said = bounds([(pair, answer) for pair, answer in zip(pairs, answers, strict=True)], to_indic=to_indic)
    text = json.dumps(said)
    (chosen.model / TRUST).write_text(text + "\n", "utf-8")
    print(text)
    return 0


def bounds(rows: Sequence[tuple[Pair, Translated]], *, to_indic: bool) -> dict[str, object]:
    """What trust.json says (tools/indictrans2/trust.py), by what came of these sentences."""
    scores: defaultdict[str, list[float]] = defaultdict(list)
    ratios = []
    for pair, answer in rows:
        scores[TAGS[pair.language]].append(answer.score)
        source = pair.english if to_indic else pair.text
        if len(source) >= _SHORT:
            ratios.append(len(answer.text) / len(source))
    low, high = np.percentile(ratios, [_BY_LENGTH, 100 - _BY_LENGTH]) * [1 / _LENIENCE, _LENIENCE]
    return {
        "quality": QUALITY,
        "least_scores": {
            tag: round(float(np.mean(found) - _BY_SCORE * np.std(found)), 3) for tag, found in scores.items()
        },
        "most_unknown": _MOST_UNKNOWN,
        "length_ratio": [round(float(low), 2), round(float(high), 2)],
    }


if __name__ == "__main__":
    sys.exit(main())
