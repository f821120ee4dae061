"""Trains one direction: `python -m tools.nano.train en-indic OUTPUT [--steps 14000] …`. In .venv-torch.

Writes a checkpoint of IndicTrans2's layout to OUTPUT, and its curve to OUTPUT/curve.jsonl.
"""

import argparse
import copy
import gzip
import json
import math
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final, cast

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from tools.indictrans2.random_checkpoint import config_of
from tools.indictrans2.shape import Shape, Stack
from tools.indictrans2.trust import WORDS
from tools.nano.examples import Batch, Direction, Examples, Side, ahead
from tools.nano.generate import Generator
from tools.nano.lexicon import ENGLISH
from tools.nano.loss import head_loss
from tools.nano.network import PAD, UNKNOWN, Network
from tools.nano.numbers import renumbered
from tools.nano.pairs import TAGS, Pair, dictionary, filled, network_text, translated_back, words_of, written
from tools.nano.rough import roughened
from tools.nano.sentences import HOME
from tools.nano.start import start
from tools.nano.strangers import Strangers, mixed
from tools.nano.swaps import Swaps, swapped
from tools.nano.vocabularies import Cutter, Vocabulary, learn

_TEMPLATES_LEARNED, _TEMPLATES_SEEN = 20_000, 60_000  # of a vocabulary, and of the words that are known
_STRANGERS_COUNTED = 6_000


# The C library gives large blocks back to the system and asks for them again at each step, whose pages are then made
# anew: a step takes two to three times as long (mallopt(3)).
_MEMORY: Final = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "100000000000",
    "MALLOC_TOP_PAD_": "268435456",
}


def main() -> int:
    """Train, and write what came of it."""
    chosen = _parser().parse_args()
    if not os.environ.keys() >= _MEMORY.keys():
        os.execve(sys.executable, [*sys.orig_argv], os.environ | _MEMORY)  # noqa: S606 - this program itself
    torch.set_num_threads(chosen.threads)
    torch.manual_seed(chosen.seed)
    trainer = Trainer(chosen)
    trainer.run()
    return 0


class Trainer:
    """One run."""

    def __init__(self, chosen: argparse.Namespace) -> None:
        self._chosen = chosen
        self._direction: Direction = chosen.direction
        chance = random.Random(chosen.seed)  # noqa: S311 - no secret
        languages = chosen.languages
        pairs = _some(written(chosen.corpus, languages, "train"), chosen.share)
        translated = translated_back(chosen.back) if chosen.back else []
        words = dictionary(chosen.corpus, languages) if chosen.templates else []
        generator = Generator(chosen.corpus, languages) if chosen.templates else None
        self._vocabularies = self._learn([*pairs, *translated, *words], generator, chance)
        source, target = self._vocabularies
        self._words = self._seen([*pairs, *words], generator, chance)
        cutters = Side(Cutter(source, chosen.alpha), Cutter(target))
        examples = Examples(self._direction, source.ids, cutters)
        stream = _mixed(pairs, words, generator, languages, chosen, chance, translated)
        if chosen.strangers:
            strangers = Strangers(chosen.corpus, languages)
            stream = mixed(stream, strangers, languages, chosen.strangers, chance)
        if chosen.swaps:
            swaps = Swaps(chosen.corpus, languages, same_gender=self._direction == "en-indic")
            stream = swapped(stream, swaps, chosen.swaps, chance)
        if chosen.numbers:
            stream = renumbered(stream, chosen.numbers, chance)
        stream = roughened(stream, chance, to_indic=self._direction == "en-indic")
        self._batches = ahead(examples.batches(stream, chosen.tokens, chance))
        self._stop = examples.fixed(written(chosen.corpus, languages, "stop"), chosen.tokens)
        self._shape = _shape(chosen, len(source), len(target))
        self._network = Network(self._shape, chosen.dropout)
        if chosen.counted:
            counted = [*pairs, *translated, *words]
            if chosen.strangers:
                counted += [
                    strangers.filled(chance.choice(languages), chance) for _ in range(_STRANGERS_COUNTED)
                ]
            start(self._network, [examples.ids(pair) for pair in counted])
        # What learns is kept in float32; the network computes with a bfloat16 copy, which is three times as fast.
        self._kept = copy.deepcopy(self._network)
        self._mean = copy.deepcopy(self._network).eval()
        if chosen.bfloat16:
            self._network.to(torch.bfloat16)
        parameters = sum(one.numel() for one in self._network.parameters())
        print(f"{parameters / 1e6:.2f}M parameters, {len(source)} and {len(target)} pieces", flush=True)

    def run(self) -> None:
        """Until all steps are done or the loss on what it does not learn from no longer falls."""
        chosen = self._chosen
        optimizer = torch.optim.AdamW(
            self._kept.parameters(), lr=1.0, betas=(0.9, 0.98), weight_decay=chosen.decay, fused=True
        )
        started, best, without = time.monotonic(), math.inf, 0
        chosen.output.mkdir(parents=True, exist_ok=True)
        with (chosen.output / "curve.jsonl").open("w") as curve:
            for step, batch in enumerate(self._batches, 1):
                spent = step / chosen.steps
                for group in optimizer.param_groups:
                    group["lr"] = _rate(step, spent, chosen)
                loss = self._learn_from(batch, optimizer)
                _follow(self._mean, self._kept, step)
                if step % chosen.every and spent < 1:
                    continue
                stop = self._judge()
                minutes = round((time.monotonic() - started) / 60, 1)
                line = {"step": step, "minutes": minutes, "loss": loss, "stop": stop}
                print(json.dumps(line), flush=True)
                curve.write(json.dumps(line) + "\n")
                curve.flush()
                without = 0 if stop < best else without + 1
                if stop < best:
                    best = stop
                    self._write()
                if spent >= 1 or without >= chosen.patience:
                    return

    def _learn(
        self, pairs: Sequence[Pair], generator: Generator | None, chance: random.Random
    ) -> tuple[Vocabulary, Vocabulary]:
        pairs = self._with_templates(pairs, generator, _TEMPLATES_LEARNED, chance)
        english = [network_text(text, ENGLISH) for text in dict.fromkeys(pair.english for pair in pairs)]
        to_indic = self._direction == "en-indic"
        others = [network_text(pair.text, pair.language, is_written=to_indic) for pair in pairs]
        sizes = (self._chosen.english_pieces, self._chosen.indic_pieces)
        tags = sorted(TAGS.values())
        if to_indic:
            return learn(english, sizes[0], tags), learn(others, sizes[1], ())
        return learn(others, sizes[1], tags), learn(english, sizes[0], ())

    def _with_templates(
        self, pairs: Sequence[Pair], generator: Generator | None, count: int, chance: random.Random
    ) -> list[Pair]:
        """The pairs, and so many filled templates."""
        stream = filled(generator, self._chosen.languages, chance) if generator else iter(())
        return [*pairs, *islice(stream, count)]

    def _seen(self, pairs: Sequence[Pair], generator: Generator | None, chance: random.Random) -> list[str]:
        """Every word of the source that somebody wrote, as a network reads it: what a network wrote proves nothing."""
        pairs = self._with_templates(pairs, generator, _TEMPLATES_SEEN, chance)
        to_indic = self._direction == "en-indic"
        return sorted({word for pair in pairs for word in words_of(pair, to_indic=to_indic)})

    def _learn_from(self, batch: Batch, optimizer: torch.optim.Optimizer) -> float:
        self._network.train()
        loss = _loss(self._network, _blanked(batch, self._chosen.blank), self._chosen.smoothing)
        loss.backward()
        used, kept = list(self._network.parameters()), list(self._kept.parameters())
        for one, other in zip(used, kept, strict=True):
            other.grad, one.grad = cast(Tensor, one.grad).float(), None
        nn.utils.clip_grad_norm_(kept, 1.0)
        optimizer.step()
        with torch.no_grad():
            for one, other in zip(used, kept, strict=True):
                one.copy_(other)
        return round(float(loss.detach()), 4)

    def _judge(self) -> float:
        """The mean loss of a piece, without smoothing."""
        total, count = 0.0, 0
        with torch.no_grad():
            for batch in self._stop:
                pieces = int((batch.written != PAD).sum())
                total += float(_loss(self._mean, batch, 0.0)) * pieces
                count += pieces
        return round(total / count, 4)

    def _write(self) -> None:
        folder = self._chosen.output
        (folder / "config.json").write_text(json.dumps(config_of(self._shape), indent=1))
        for vocabulary, side in zip(self._vocabularies, ("SRC", "TGT"), strict=True):
            vocabulary.write(folder, side)
        weights = {name: value.contiguous() for name, value in self._mean.state_dict().items()}
        save_file(weights, folder / "model.safetensors")
        # Without the time in its head: the same words are the same file.
        (folder / WORDS).write_bytes(gzip.compress("\n".join(self._words).encode(), mtime=0))


def _loss(network: Network, batch: Batch, smoothing: float) -> Tensor:
    wanted = batch.written != PAD
    features = network.decode(batch.source, batch.read)[wanted]
    return head_loss(features, network.head(), batch.written[wanted], smoothing)


def _blanked(batch: Batch, share: float) -> Batch:
    """A batch in which the decoder does not see a share of what it has written, so that it looks at the source.

    English comes twelve times as often as any sentence that is translated into it, and would be learned by heart.
    """
    if not share:
        return batch
    hidden = (torch.rand(batch.read.shape) < share) & (batch.read != PAD)
    hidden[:, 0] = False
    return replace(batch, read=batch.read.masked_fill(hidden, UNKNOWN))


def _rate(step: int, spent: float, chosen: argparse.Namespace) -> float:
    """Up in a line, then down to nothing along a cosine."""
    return float(
        chosen.rate * min(1.0, step / chosen.warmup) * 0.5 * (1 + math.cos(math.pi * min(1.0, spent)))
    )


def _follow(mean: Network, network: Network, step: int) -> None:
    """An exponential mean of the weights: the average of the last checkpoints, at every step."""
    keep = min(0.999, (1 + step) / (10 + step))
    with torch.no_grad():
        for one, new in zip(mean.parameters(), network.parameters(), strict=True):
            one.lerp_(new, 1 - keep)


def _mixed(
    pairs: Sequence[Pair],
    words: Sequence[Pair],
    generator: Generator | None,
    languages: Sequence[str],
    chosen: argparse.Namespace,
    chance: random.Random,
    translated: Sequence[Pair],
) -> Iterator[Pair]:
    """Sentences, those that were translated back, filled templates and words, without end, in the given shares."""
    templates = filled(generator, languages, chance) if generator else None
    while True:
        drawn = chance.random()
        if templates and drawn < chosen.templates:
            yield next(templates)
        elif words and drawn < chosen.templates + chosen.words:
            yield chance.choice(words)
        elif translated and drawn < chosen.templates + chosen.words + chosen.back_share:
            yield chance.choice(translated)
        else:
            yield chance.choice(pairs)


def _some(pairs: list[Pair], share: float) -> list[Pair]:
    """A share of the English sentences, in all languages."""
    english = list(dict.fromkeys(pair.english for pair in pairs))
    random.Random(1).shuffle(english)  # noqa: S311 - no secret
    kept = set(english[: round(len(english) * share)])
    return [pair for pair in pairs if pair.english in kept]


def _shape(chosen: argparse.Namespace, source: int, target: int) -> Shape:
    encoder, decoder = (
        Stack(layers, chosen.heads, chosen.inner, pieces, 256)
        for layers, pieces in ((chosen.encoder, source), (chosen.decoder, target))
    )
    return Shape(
        chosen.width, encoder, decoder, tied_head=True, embedding_layernorm=True, scaled_embedding=True
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.nano.train", description=__doc__)
    add = parser.add_argument
    add("direction", choices=("en-indic", "indic-en"))
    add("output", type=Path)
    add("--corpus", type=Path, default=HOME)
    add("--languages", nargs="+", default=[name for name in TAGS if name != ENGLISH])
    add("--steps", type=int, default=14_000)
    add("--share", type=float, default=1.0, help="of the written sentences")
    add("--templates", type=float, default=0.25, help="share of filled templates among the examples")
    add("--words", type=float, default=0.06, help="share of single words")
    add("--back", type=Path, help="sentences that were translated back (back.py)")
    add("--back-share", type=float, default=0.0, help="share of them")
    add("--strangers", type=float, default=0.08, help="share of sentences with words that nobody knows")
    add("--swaps", type=float, default=0.0, help="share of sentences of which words are exchanged")
    add("--numbers", type=float, default=0.0, help="share of sentences with numbers that get others")
    add("--english-pieces", type=int, default=4500)
    add("--indic-pieces", type=int, default=8000)
    add("--width", type=int, default=256)
    add("--heads", type=int, default=4)
    add("--inner", type=int, default=1024)
    add("--encoder", type=int, default=5, help="layers")
    add("--decoder", type=int, default=3, help="layers")
    add("--dropout", type=float, default=0.1)
    add("--blank", type=float, default=0.0, help="share of its own pieces that the decoder does not see")
    add("--decay", type=float, default=0.01)
    add("--smoothing", type=float, default=0.1)
    add(
        "--alpha",
        type=float,
        default=0.5,
        help="how much the source's pieces vary (the less, the more); 0: not at all",
    )
    add("--rate", type=float, default=2e-3)
    add("--warmup", type=int, default=400, help="steps")
    add("--tokens", type=int, default=1500, help="of a batch")
    add("--every", type=int, default=500, help="steps between two looks at what it does not learn from")
    add("--patience", type=int, default=8, help="looks without an improvement before it stops")
    add("--threads", type=int, default=2)
    add("--counted", action=argparse.BooleanOptionalAction, default=True, help="start from counted words")
    add("--seed", type=int, default=1)
    add("--bfloat16", action=argparse.BooleanOptionalAction, default=True)
    return parser


if __name__ == "__main__":
    sys.exit(main())
