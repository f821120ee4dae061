"""Reads a TensorFlow.js graph model: the nodes of model.json and the weights of its shards.

Runs in .venv-triton, so it imports only the standard library and numpy.
Format: the "graph model" of TensorFlow.js; shards of one group are one byte stream in which weights follow each other.
"""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Weights = dict[str, NDArray[Any]]


class TfjsGraph:
    """The nodes by name, the constants by name, and the few attributes the converter asks for."""

    def __init__(self, folder: Path) -> None:
        model = json.loads((folder / "model.json").read_text())
        self._nodes: dict[str, dict[str, Any]] = {
            node["name"]: node for node in model["modelTopology"]["node"]
        }
        self._weights: Weights = {}
        for group in model["weightsManifest"]:
            self._weights |= _read_group(folder, group)

    def op(self, name: str) -> str:
        """The operation of a node, such as `Conv2D`."""
        return str(self._nodes[name]["op"])

    def inputs(self, name: str) -> list[str]:
        """The names of the nodes a node reads (without output numbers)."""
        return [each.split(":")[0] for each in self._nodes[name].get("input", [])]

    def weight(self, name: str) -> NDArray[Any]:
        """The value of a Const node."""
        return self._weights[name]

    def strides(self, name: str) -> list[int]:
        """(vertical, horizontal) stride of a convolution over NHWC data."""
        return [int(step) for step in self._nodes[name]["attr"]["strides"]["list"]["i"][1:3]]

    def text(self, name: str, attribute: str) -> str:
        """A string attribute; the format keeps it as a list of byte values."""
        return bytes(self._nodes[name]["attr"][attribute]["s"]).decode()

    def number(self, name: str, attribute: str) -> float:
        """A float attribute."""
        return float(self._nodes[name]["attr"][attribute]["f"])


def _read_group(folder: Path, group: dict[str, Any]) -> Weights:
    stream = b"".join((folder / path).read_bytes() for path in group["paths"])
    weights: Weights = {}
    offset = 0
    for entry in group["weights"]:
        dtype, count = np.dtype(entry["dtype"]), math.prod(entry["shape"])
        weights[entry["name"]] = np.frombuffer(stream, dtype, count, offset).reshape(entry["shape"])
        offset += count * dtype.itemsize
    return weights
