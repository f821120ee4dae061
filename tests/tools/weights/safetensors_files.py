"""Safetensors files, for tests without that package."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.weights.stored import BFLOAT16

NAMES = {
    np.dtype("<f4"): "F32",
    np.dtype("<f2"): "F16",
    np.dtype("<f8"): "F64",
    np.dtype("<i8"): "I64",
    BFLOAT16: "BF16",
}


def write_safetensors(path: Path, tensors: Mapping[str, NDArray[Any]]) -> None:
    """A file with these tensors."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, value in tensors.items():
        begin, end = end, end + value.nbytes
        header[name] = {"dtype": NAMES[value.dtype], "shape": value.shape, "data_offsets": [begin, end]}
    write_raw(path, header, b"".join(value.tobytes() for value in tensors.values()))


def write_raw(path: Path, header: Any, numbers: bytes) -> None:
    """A file with this header, right or wrong."""
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + numbers)
