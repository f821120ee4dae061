"""Numbers that lie in a file, mapped into memory when they are wanted."""

import dataclasses
import math
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

# numpy has no bfloat16: the upper half of a float32, kept as a field of this name.
BFLOAT16: Final = np.dtype([("bfloat16", "<u2")])
FLOATS: Final = (np.dtype("<f4"), np.dtype("<f2"), np.dtype("<f8"), BFLOAT16)


@dataclasses.dataclass(frozen=True)
class StoredTensor:
    """A tensor in a file. `offset` is in bytes from the file's start, `strides` in numbers."""

    path: Path
    offset: int
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def nbytes(self) -> int:
        """Bytes of its numbers, without what lies between them."""
        return math.prod(self.shape) * self.dtype.itemsize

    def array(self) -> NDArray[Any]:
        """The numbers as they are stored, not writeable. They take memory until the array is dropped."""
        if 0 in self.shape:
            return np.zeros(self.shape, self.dtype)
        span = 1 + sum((size - 1) * step for size, step in zip(self.shape, self.strides, strict=True))
        numbers = np.memmap(self.path, self.dtype, "r", self.offset, (span,))
        steps = [step * self.dtype.itemsize for step in self.strides]
        return np.lib.stride_tricks.as_strided(numbers, self.shape, steps, writeable=False)

    def rows(self, start: int, stop: int) -> "StoredTensor":
        """A part of it along its first axis."""
        offset = self.offset + start * self.strides[0] * self.dtype.itemsize
        return dataclasses.replace(self, offset=offset, shape=(stop - start, *self.shape[1:]))


def packed(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The strides of a tensor whose rows follow each other without gaps."""
    return tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))


def as_float32(numbers: NDArray[Any]) -> NDArray[np.float32]:
    """A copy as float32; what float32 cannot hold becomes infinite."""
    if numbers.dtype == BFLOAT16:
        return (numbers["bfloat16"].astype(np.uint32) << 16).view(np.float32)
    with np.errstate(over="ignore"):
        return numbers.astype(np.float32)
