"""Translates the sentences that only English has: `python -m tools.nano.back MODEL OUTPUT`. In .venv-torch.

Back-translation (Sennrich, Haddow and Birch, "Improving neural machine translation models with monolingual data",
2016): what en-indic, the converted network in MODEL, makes of them in each language is what indic-en reads while it
learns to write them. Writes a JSON line a sentence and language. What judges or stops is left out, and so is what the
network gives a low score itself.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tools.indictrans2.trust import TRUST
from tools.nano.lexicon import ENGLISH
from tools.nano.pairs import MONOLINGUAL, TAGS, Pair, english_only
from tools.nano.score import Translated, translate
from tools.nano.sentences import HOME

_BEAM: Final = 1


def main() -> int:
    """Translate them, and write them down."""
    parser = argparse.ArgumentParser(prog="python -m tools.nano.back", description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--languages", nargs="+", default=[name for name in TAGS if name != ENGLISH])
    parser.add_argument("--corpus", type=Path, default=HOME)
    chosen = parser.parse_args()
    pairs = [
        Pair(MONOLINGUAL, english, language, "")
        for english in english_only(chosen.corpus)
        for language in chosen.languages
    ]
    answers = translate(chosen.model, pairs, _BEAM, to_indic=True)
    least = json.loads((chosen.model / TRUST).read_text("utf-8"))["least_scores"]
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    with chosen.output.open("w", encoding="utf-8") as output:
        for line in _trusted(pairs, answers, least):
            output.write(json.dumps(line, ensure_ascii=False) + "\n")
    return 0


def _trusted(
    pairs: Sequence[Pair], answers: Sequence[Translated], least: dict[str, float]
) -> Iterator[dict[str, str]]:
    for pair, answer in zip(pairs, answers, strict=True):
        if answer.text and answer.score >= least[TAGS[pair.language]]:
            yield {"english": pair.english, "language": pair.language, "text": answer.text}


if __name__ == "__main__":
    sys.exit(main())
