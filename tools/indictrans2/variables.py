"""Variables of a CTranslate2 model that are read, and quantised, only while they are written.

ctranslate2.specs asks of a variable what `Variable` here has, and writes them one after the other: so only one of them
is in memory at a time, and of a large one's source only some rows.
"""

import dataclasses
import math
from collections.abc import Iterator
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from tools.indictrans2.errors import UnusableCheckpointError
from tools.weights.stored import StoredTensor, as_float32

Quantization = Literal["float32", "float16", "int8", "int8_float32", "int8_float16"]
QUANTIZATIONS: Final[tuple[Quantization, ...]] = get_args(Quantization)
Device = Literal["cpu", "gpu"]
DEVICES: Final[tuple[Device, ...]] = get_args(Device)
# What is fast there and loses little.
USUAL: Final[dict[Device, Quantization]] = {"cpu": "int8", "gpu": "float16"}

_CHUNK: Final = 1 << 20  # numbers read at a time


@dataclasses.dataclass(frozen=True)
class Source:
    """Tensors of a checkpoint that become one, stacked along the first axis, with their names."""

    names: tuple[str, ...]
    tensors: tuple[StoredTensor, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the whole."""
        first = self.tensors[0].shape
        return (sum(tensor.shape[0] for tensor in self.tensors), *first[1:])

    def chunks(self) -> Iterator[NDArray[np.float32]]:
        """All of its rows, some at a time. Raises UnusableCheckpointError for a value that is not finite."""
        for name, tensor in zip(self.names, self.tensors, strict=True):
            rows = max(1, _CHUNK // math.prod(tensor.shape[1:]))
            for start in range(0, tensor.shape[0], rows):
                part = as_float32(tensor.rows(start, min(start + rows, tensor.shape[0])).array())
                if not np.isfinite(part).all():
                    raise UnusableCheckpointError(f"{tensor.path}: {name} has values that are not finite")
                yield part


@dataclasses.dataclass(frozen=True)
class Variable:
    """Numbers of a model: the source's, cast to `dtype`."""

    source: Source
    dtype: str

    @property
    def shape(self) -> tuple[int, ...]:
        """What CTranslate2 is told."""
        return self.source.shape

    def is_scalar(self) -> bool:
        """CTranslate2's question; never."""
        return False

    def equal(self, other: object) -> bool:
        """Whether it is the same; CTranslate2 then stores it once. Each is known by its class and its source."""
        return type(self) is type(other) and self == other

    def num_bytes(self) -> int:
        """Of what to_bytes returns."""
        return int(np.prod(self.shape)) * np.dtype(self.dtype).itemsize

    def to_bytes(self) -> memoryview:
        """The numbers as they stand in the model's file."""
        numbers = np.empty(self.shape, self.dtype)
        start = 0
        for chunk in self.source.chunks():
            with np.errstate(over="ignore"):
                numbers[start : start + len(chunk)] = self.cast(chunk)
            start += len(chunk)
        if not np.isfinite(numbers).all():
            raise UnusableCheckpointError(
                f"{self.source.tensors[0].path}: {self.source.names[0]} has values too large for {self.dtype}"
            )
        return numbers.reshape(-1).view(np.uint8).data

    def cast(self, rows: NDArray[np.float32]) -> NDArray[Any]:
        """Some rows as they are stored."""
        return rows.astype(self.dtype)


@dataclasses.dataclass(frozen=True)
class Int8Weight(Variable):
    """Each row scaled so that its largest magnitude is 127, and rounded."""

    dtype: str = "int8"

    def cast(self, rows: NDArray[np.float32]) -> NDArray[Any]:
        """Some rows as they are stored."""
        scaled = rows * _scales(rows)[:, None]
        np.rint(scaled, out=scaled)
        return scaled.astype(np.int8)


@dataclasses.dataclass(frozen=True)
class Int8Scale(Variable):
    """What the rows of an Int8Weight were multiplied by."""

    dtype: str = "float32"

    @property
    def shape(self) -> tuple[int, ...]:
        """One number a row."""
        return self.source.shape[:1]

    def cast(self, rows: NDArray[np.float32]) -> NDArray[Any]:
        """Some rows as they are stored."""
        return _scales(rows)


def _scales(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """As CTranslate2 does it: a row of zeros stays one, and the scale of a tiny one stays finite."""
    largest = np.maximum(rows.max(axis=1), -rows.min(axis=1))
    largest[largest == 0] = 127
    lowest = np.float32(127) / np.finfo(np.float32).max
    scales: NDArray[np.float32] = np.float32(127) / np.maximum(largest, lowest)
    return scales
