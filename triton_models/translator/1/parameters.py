"""What config.pbtxt says."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from decoding import Lengths
from waiting import Limits

_DEVICES = {"KIND_CPU": "cpu", "CPU": "cpu", "KIND_GPU": "cuda", "GPU": "cuda"}
_SWITCHES = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Place:
    """Where networks run, and in how many threads."""

    device: str  # cpu, cuda
    index: int
    compute_type: str
    at_once: int
    threads: int


@dataclass(frozen=True, slots=True)
class Parameters:
    """The model's parameters; config.pbtxt of the installer explains each."""

    models: tuple[Path, ...]
    place: Place
    lengths: Lengths
    limits: Limits
    workers: int
    beam_size: int
    max_length: int
    piece_tokens: int
    max_characters: int
    max_request_characters: int
    mends_loops: bool


def read(values: Mapping[str, str], folder: Path, kind: str, index: int) -> Parameters:
    """Of a model in this folder, on a device of this kind. None has a default here. Raises KeyError, ValueError."""
    device = _DEVICES[kind]
    workers = int(values["workers"]) or _workers(device)
    threads = int(values["threads"]) or 1
    return Parameters(
        models=tuple((folder / name.strip()).resolve() for name in values["models"].split(",")),
        place=Place(device, index, values["compute_type"], workers, threads),
        lengths=Lengths(float(values["max_length_ratio"]), int(values["max_length_extra"])),
        limits=Limits(
            int(values["max_tokens"]),
            int(values["max_pieces"]),
            int(values["max_waiting_tokens"]),
            float(values["linger_ms"]) / 1000,
        ),
        workers=workers,
        beam_size=int(values["beam_size"]),
        max_length=int(values["max_length"]),
        piece_tokens=int(values["piece_tokens"]),
        max_characters=int(values["max_characters"]),
        max_request_characters=int(values["max_request_characters"]),
        mends_loops=_SWITCHES[values["mend_loops"]],
    )


def _workers(device: str) -> int:
    """On CPUs one for each core, at most 8; on a GPU two, so that one copies while the other computes."""
    return min(8, len(os.sched_getaffinity(0))) if device == "cpu" else 2
