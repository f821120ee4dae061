"""Writes the tables of the models' card, data/nano/model/README.md, between two marks: `python -m tools.nano.card`.

Both networks have to be made, and curve.py to have run.

What they show is in the folders of the networks: scores.jsonl (score.py), curve.jsonl (train.py), and curves.jsonl with
what came of parts of the corpus (curve.py).
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from tools.nano.curve import CURVES
from tools.nano.make import CURVE, DIRECTIONS, NAME, SCORES
from tools.nano.sentences import DOMAINS, HOME, INDEPENDENT

CARD: Final = HOME / "model" / "README.md"
_BEGIN, _END = "<!-- scores -->\n", "<!-- end of scores -->\n"


def main() -> int:
    """Put the tables into the card. Raises OSError, KeyError where a part of them is missing."""
    text = CARD.read_text("utf-8")
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    tables = "\n".join((*_tables(), ""))
    CARD.write_text(f"{before}{_BEGIN}{tables}{_END}{after}", "utf-8")
    return 0


def table(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """chrF++ of one direction, by language and domain and on others' sentences, and the means of the languages."""
    yield f"| language | all | {' | '.join(DOMAINS)} | {INDEPENDENT} |"
    yield f"|---|{'---|' * (len(DOMAINS) + 2)}"
    for row in rows:
        if "language" in row:
            kinds = " | ".join(str(row[kind]) for kind in ("all", *DOMAINS, INDEPENDENT))
            yield f"| {row['language']} | {kinds} |"
        else:
            yield f"| **mean** | **{row['mean']}** |{' |' * len(DOMAINS)} **{row[INDEPENDENT]}** |"


def curve(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The mean of the languages after equally many steps on parts of the sentences."""
    yield f"| direction | steps | share of the sentences | mean chrF++ | {INDEPENDENT} |"
    yield "|---|---|---|---|---|"
    for row in rows:
        share = f"{row['share']:.1%}"
        yield f"| {row['direction']} | {row['steps']} | {share} | {row['mean']} | {row[INDEPENDENT]} |"


def training(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The loss on sentences that are not learned from: at the first look, after twice as many each, and at the end."""
    yield "| step | minutes | loss |"
    yield "|---|---|---|"
    for number, row in enumerate(rows, 1):
        if number == len(rows) or not number & (number - 1):
            yield f"| {row['step']} | {row['minutes']} | {row['stop']} |"


def _tables() -> Iterator[str]:
    for direction in DIRECTIONS:
        folder = HOME / "model" / NAME.format(direction)
        yield f"\n### {direction}\n"
        yield from table(_rows(folder / SCORES))
        yield f"\nWhile it was trained, the loss of a piece on the part `stop` (all of it is in `{CURVE}`):\n"
        yield from training(_rows(folder / CURVE))
    yield "\n### chrF++ by the size of the corpus\n"
    yield "Short runs with a beam of 1 and nothing translated back: they set parts of the corpus against each other,"
    yield "and say nothing of what a whole run reaches.\n"
    yield from curve(_rows(CURVES))
    yield ""


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


if __name__ == "__main__":
    sys.exit(main())
