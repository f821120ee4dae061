"""Reads safetensors files.

Format (https://github.com/huggingface/safetensors): the header's length as a little-endian uint64, the header as JSON
(name to dtype, shape, and begin and end counted from the header's end), then the numbers.
"""

import json
import math
from pathlib import Path
from typing import Any, Final

import numpy as np

from tools.weights.errors import UnreadableWeightsError
from tools.weights.stored import BFLOAT16, StoredTensor, packed

MAX_HEADER: Final = 100_000_000  # bytes; the format's own limit
_DTYPES: Final[dict[str, np.dtype[Any]]] = {
    **{name: np.dtype(code) for name, code in (("F64", "<f8"), ("F32", "<f4"), ("F16", "<f2"))},
    **{f"I{bits}": np.dtype(f"<i{bits // 8}") for bits in (8, 16, 32, 64)},
    **{f"U{bits}": np.dtype(f"<u{bits // 8}") for bits in (8, 16, 32, 64)},
    "BF16": BFLOAT16,
    "BOOL": np.dtype("?"),
}


def read_safetensors(path: Path) -> dict[str, StoredTensor]:
    """The tensors by name. Raises UnreadableWeightsError; OSError."""
    header, start = _read_header(path)
    size = path.stat().st_size - start
    return {
        name: _tensor(path, name, entry, start, size)
        for name, entry in header.items()
        if name != "__metadata__"
    }


def _read_header(path: Path) -> tuple[dict[str, Any], int]:
    """The header, and where the numbers begin."""
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if not 2 <= length <= MAX_HEADER:
            raise UnreadableWeightsError(f"{path}: this is no safetensors file, its header's length is wrong")
        text = stream.read(length)
    if len(text) < length:
        raise UnreadableWeightsError(f"{path}: the file ends within its header")
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableWeightsError(f"{path}: its header is no JSON") from error
    if not isinstance(header, dict):
        raise UnreadableWeightsError(f"{path}: its header is no JSON object")
    return header, 8 + length


def _tensor(path: Path, name: str, entry: Any, start: int, size: int) -> StoredTensor:
    try:
        dtype, shape = _DTYPES[entry["dtype"]], tuple(entry["shape"])
        begin, end = entry["data_offsets"]
        whole = all(isinstance(number, int) and number >= 0 for number in (*shape, begin, end))
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableWeightsError(f"{path}: the header's entry {name} cannot be read") from error
    if not whole or end - begin != math.prod(shape) * dtype.itemsize:
        raise UnreadableWeightsError(f"{path}: {name} has another size than its shape says")
    if end > size:
        raise UnreadableWeightsError(f"{path}: the file is cut short, {name} is not whole")
    return StoredTensor(path, start + begin, dtype, shape, packed(shape))
