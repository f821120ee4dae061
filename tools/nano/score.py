"""Judges a direction by the sentences that nobody learned from: `python -m tools.nano.score MODEL [--show 5]`.

MODEL is a converted folder (tools/indictrans2). chrF++ for each language and domain, one JSON line each and one for
all. In .venv-torch, with the text pipeline and the beam search of the served model.

chrF++: character 6-grams and word 2-grams, beta 2 (Popović, 2017), by sacreBLEU.
"""

import argparse
import json
import statistics
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import ctranslate2
import sacrebleu
import sentencepiece
from indictext import finish, prepare
from knowledge import Knowledge

from tools.indictrans2.card import CARD
from tools.nano.lexicon import ENGLISH
from tools.nano.pairs import TAGS, Pair, written
from tools.nano.sentences import HOME

_SPECIAL: Final = ("<s>", "</s>", "<unk>", "<pad>")
_MOST: Final = 96  # pieces of an answer
BEAM: Final = 5


def main() -> int:
    """Say how good it is."""
    parser = argparse.ArgumentParser(prog="python -m tools.nano.score", description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--languages", nargs="+", default=[name for name in TAGS if name != ENGLISH])
    parser.add_argument("--corpus", type=Path, default=HOME)
    parser.add_argument("--beam", type=int, default=BEAM)
    parser.add_argument("--show", type=int, default=0, help="examples of each language")
    chosen = parser.parse_args()
    to_indic = is_to_indic(chosen.model)
    pairs = written(chosen.corpus, chosen.languages, "test")
    answers = [each.text for each in translate(chosen.model, pairs, chosen.beam, to_indic=to_indic)]
    means = []
    for language in chosen.languages:
        rows = [
            (pair, answer) for pair, answer in zip(pairs, answers, strict=True) if pair.language == language
        ]
        line = _scores(rows, to_indic=to_indic)
        means.append(line["all"])
        print(json.dumps({"language": language, **line}))
        for pair, answer in rows[:: max(1, len(rows) // chosen.show)][: chosen.show] if chosen.show else ():
            print(f"    {pair.english} | {pair.text} | {answer}")
    print(
        json.dumps({"mean": round(statistics.mean(means), 1), "to_indic": to_indic, "sentences": len(pairs)})
    )
    return 0


@dataclass(frozen=True)
class Translated:
    """An answer, and its log-probability divided by the number of its pieces."""

    text: str
    score: float


def is_to_indic(model: Path) -> bool:
    """Whether a converted network reads English. Raises OSError, ValueError, KeyError."""
    return TAGS[ENGLISH] in json.loads((model / CARD).read_text("utf-8"))["source_tags"]


def translate(model: Path, pairs: Sequence[Pair], beam: int = BEAM, *, to_indic: bool) -> list[Translated]:
    """The answers to all of these, in order."""
    source, _ = (
        sentencepiece.SentencePieceProcessor(model_file=str(model / f"model.{side}"))
        for side in ("SRC", "TGT")
    )
    translator = ctranslate2.Translator(str(model), device="cpu", inter_threads=2, intra_threads=1)
    knowledge = Knowledge.read(model)
    is_known = knowledge.knows if knowledge else None
    read = []
    for pair in pairs:
        languages = (ENGLISH, pair.language) if to_indic else (pair.language, ENGLISH)
        text = pair.english if to_indic else pair.text
        source_tag, target_tag = (TAGS[language] for language in languages)
        read.append(prepare(text, source_tag, target_tag, is_known=is_known))
    tokens = [[one.source, one.target, *source.encode(one.body, out_type=str)] for one in read]
    results = translator.translate_batch(
        tokens,
        beam_size=beam,
        max_batch_size=64,
        max_decoding_length=_MOST,
        disable_unk=True,
        return_scores=True,
    )
    return [
        Translated(finish(_text(result.hypotheses[0]), one), result.scores[0])
        for result, one in zip(results, read, strict=True)
    ]


def _text(pieces: Sequence[str]) -> str:
    return "".join(piece for piece in pieces if piece not in _SPECIAL).replace("▁", " ").strip()


def _scores(rows: Sequence[tuple[Pair, str]], *, to_indic: bool) -> dict[str, float]:
    domains = defaultdict(list)
    for pair, answer in rows:
        domains[pair.domain].append((answer, pair.text if to_indic else pair.english))
        domains["all"].append((answer, pair.text if to_indic else pair.english))
    return {
        domain: round(
            sacrebleu.corpus_chrf([a for a, _ in found], [[r for _, r in found]], word_order=2).score, 1
        )
        for domain, found in domains.items()
    }


if __name__ == "__main__":
    sys.exit(main())
