"""Loads one installed model as Triton would, and says what it makes of things: `python networked.py WEIGHTS`.

Runs in .venv-triton; writes one JSON object.
"""

import dataclasses
import json
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[3] / "triton_models" / "translator" / "1"))

from decoding import Lengths, Options
from network import Network
from parameters import Place


def main() -> None:
    """What test_network.py looks at."""
    network = Network(Path(sys.argv[1]), Place("cpu", 0, "default", 1, 1), Lengths(3.0, 16))
    tokens = network.tokens("eng_Latn", "hin_Deva", "the cat")
    said = {
        "longest_source": network.longest_source,
        "sources": sorted(network.covers.sources),
        "targets": sorted(network.covers.targets),
        "tokens": tokens,
        "text": network.text(("<s>", "▁क", "ख", "▁ग", "</s>", "<unk>", "<pad>")),
        "sizes": [
            len(output.tokens)
            for output in network.translate([tokens, (tokens * 100)[:200]], Options(1, 256))
        ],
        "output": dataclasses.asdict(network.translate([tokens], Options(2, 5))[0]),
    }
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
