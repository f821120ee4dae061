"""What config.pbtxt says."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from network import Lengths, Place
from waiting import Limits

_DEVICES = {"KIND_CPU": "cpu", "CPU": "cpu", "KIND_GPU": "cuda", "GPU": "cuda"}


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
    mends_loops: bool


def read(values: Mapping[str, str], folder: Path, kind: str, index: int) -> Parameters:
    """Of a model in this folder, on a device of this kind. Raises KeyError, ValueError."""
    device = _DEVICES[kind]
    workers = int(values.get("workers", "0")) or _workers(device)
    threads = int(values.get("threads", "0")) or 1
    return Parameters(
        models=tuple((folder / name.strip()).resolve() for name in values["models"].split(",")),
        place=Place(device, index, values.get("compute_type", "default"), workers, threads),
        lengths=Lengths(
            float(values.get("min_length_ratio", "0")),
            float(values.get("max_length_ratio", "3")),
            int(values.get("max_length_extra", "16")),
        ),
        limits=Limits(
            int(values.get("max_tokens", "512")),
            int(values.get("max_pieces", "8")),
            int(values.get("max_waiting_tokens", "32768")),
            float(values.get("linger_ms", "10")) / 1000,
        ),
        workers=workers,
        beam_size=int(values.get("beam_size", "5")),
        max_length=int(values.get("max_length", "256")),
        piece_tokens=int(values.get("piece_tokens", "160")),
        max_characters=int(values.get("max_characters", "10000")),
        mends_loops=values.get("mend_loops", "true") == "true",
    )


def _workers(device: str) -> int:
    """On CPUs one for each core, at most 8; on a GPU two, so that one copies while the other computes."""
    return min(8, len(os.sched_getaffinity(0))) if device == "cpu" else 2
