"""Reads the tensors of a PyTorch weights file without PyTorch, and without running anything that the file names.

Runs in .venv-triton, so it imports only the standard library and numpy.
Format: what torch.save wrote until version 1.5. Five pickles follow each other: a magic number, the format's version,
facts about the machine, the tensors by name, and the keys of the storages; then each storage, in that order, as its
number of elements (int64) and its bytes. A tensor is a view of a storage. All of it is little-endian.
"""

import collections
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

MAGIC = 0x1950A86A20F9469CFC6C
VERSION = 1001
_STORAGES = {"FloatStorage": "<f4", "LongStorage": "<i8"}


class _Storage:
    """Numbers that tensors are views of. Their bytes come last in the file, so the array is filled in later."""

    def __init__(self, dtype: np.dtype[Any], count: int) -> None:
        self.numbers: NDArray[Any] = np.zeros(count, dtype)


class _TensorsUnpickler(pickle.Unpickler):
    """A pickle may name any function of any module and have it called; this one knows the few that tensors need."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        self.storages: dict[str, _Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        """What stands in for a global of the file. Raises pickle.UnpicklingError for all but those of tensors."""
        if module == "torch" and name in _STORAGES:
            return name  # only a storage's kind: nothing that could be called
        if (module, name) not in _CALLABLE:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in a weights file")
        return _CALLABLE[module, name]

    def persistent_load(self, pid: Any) -> _Storage:
        """The storage that ("storage", kind, key, device, count, None) names."""
        _, kind, key, _, count, _ = pid
        return self.storages.setdefault(key, _Storage(np.dtype(_STORAGES[kind]), count))


def read_tensors(path: Path) -> dict[str, NDArray[Any]]:
    """The tensors by name.

    Raises ValueError for another format, and pickle.UnpicklingError for a file that names other code than tensors'.
    """
    with path.open("rb") as stream:
        if (_TensorsUnpickler(stream).load(), _TensorsUnpickler(stream).load()) != (MAGIC, VERSION):
            raise ValueError(f"{path.name} is not in the format of torch.save before 1.6")
        _TensorsUnpickler(stream).load()  # sizes of C types on the machine that wrote it
        unpickler = _TensorsUnpickler(stream)
        tensors: dict[str, NDArray[Any]] = dict(unpickler.load())
        for key in _TensorsUnpickler(stream).load():
            _fill(unpickler.storages[key], stream)
    return tensors


def _fill(storage: _Storage, stream: BinaryIO) -> None:
    numbers = storage.numbers
    count = int.from_bytes(stream.read(8), "little")
    data = stream.read(numbers.nbytes)
    if count != numbers.size or len(data) != numbers.nbytes:
        raise ValueError(f"a storage of {numbers.size} elements has {count}, or ends early")
    numbers[:] = np.frombuffer(data, numbers.dtype)


def _view(
    storage: _Storage, start: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: Any
) -> NDArray[Any]:
    """A tensor: steps of `strides` numbers through its storage from `start` on. Gradients and hooks are left out."""
    numbers = storage.numbers
    last = start + sum((size - 1) * step for size, step in zip(shape, strides, strict=True))
    if min(start, *shape, *strides, 0) < 0 or last >= numbers.size:
        raise ValueError(f"a tensor reaches past its storage of {numbers.size} elements")
    steps = [step * numbers.itemsize for step in strides]
    return np.lib.stride_tricks.as_strided(numbers[start:], shape, steps, writeable=False)


_CALLABLE: dict[tuple[str, str], Callable[..., Any]] = {
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _view,
}
