"""CTranslate2 alone with everything at once: `python -m bench.baselines.whole_set MODEL SENTENCES [flag …]`.

It says `ready`; then for each line with a number it translates the first so many sentences, over and over again if
need be, in one call, and answers with one JSON line: `seconds` in all, `texts`, and `cpu` seconds of the process.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from bench.baselines.translation import Network, Pieces, Settings


def main() -> None:
    """Answers until the input ends."""
    options = _options()
    texts = [text for text, _ in json.loads(options.sentences.read_text())]
    pieces = Pieces(options.model)
    network = Network(options.model, Settings(options.inter, options.intra, options.max_pieces, options.beam))
    print("ready", flush=True)
    for line in sys.stdin:
        wanted = [texts[number % len(texts)] for number in range(int(line))]
        print(json.dumps(_run(network, pieces, wanted, options)), flush=True)


def _run(
    network: Network, pieces: Pieces, texts: list[str], options: argparse.Namespace
) -> dict[str, object]:
    began, cpu = time.perf_counter(), time.process_time()
    read = [pieces.read(text, options.source, options.target) for text in texts]
    answers = network.translate([tokens for tokens, _ in read])
    written = [pieces.write(answer, one) for answer, (_, one) in zip(answers, read, strict=True)]
    return {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "texts": written,
        "pieces": answers,
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.baselines.whole_set")
    parser.add_argument("model", type=Path)
    parser.add_argument("sentences", type=Path, help="a JSON array of [text, pieces]")
    parser.add_argument("--source", default="eng_Latn")
    parser.add_argument("--target", default="hin_Deva")
    parser.add_argument("--beam", type=int, default=5)
    parser.add_argument("--inter", type=int, default=1, help="translators side by side")
    parser.add_argument("--intra", type=int, default=2, help="threads of each")
    parser.add_argument("--max-pieces", type=int, default=1024, help="that it takes at once")
    return parser.parse_args()


if __name__ == "__main__":
    main()
