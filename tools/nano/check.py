"""Checks a language of the corpus, and shows samples: `python -m tools.nano.check hi [--samples 40] [--seed 1]`.

Line counts, ids, forms, slots, scripts and digits. Exit code 1 with the faults on standard error.
"""

import argparse
import random
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tools.nano.generate import Filled, Generator
from tools.nano.lexicon import ENGLISH, LexiconError, check_ids, read_words
from tools.nano.sentences import DOMAINS, HOME, INDEPENDENT, independent, lines

_ANY_LETTER: Final = r"[^\W\d_]"
_BLOCKS: Final = {
    "hi": "\u0900-\u097f", "mr": "\u0900-\u097f", "bn": "\u0980-\u09ff", "as": "\u0980-\u09ff", "pa": "\u0a00-\u0a7f",
    "gu": "\u0a80-\u0aff", "or": "\u0b00-\u0b7f", "ta": "\u0b80-\u0bff", "te": "\u0c00-\u0c7f", "kn": "\u0c80-\u0cff",
    "ml": "\u0d00-\u0d7f", "ur": "\u0600-\u06ff",
}  # fmt: skip
_FILLS: Final = 30  # of each template


def main() -> int:
    """Say what is wrong, and show samples."""
    parser = argparse.ArgumentParser(prog="python -m tools.nano.check", description=__doc__)
    parser.add_argument("language", choices=sorted(_BLOCKS))
    parser.add_argument("--samples", type=int, default=0, help="filled templates to show")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    try:
        faults = list(faults_of(HOME, chosen.language))
        samples = _samples(chosen.language, chosen.samples, chosen.seed)
    except (LexiconError, OSError) as error:
        faults, samples = [str(error)], []
    for sample in samples:
        print(f"{sample.template + 1}\t{sample.texts[ENGLISH]}\t{sample.texts[chosen.language]}")
    for fault in faults[:40]:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def faults_of(home: Path, language: str) -> Iterator[str]:
    """What is wrong with a language's files, a line each. Raises LexiconError; OSError."""
    yield from _sentences(home, language)
    if not (home / "lexicon" / language).is_dir():
        return
    check_ids(home, language)
    for key, word in read_words(home, language).items():
        yield from _script(f"words.tsv, {key}", word, language)
    if not (home / "templates" / f"{language}.txt").exists():
        return
    generator, chance = Generator(home, [language]), random.Random(1)  # noqa: S311 - no secret
    for number in range(len(generator)):
        for _ in range(_FILLS):
            filled = generator.fill(number, chance).texts
            place = f"templates, line {number + 1}"
            yield from _pair(place, filled[ENGLISH], filled[language], language)


def _sentences(home: Path, language: str) -> Iterator[str]:
    for domain in DOMAINS:
        path = home / "sentences" / language / f"{domain}.txt"
        if not path.exists():
            yield f"{language}/{domain}.txt is missing"
            continue
        ours, theirs = (lines(home, name, domain) for name in (ENGLISH, language))
        yield from _side_by_side(f"{domain}.txt", ours, theirs, language)
    ours, theirs = (independent(home, name) for name in (ENGLISH, language))
    yield from _side_by_side(f"{INDEPENDENT}/{language}.txt", ours, theirs, language)


def _side_by_side(name: str, ours: Sequence[str], theirs: Sequence[str], language: str) -> Iterator[str]:
    if len(ours) != len(theirs):
        yield f"{name}: {len(theirs)} lines, and in English {len(ours)}"
    for number, (one, other) in enumerate(zip(ours, theirs, strict=False), 1):
        yield from _pair(f"{name}, line {number}", one, other, language)


def _pair(place: str, english: str, text: str, language: str) -> Iterator[str]:
    yield from _script(place, text, language)
    if sorted(re.findall(r"\d+", english)) != sorted(re.findall(r"\d+", text)):
        yield f"{place}: other digits than in {english!r}: {text}"
    if text != " ".join(text.split()):
        yield f"{place}: white space that is not one space: {text!r}"
    for mark, other in ("?", "؟"), ("!", "!"):
        if english.endswith(mark) and not text.endswith((mark, other)):
            yield f"{place}: no {mark} at the end: {text}"


def _script(place: str, text: str, language: str) -> Iterator[str]:
    foreign = [
        letter for letter in re.findall(_ANY_LETTER, text) if not re.match(f"[{_BLOCKS[language]}]", letter)
    ]
    if foreign or not text.strip():
        yield f"{place}: not in the language's script: {text}"


def _samples(language: str, count: int, seed: int) -> list[Filled]:
    if not count:
        return []
    generator, chance = Generator(HOME, [language]), random.Random(seed)  # noqa: S311 - no secret
    return [generator.fill(chance.randrange(len(generator)), chance) for _ in range(count)]


if __name__ == "__main__":
    sys.exit(main())
