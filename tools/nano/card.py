"""Writes the tables of the models' card, data/nano/model/README.md, between two marks: `python -m tools.nano.card`.

What they show is in the folders of the networks: scores.jsonl (score.py), curve.jsonl (train.py), and curves.jsonl with
what came of parts of the corpus (curve.py).
"""

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any, Final

from tools.nano.curve import CURVES
from tools.nano.make import DIRECTIONS, NAME, SCORES
from tools.nano.sentences import DOMAINS, HOME, INDEPENDENT

CARD: Final = HOME / "model" / "README.md"
_BEGIN, _END = "<!-- scores -->\n", "<!-- end of scores -->\n"


def main() -> int:
    """Put the tables into the card."""
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
    yield "| direction | steps | share of the sentences | mean chrF++ |"
    yield "|---|---|---|---|"
    for row in rows:
        yield f"| {row['direction']} | {row['steps']} | {row['share']:.1%} | {row['mean']} |"


def _tables() -> Iterator[str]:
    for direction in DIRECTIONS:
        path = HOME / "model" / NAME.format(direction) / SCORES
        if path.exists():
            rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
            yield f"\n### {direction}\n"
            yield from table(rows)
    if CURVES.exists():
        yield "\n### chrF++ by the size of the corpus\n"
        yield from curve([json.loads(line) for line in CURVES.read_text("utf-8").splitlines()])
    yield ""


if __name__ == "__main__":
    sys.exit(main())
