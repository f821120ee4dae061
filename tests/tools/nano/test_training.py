"""Training's parts that need PyTorch, in .venv-torch if it is there: network, loss, start, vocabularies, train."""

import json
import subprocess
from pathlib import Path

import pytest
from indictext.small import kept_apart

from tests.tools.nano.homes import write, write_home
from tools.indictrans2.install import ROOT
from tools.nano.make import TORCH

pytestmark = pytest.mark.skipif(not TORCH.exists(), reason="no .venv-torch: sh tools/setup.sh torch makes it")

LOSS = """
import torch
from torch.nn import functional
from tools.nano.loss import head_loss

torch.manual_seed(1)
features, head = torch.randn(1100, 16, requires_grad=True), torch.randn(40, 16, requires_grad=True)
wanted = torch.randint(40, (1100,))
grads = []
for loss in (
    head_loss(features, head, wanted, 0.1),
    functional.cross_entropy(features @ head.t(), wanted, label_smoothing=0.1),
):
    grads.append((float(loss.detach()), *torch.autograd.grad(loss, (features, head))))
(one, *ours), (other, *theirs) = grads
assert abs(one - other) < 1e-4, (one, other)
assert all(torch.allclose(a, b, atol=1e-5) for a, b in zip(ours, theirs)), "gradients"
"""
START = """
import numpy as np
from tools.nano.start import mutual_information

# Source 1 goes with target 1, source 2 with target 2; source and target 0 are everywhere.
pairs = [([0, 1], [0, 1])] * 20 + [([0, 2], [0, 2])] * 20
found = mutual_information(pairs, 4, 4)
assert found[1].argmax() == 1 and found[2].argmax() == 2, found
assert found[1, 2] == found[2, 1] == found[3].max() == 0, found
"""
NETWORK = """
import torch
from tools.indictrans2.shape import Shape, Stack
from tools.nano.network import PAD, Network

torch.manual_seed(1)
stack = Stack(2, 2, 32, 20, 16)
shape = Shape(16, stack, stack, tied_head=True, embedding_layernorm=True, scaled_embedding=True)
network = Network(shape, 0.0).eval()
source, target = torch.tensor([[4, 5, 6, 2]]), torch.tensor([[2, 7, 8]])
whole = network(source, target)
padded = network(torch.tensor([[4, 5, 6, 2, PAD]]), target)
shorter = network(source, target[:, :2])
assert whole.shape == (1, 3, 20)
assert torch.allclose(whole, padded, atol=1e-5), "padding is seen"
assert torch.allclose(whole[:, :2], shorter, atol=1e-5), "what comes later is seen"
"""

CUTS = """
import random
from tools.nano.vocabularies import Cutter, learn

texts = ["the cats were walking", "a cat walked to the < ID1 >s house", "dogs are walking behind cats"] * 9
vocabulary = learn(texts, 90, ["hin_Deva"])
cutter, narrow = Cutter(vocabulary, 0.1), Cutter(vocabulary, 1000.0)
text = "cats walked behind the < ID1 >s dogs"
first, second = (cutter.cut(text, random.Random(4)) for _ in range(2))
chance = random.Random(4)
found = {tuple(cutter.cut(text, chance)) for _ in range(50)}
sure = {tuple(narrow.cut(text, chance)) for _ in range(50)}
assert first == second, "not the same for a seed"
assert len(found) > 20, len(found)
assert tuple(cutter.cut(text)) in sure and len(sure) < 4, "the likeliest way is the library's own"
glued = "< ID1 >ing the cats"
assert cutter.cut(glued)[1:3] == cutter.cut(glued, chance)[1:3], "the pieces of an ending are known"
assert vocabulary.ids["<unk>"] not in cutter.cut(glued, chance)
"""
BACK = """
from tools.nano.back import _trusted
from tools.nano.pairs import Pair
from tools.nano.score import Translated

pairs = [Pair("monolingual", text, "hi", "") for text in ("good", "bad", "none")]
answers = [Translated("अच्छा", -0.5), Translated("बुरा", -0.51), Translated("", -0.1)]
found = list(_trusted(pairs, answers, {"hin_Deva": -0.5}))
assert found == [{"english": "good", "language": "hi", "text": "अच्छा"}], found
"""
SCORES = """
from tools.nano.pairs import Pair
from tools.nano.score import scores

rows = [(Pair("pets", "a dog", "hi", "एक कुत्ता"), "एक कुत्ता"), (Pair("independent", "a cat", "hi", "एक बिल्ली"), "xyz")]
found = scores(rows, to_indic=True)
assert found == {"pets": 100.0, "all": 100.0, "independent": 0.0}, found
"""
BLANKS = """
import torch
from tools.nano.examples import Batch
from tools.nano.network import PAD, UNKNOWN
from tools.nano.train import _blanked

torch.manual_seed(1)
read = torch.full((50, 40), 7)
read[:, 0], read[:, 30:] = 2, PAD
batch = Batch(read, read, read)
found = _blanked(batch, 0.3)
assert _blanked(batch, 0.0) is batch
assert found.source is found.written is read
assert (found.read[:, 0] == 2).all() and (found.read[:, 30:] == PAD).all(), "start and padding stay"
assert 0.25 < (found.read[:, 1:30] == UNKNOWN).float().mean() < 0.35
"""


def run(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """What the environment's Python answers."""
    return subprocess.run(
        [TORCH, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=200, check=False
    )


@pytest.mark.parametrize(
    "program",
    [LOSS, START, NETWORK, CUTS, BACK, SCORES, BLANKS],
    ids=["loss", "start", "network", "cuts", "back", "scores", "blanks"],
)
def test_the_mathematics(program: str) -> None:
    """The loss in slices is PyTorch's; counted words find their partners; the network sees what it may; cuts vary; what
    the network doubts is not read again; others' sentences do not count with the corpus's; the decoder does not see a
    share of what it wrote.
    """
    done = run("-c", program)

    assert (0, "") == (done.returncode, done.stderr)


def test_a_direction_is_trained_into_a_checkpoint(tmp_path: Path) -> None:
    """The same for the same seed; the converter takes it (tools/nano/make.py)."""
    home = write_home(tmp_path / "home")
    # Enough of them for one to be held back.
    for name, line in (("en", "He ate {} rotis."), ("hi", "उसने {} रोटियाँ खाईं।")):
        write(home / "sentences" / name / "pets.txt", [line.format(number) for number in range(60)])
    back = {"english": "A dog ran.", "language": "hi", "text": "कुत्\u200cता दौड़ा।"}
    write(tmp_path / "back.jsonl", [json.dumps(back)])
    flags = (
        *(
            "--corpus",
            str(home),
            "--languages",
            "hi",
            "--steps",
            "4",
            "--every",
            "2",
            "--width",
            "16",
            "--heads",
            "2",
        ),
        *(
            "--inner",
            "32",
            "--encoder",
            "1",
            "--decoder",
            "1",
            "--tokens",
            "200",
            "--warmup",
            "2",
        ),
        *("--english-pieces", "80", "--indic-pieces", "80"),
        *("--back", str(tmp_path / "back.jsonl"), "--back-share", "0.3", "--swaps", "0.3", "--blank", "0.2"),
    )
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        done = run("-m", "tools.nano.train", "en-indic", folder, *flags)
        assert 0 == done.returncode, done.stderr
    files = {path.name for path in folders[0].iterdir()}
    one, other = ((folder / "model.safetensors").read_bytes() for folder in folders)

    assert {"config.json", "curve.jsonl", "dict.SRC.json", "dict.TGT.json", "model.SRC", "model.TGT"} < files
    assert {"model.safetensors", "words.SRC.gz"} < files
    assert kept_apart("\u200c") in "".join(json.loads((folders[0] / "dict.TGT.json").read_text("utf-8")))
    assert one == other


BOUNDS = """
from tools.nano.calibrate import bounds
from tools.nano.pairs import Pair
from tools.nano.score import Translated

pair, short = Pair("pets", "a source of some length", "hi", ""), Pair("pets", "short", "ta", "")
rows = [(pair, Translated("x" * (20 + number % 5), -number / 100)) for number in range(100)]
rows += [(short, Translated("x" * 99, -9.0))]
found = bounds(rows, to_indic=True)
assert found["quality"] == "demo"
assert -1.2 < found["least_scores"]["hin_Deva"] < -1.05, found
assert found["least_scores"]["tam_Taml"] == -9.0, found
low, high = found["length_ratio"]
assert low == round(20 / 23 / 1.2, 2) and high == round(24 / 23 * 1.2, 2), found
"""


def test_bounds_leave_few_outside() -> None:
    """By the scores of each language, and by length; short ones tell nothing of lengths."""
    done = run("-c", BOUNDS)

    assert (0, "") == (done.returncode, done.stderr)
