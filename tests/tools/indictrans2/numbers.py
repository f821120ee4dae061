"""What converted models answer to the fixtures' sources: `numbers.py EXPECTED.json FOLDER ...`, in .venv-triton.

Prints a list with, for each folder, the greedy ids (12 steps, never one of the four special pieces) and the
log-probabilities of the expected ids and the end after them.
"""

import json
import sys
from pathlib import Path
from typing import Any

import ctranslate2


def answers(folder: Path, cases: list[dict[str, Any]]) -> dict[str, Any]:
    """The numbers of one model."""
    source, target = (
        json.loads((folder / f"{side}_vocabulary.json").read_text()) for side in ("source", "target")
    )
    model = ctranslate2.Translator(str(folder), device="cpu", intra_threads=1)
    texts = [[source[number] for number in case["source_ids"]] for case in cases]
    greedy = model.translate_batch(
        texts,
        beam_size=1,
        min_decoding_length=12,
        max_decoding_length=12,
        suppress_sequences=[["<s>"], ["<pad>"]],
        disable_unk=True,
    )
    wanted = [[target[number] for number in case["greedy_ids"]] for case in cases]
    return {
        "ids": [[target.index(piece) for piece in each.hypotheses[0]] for each in greedy],
        "log_probs": [list(each.log_probs) for each in model.score_batch(texts, wanted)],
    }


if __name__ == "__main__":
    expected = json.loads(Path(sys.argv[1]).read_text())["cases"]
    sys.stdout.write(json.dumps([answers(Path(folder), expected) for folder in sys.argv[2:]]))
