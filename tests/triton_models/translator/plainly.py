"""Translates one text after the other, one piece at a time, with bare ctranslate2: what the model's answers must be.

Runs in .venv-triton: reads a JSON list of jobs from standard input, writes a list of answers. A job is a list of
[weights, source tag, target tag] for each hop, a text, a beam size, a maximal length and native digits.
"""

import functools
import json
import math
import sys
from pathlib import Path
from typing import Any

import ctranslate2
import sentencepiece

sys.path.append(str(Path(__file__).resolve().parents[3] / "triton_models" / "translator" / "1"))

from indictext import finish, fit, prepare, split_sentences
from repetition import is_loop

Hop = tuple[str, str, str]


@functools.cache
def load(folder: str) -> tuple[Any, Any]:
    """The network and its SentencePiece model."""
    network = ctranslate2.Translator(folder, inter_threads=1, intra_threads=1)
    return network, sentencepiece.SentencePieceProcessor(model_file=f"{folder}/model.SRC")


def decode(hop: Hop, body: str, beam_size: int, max_length: int) -> str:
    """What the network writes for a prepared piece; an answer that repeats itself once more without repetitions."""
    folder, source, target = hop
    network, splitter = load(folder)
    tokens = [source, target, *splitter.encode(body, out_type=str)]
    options = {"beam_size": beam_size, "disable_unk": True, "max_input_length": 0}
    options["max_decoding_length"] = min(max_length, math.ceil(3 * len(tokens)) + 16, 255)
    written = network.translate_batch([tokens], **options)[0].hypotheses[0]
    if is_loop(written) and not is_loop(tokens):
        written = network.translate_batch([tokens], **options, no_repeat_ngram_size=4)[0].hypotheses[0]
    return "".join(written).replace("▁", " ").strip()


def translate(hops: list[Hop], text: str, beam_size: int, max_length: int, native_digits: bool) -> str:
    """A text by all its hops."""
    names: set[str] = set()
    for hop in hops:
        folder, source, target = hop
        splitter = load(folder)[1]
        read = functools.partial(prepare, source=source, target=target, names=frozenset(names))

        def size(part: str, read: Any = read, splitter: Any = splitter) -> int:
            return len(splitter.encode(read(part).body))

        parts = []
        for piece in fit(split_sentences(text), 160, size):
            prepared = read(piece.text)
            names.update(prepared.names)
            if not splitter.encode(prepared.body):
                parts.append(piece.source)
                continue
            written = decode(hop, prepared.body, beam_size, max_length)
            digits = native_digits and hop is hops[-1]
            parts.append(piece.wrap(finish(written, prepared, native_digits=digits)))
        text = "".join(parts)
    return text


if __name__ == "__main__":
    json.dump([translate(*job) for job in json.load(sys.stdin)], sys.stdout)
