"""What the translator's measurement translates: networks that are made once, and sentences made up for them."""

import fcntl
import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.aligned import write_aligned
from bench.environments import program, variables
from meshkit.settings import ROOT
from tools.indictrans2.install import FOLDER, Wanted, install_checkpoint
from tools.indictrans2.random_checkpoint import PUBLISHED

SHAPE = "en-indic-dist-200M"
SOURCE, TARGET = "eng_Latn", "hin_Deva"
HOME = ROOT / "build" / "bench" / "translator"

_SEED = 1
_CODE = (ROOT / "bench" / "aligned.py", ROOT / "tools" / "indictrans2" / "random_checkpoint.py")


@dataclass(frozen=True)
class Sentence:
    """A text, and how many pieces the network reads and writes for it."""

    text: str
    pieces: int


def network(quantization: str) -> Path:
    """The folder of the network with weights of this kind, which is made when there is none of the present code."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = HOME / FOLDER / quantization
        made_by = HOME / f"{quantization}.code"
        code = "".join(path.read_text() for path in _CODE)
        if not made_by.exists() or made_by.read_text() != code or not folder.exists():
            made_by.unlink(missing_ok=True)
            _make(quantization)
            made_by.write_text(code)
    return folder


def _make(quantization: str) -> None:
    checkpoint = HOME / "checkpoint"
    try:
        write_aligned(checkpoint, PUBLISHED[SHAPE], "en-indic", _SEED)
        install_checkpoint(Wanted(str(checkpoint), quantization, "en-indic", quantization), HOME)
    finally:
        shutil.rmtree(checkpoint, ignore_errors=True)


def sentences(folder: Path, count: int) -> list[Sentence]:
    """So many of them for this network, always the same."""
    command = [program(".venv-triton", "python"), "-m", "bench.baselines.sentences"]
    done = subprocess.run(
        [*command, str(folder), str(count), str(_SEED)],
        env=variables(), cwd=ROOT, check=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    return [Sentence(text, pieces) for text, pieces in json.loads(done.stdout)]


def spread(shown: list[Sentence], count: int, turn: int = 0) -> list[Sentence]:
    """So many of them whose lengths are spread as those of all; other ones in each turn."""
    ranked = sorted(shown, key=lambda one: one.pieces)
    step = len(ranked) / count
    within = (turn * 0.382 + 0.5) % 1  # the golden section visits a step evenly, from its middle on
    return [ranked[int((number + within) * step)] for number in range(count)]
