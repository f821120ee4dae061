"""Makes our own networks anew: `make nano`. Everything from data/nano to data/nano/model; takes hours.

For each direction: for indic-en, which is made second, translate the sentences that only English has (back.py); train
(train.py), convert to int8 as any checkpoint is (tools/indictrans2), find where doubt begins (calibrate.py), and judge
by sentences that it has not learned from (score.py). The same corpus, steps and number of threads make
the same networks on processors of one kind.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from tools.indictrans2.install import ROOT, Wanted, install_checkpoint
from tools.nano.sentences import HOME

WORK: Final = ROOT / "build" / "nano"
BACK: Final = WORK / "monolingual.jsonl"
TORCH: Final = ROOT / ".venv-torch" / "bin" / "python"
DIRECTIONS: Final = ("en-indic", "indic-en")
NAME: Final = "indictrans2-nano-{}"
# Into one language the decoder learns by heart what it hears twelve times.
OPTIONS: Final = {
    "en-indic": ("--steps", 7_500),
    "indic-en": (
        *("--steps", 8_000, "--blank", 0.15, "--dropout", 0.15),
        *("--templates", 0.2, "--swaps", 0.5, "--numbers", 0.5, "--back-share", 0.3),
    ),
}
# What is committed; the card is written anew where the network is installed.
KEPT: Final = (
    "config.json", "model.bin", "model.SRC", "model.TGT", "source_vocabulary.json", "target_vocabulary.json",
    "sutradhar.json", "trust.json", "words.SRC.gz",
)  # fmt: skip
CURVE: Final = "curve.jsonl"
SCORES: Final = "scores.jsonl"


def main() -> int:
    """Make one direction, or both."""
    parser = argparse.ArgumentParser(prog="python -m tools.nano.make", description=__doc__)
    parser.add_argument("--directions", nargs="+", choices=DIRECTIONS, default=DIRECTIONS)
    parser.add_argument("--steps", type=int, help="of training, instead of the direction's own")
    parser.add_argument(
        "--trained", action="store_true", help="take what was trained last, and go on from there"
    )
    chosen = parser.parse_args()
    for direction in chosen.directions:
        checkpoint = WORK / direction
        if not chosen.trained:
            prepare(direction)
            train(direction, checkpoint, *(("--steps", chosen.steps) if chosen.steps else ()))
        _finish(direction, checkpoint, HOME / "model" / NAME.format(direction))
    return 0


def prepare(direction: str) -> None:
    """Make what a direction is trained on beside the corpus. Raises CalledProcessError."""
    if direction == "indic-en":
        run(TORCH, "tools.nano.back", HOME / "model" / NAME.format("en-indic"), BACK)


def train(direction: str, checkpoint: Path, *options: object, translated_back: bool = True) -> None:
    """Train one direction with what is its own, and these options, and on what `prepare` made if `translated_back`.

    Raises CalledProcessError.
    """
    if direction == "indic-en" and translated_back:
        options = ("--back", BACK, *options)
    run(TORCH, "tools.nano.train", direction, checkpoint, *OPTIONS[direction], *options)


def _finish(direction: str, checkpoint: Path, place: Path) -> None:
    made = convert(direction, checkpoint, place.name)
    run(TORCH, "tools.nano.calibrate", made)
    scores = run(TORCH, "tools.nano.score", made)
    place.mkdir(parents=True, exist_ok=True)
    for name in KEPT:
        shutil.copyfile(made / name, place / name)
    shutil.copyfile(checkpoint / CURVE, place / CURVE)
    (place / SCORES).write_text(scores, "utf-8")


def convert(direction: str, checkpoint: Path, name: str) -> Path:
    """A trained checkpoint in int8, in build/nano. Raises UnusableCheckpointError."""
    return install_checkpoint(Wanted(str(checkpoint), name, direction, "int8"), WORK).folder


def run(python: Path, module: str, *arguments: object) -> str:
    """Run a program in its environment, show its output, and answer its JSON lines. Raises CalledProcessError."""
    command = [str(python), "-m", module, *map(str, arguments)]
    print(" ".join(command[1:]), flush=True)
    lines = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None  # noqa: S101 - it is a pipe
        for line in running.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, command)
    return "".join(line for line in lines if line.startswith("{"))


if __name__ == "__main__":
    sys.exit(main())
