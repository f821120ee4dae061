"""What the translator's measurement translates: networks that are made once, and sentences made up for them."""

import fcntl
import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
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
_CODE = (ROOT / "bench" / "aligned.py", *sorted((ROOT / "tools" / "indictrans2").glob("*.py")))


@dataclass(frozen=True)
class Sentence:
    """A text, and how many pieces the network reads and writes for it."""

    text: str
    pieces: int


def network(quantization: str) -> Path:
    """The folder of the network with weights of this kind, which is made when there is none of the present code."""
    HOME.mkdir(parents=True, exist_ok=True)
    folder = HOME / FOLDER / quantization
    with (HOME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        make_once(folder, HOME / f"{quantization}.code", _CODE, partial(_make, quantization))
    return folder


def make_once(folder: Path, stamp: Path, code: Iterable[Path], make: Callable[[], None]) -> None:
    """Has the folder made unless it is there, and was made by this code, whose sum the stamp holds."""
    own = hashlib.sha256(b"".join(path.read_bytes() for path in code)).hexdigest()
    if not stamp.exists() or stamp.read_text() != own or not folder.exists():
        stamp.unlink(missing_ok=True)
        make()
        stamp.write_text(own)


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


def write(shown: Iterable[Sentence], folder: Path) -> Path:
    """The file that the programs of baselines/ read them from."""
    path = folder / "sentences.json"
    path.write_text(json.dumps([[one.text, one.pieces] for one in shown]))
    return path


def spread(shown: list[Sentence], count: int, turn: int = 0) -> list[Sentence]:
    """So many of them whose lengths are spread as those of all; other ones in each turn."""
    ranked = sorted(shown, key=lambda one: one.pieces)
    step = len(ranked) / count
    within = (turn * 0.382 + 0.5) % 1  # the golden section visits a step evenly, from its middle on
    return [ranked[int((number + within) * step)] for number in range(count)]
