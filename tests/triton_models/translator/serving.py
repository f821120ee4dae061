"""Tiny random models behind a real Triton, as the installer makes them, and how to ask them."""

import dataclasses
import functools
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tritonclient.grpc import InferInput, InferResult

from tests.fixtures.triton import PYTHON, ROOT, Triton
from tests.tools.indictrans2.checkpoints import write_tiny

HERE = Path(__file__).parent
KINDS = {"en-indic": "tiny-tied", "indic-en": "tiny-untied", "indic-indic": "tiny-untied"}
ENGLISH = "eng_Latn"


@dataclasses.dataclass(frozen=True)
class Item:
    """One text and what is asked of it. A request leaves out the options that none of its items has."""

    text: str | bytes
    source: str = ENGLISH
    target: str = "hin_Deva"
    beam_size: int | None = 2
    max_length: int | None = 10
    native_digits: bool | None = False


@dataclasses.dataclass(frozen=True)
class Answer:
    """One row of a response."""

    text: str
    score: float
    error: str


@dataclasses.dataclass(frozen=True)
class Serving:
    """A Triton with the installed models, and where their weights are."""

    triton: Triton
    models: Path

    def expected(self, items: Sequence[Item]) -> list[str]:
        """The texts that bare ctranslate2 gives, one at a time."""
        jobs = [
            (
                self._hops(item.source, item.target),
                *dataclasses.astuple(item)[:1],
                *dataclasses.astuple(item)[3:],
            )
            for item in items
        ]
        done = subprocess.run(
            [PYTHON, HERE / "plainly.py"], input=json.dumps(jobs), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        texts: list[str] = json.loads(done.stdout)
        return texts

    def _hops(self, source: str, target: str) -> list[tuple[str, str, str]]:
        folder = functools.partial(Path, self.models / "indictrans2")
        if source == ENGLISH:
            return [(str(folder("tiny-en-indic")), source, target)]
        if target == ENGLISH:
            return [(str(folder("tiny-indic-en")), source, target)]
        return [*self._hops(source, ENGLISH), *self._hops(ENGLISH, target)]


def install_tiny(folder: Path, directions: Sequence[str], triton_url: str = "127.0.0.1:9") -> Path:
    """The models folder after `make indictrans2` for each direction."""
    for direction in directions:
        checkpoint = write_tiny(folder / f"tiny-{direction}", KINDS[direction], direction)
        done = run_installer(folder / "models", checkpoint, triton_url=triton_url)
        assert done.returncode == 0, done.stderr
    return folder / "models"


def run_installer(
    models: Path, *arguments: str | Path, triton_url: str = "127.0.0.1:9"
) -> subprocess.CompletedProcess[str]:
    """What `make indictrans2` runs."""
    return subprocess.run(
        [sys.executable, "-m", "tools.install_translator", *arguments],
        cwd=ROOT,
        env={**os.environ, "MODELS_DIR": str(models), "TRITON_URL": triton_url},
        capture_output=True,
        text=True,
        check=False,
    )


def inputs(items: Sequence[Item]) -> list[InferInput]:
    """The tensors of one request."""
    columns: dict[str, tuple[str, list[Any]]] = {
        "INPUT_TEXT": ("BYTES", [_bytes(item.text) for item in items]),
        "INPUT_LANGUAGE_ID": ("BYTES", [_bytes(item.source) for item in items]),
        "OUTPUT_LANGUAGE_ID": ("BYTES", [_bytes(item.target) for item in items]),
        "BEAM_SIZE": ("INT32", [item.beam_size for item in items]),
        "MAX_LENGTH": ("INT32", [item.max_length for item in items]),
        "NATIVE_DIGITS": ("BOOL", [item.native_digits for item in items]),
    }
    dtypes = {"BYTES": np.object_, "INT32": np.int32, "BOOL": np.bool_}
    tensors = []
    for name, (kind, column) in columns.items():
        if column == [None] * len(items):
            continue
        tensor = InferInput(name, [len(items), 1], kind)
        tensor.set_data_from_numpy(np.array(column, dtypes[kind]).reshape(-1, 1))
        tensors.append(tensor)
    return tensors


def answers(result: InferResult) -> list[Answer]:
    """The rows of a response."""
    texts, scores, errors = (result.as_numpy(name).reshape(-1) for name in ("OUTPUT_TEXT", "SCORE", "ERROR"))
    return [
        Answer(text.decode(), float(score), error.decode())
        for text, score, error in zip(texts, scores, errors, strict=True)
    ]


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()
