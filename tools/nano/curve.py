"""How much more text would help: `python -m tools.nano.curve`. Writes data/nano/model/curves.jsonl.

Trains short runs on an eighth, a quarter, half and all of the written sentences, each with as many steps, and
judges each by the same held-out sentences. The lexicon and the templates stay whole; what only English has is left
out, for it would hide how much of what is known came from the sentences that were written.
"""

import argparse
import json
import sys
from typing import Final

from tools.nano.make import DIRECTIONS, TORCH, WORK, convert, run, train
from tools.nano.sentences import HOME

CURVES: Final = HOME / "model" / "curves.jsonl"
_SHARES: Final = (0.125, 0.25, 0.5, 1.0)


def main() -> int:
    """Train, judge, and write down."""
    parser = argparse.ArgumentParser(prog="python -m tools.nano.curve", description=__doc__)
    parser.add_argument("--directions", nargs="+", choices=DIRECTIONS, default=DIRECTIONS)
    parser.add_argument("--steps", type=int, default=1500)
    chosen = parser.parse_args()
    lines = []
    for direction in chosen.directions:
        for share in _SHARES:
            name = f"curve-{direction}-{share}"
            options = ("--steps", chosen.steps, "--share", share, "--every", chosen.steps)
            train(direction, WORK / name, *options, translated_back=False)
            *_, last = run(TORCH, "tools.nano.score", convert(direction, WORK / name, name)).splitlines()
            mean = json.loads(last)["mean"]
            lines.append({"direction": direction, "steps": chosen.steps, "share": share, "mean": mean})
    CURVES.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
