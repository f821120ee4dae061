"""How much more text would help: `python -m tools.nano.curve`. Writes data/nano/model/curves.jsonl.

Trains short runs on a quarter, half and all of the written sentences, each with as many steps, and judges each, with
a beam of 1, by the same held-out sentences. The lexicon and the templates stay whole; what only English has is left
out, for it would hide how much of what is known came from the sentences that were written.
"""

import argparse
import json
import sys
from typing import Final

from tools.nano.make import DIRECTIONS, TORCH, WORK, convert, run, train
from tools.nano.sentences import HOME, INDEPENDENT

CURVES: Final = HOME / "model" / "curves.jsonl"
_SHARES: Final = (0.25, 0.5, 1.0)
_BEAM: Final = 1


def main() -> int:
    """Train, judge, and write down; what is there of another direction stays."""
    parser = argparse.ArgumentParser(prog="python -m tools.nano.curve", description=__doc__)
    parser.add_argument("--directions", nargs="+", choices=DIRECTIONS, default=DIRECTIONS)
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--threads", type=int, default=2)
    chosen = parser.parse_args()
    for direction in chosen.directions:
        lines = [_line(direction, share, chosen.steps, chosen.threads) for share in _SHARES]
        kept = CURVES.read_text("utf-8").splitlines() if CURVES.exists() else []
        kept = [line for line in kept if json.loads(line)["direction"] != direction]
        CURVES.write_text("".join(f"{line}\n" for line in sorted((*kept, *lines))), "utf-8")
    return 0


def _line(direction: str, share: float, steps: int, threads: int) -> str:
    name = f"curve-{direction}-{share}"
    options = ("--steps", steps, "--share", share, "--every", steps, "--threads", threads)
    train(direction, WORK / name, *options, translated_back=False)
    scores = run(TORCH, "tools.nano.score", convert(direction, WORK / name, name), "--beam", _BEAM)
    *_, last = map(json.loads, scores.splitlines())
    means = {kind: last[kind] for kind in ("mean", INDEPENDENT)}
    return json.dumps({"direction": direction, "steps": steps, "share": share, **means})


if __name__ == "__main__":
    sys.exit(main())
