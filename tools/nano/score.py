"""Judges a direction by the sentences that nobody learned from: `python -m tools.nano.score MODEL [--show 5]`.

They are those that are held back of the corpus, whose mean counts, and beside them those of independent writers.

MODEL is a converted folder (tools/indictrans2). chrF++ for each language and domain, one JSON line each and one for
all. In .venv-torch, with the text pipeline and the beam search of the served model.

chrF++: character 6-grams and word 2-grams, beta 2 (Popović, 2017), by sacreBLEU.
"""

import argparse
import json
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

import sacrebleu
from decoding import Lengths, Options, Output
from indictext import Prepared, finish, prepare
from network import Network
from parameters import Place
from routes import family_of_tag
from waiting import Tokens

from tools.indictrans2.card import CARD
from tools.nano.lexicon import ENGLISH
from tools.nano.pairs import TAGS, Pair, by_others, written
from tools.nano.sentences import HOME, INDEPENDENT

_MOST: Final = 96  # pieces of an answer
_GROUP, _AT_ONCE = 64, 2  # sentences, and groups
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
    pairs = [
        *written(chosen.corpus, chosen.languages, "test"),
        *by_others(chosen.corpus, chosen.languages),
    ]
    answers = [each.text for each in translate(chosen.model, pairs, chosen.beam, to_indic=to_indic)]
    lines = []
    for language in chosen.languages:
        rows = [
            (pair, answer) for pair, answer in zip(pairs, answers, strict=True) if pair.language == language
        ]
        line = scores(rows, to_indic=to_indic)
        lines.append(line)
        print(json.dumps({"language": language, **line}))
        for pair, answer in rows[:: max(1, len(rows) // chosen.show)][: chosen.show] if chosen.show else ():
            print(f"    {pair.english} | {pair.text} | {answer}")
    means = {
        name: round(statistics.mean(line[key] for line in lines), 1)
        for name, key in (("mean", "all"), (INDEPENDENT, INDEPENDENT))
        if key in lines[0]
    }
    count = sum(pair.domain != INDEPENDENT for pair in pairs)
    print(json.dumps({**means, "to_indic": to_indic, "sentences": count}))
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
    network = Network(model, Place("cpu", 0, "int8", _AT_ONCE, 1), Lengths(0.0, _MOST))
    read = [_read(pair, network, to_indic=to_indic) for pair in pairs]
    order = sorted(range(len(read)), key=lambda number: (read[number].family, len(read[number].tokens)))
    same = groupby(order, key=lambda number: read[number].family)
    groups = [group for _, numbers in same for group in _batched(list(numbers), _GROUP)]

    def decoded(group: Sequence[int]) -> list[Output]:
        options = Options(beam, _MOST, family=read[group[0]].family)
        return network.translate([read[number].tokens for number in group], options)

    answers: dict[int, Translated] = {}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for group, outputs in zip(groups, pool.map(decoded, groups), strict=True):
            for number, output in zip(group, outputs, strict=True):
                text = finish(network.text(output.tokens), read[number].prepared)
                answers[number] = Translated(text, output.score)
    return [answers[number] for number in range(len(read))]


def _batched(numbers: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), size):
        yield numbers[start : start + size]


@dataclass(frozen=True)
class _Read:
    prepared: Prepared
    tokens: Tokens
    family: str  # of the scripts that its answer may have


def _read(pair: Pair, network: Network, *, to_indic: bool) -> _Read:
    languages = (ENGLISH, pair.language) if to_indic else (pair.language, ENGLISH)
    source, target = (TAGS[language] for language in languages)
    prepared = prepare(pair.english if to_indic else pair.text, source, target, is_known=network.knows)
    return _Read(prepared, network.tokens(source, target, prepared.body), family_of_tag(target))


def scores(rows: Sequence[tuple[Pair, str]], *, to_indic: bool) -> dict[str, float]:
    """chrF++ by domain, and of all but the independent sentences, of pairs and answers in one language."""
    domains = defaultdict(list)
    for pair, answer in rows:
        domains[pair.domain].append((answer, pair.text if to_indic else pair.english))
        if pair.domain != INDEPENDENT:
            domains["all"].append((answer, pair.text if to_indic else pair.english))
    return {
        domain: round(
            sacrebleu.corpus_chrf([a for a, _ in found], [[r for _, r in found]], word_order=2).score, 1
        )
        for domain, found in domains.items()
    }


if __name__ == "__main__":
    sys.exit(main())
