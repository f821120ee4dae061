"""The pickles of PyTorch weights files, of which only what tensors need is understood."""

import collections
import pickle
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, Final, NamedTuple

import numpy as np

from tools.weights.stored import BFLOAT16

_STORAGES: Final[dict[str, np.dtype[Any]]] = {
    "DoubleStorage": np.dtype("<f8"),
    "FloatStorage": np.dtype("<f4"),
    "HalfStorage": np.dtype("<f2"),
    "BFloat16Storage": BFLOAT16,
    "LongStorage": np.dtype("<i8"),
    "IntStorage": np.dtype("<i4"),
    "ShortStorage": np.dtype("<i2"),
    "CharStorage": np.dtype("<i1"),
    "ByteStorage": np.dtype("<u1"),
    "BoolStorage": np.dtype("?"),
}
# What a damaged pickle makes the unpickler raise.
BROKEN: Final = (
    pickle.UnpicklingError,
    *(EOFError, ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError),
    MemoryError,  # a length of its own that no memory holds
)


class Storage(NamedTuple):
    """So many numbers that tensors are views of; they lie elsewhere in the file, under `key`."""

    key: str
    dtype: np.dtype[Any]
    size: int


class View(NamedTuple):
    """A tensor: steps of `strides` numbers through its storage from `start` on."""

    storage: Storage
    start: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


class WeightsUnpickler(pickle.Unpickler):
    """A pickle may name any function of any module and have it called; this one knows the few that tensors need."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        self.storages: dict[str, Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        """What stands in for a global of the file. Raises pickle.UnpicklingError for all but those of tensors."""
        if module == "torch" and name in _STORAGES:
            return name  # only a storage's kind: nothing that could be called
        if (module, name) not in _CALLABLE:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in a weights file")
        return _CALLABLE[module, name]

    def persistent_load(self, pid: Any) -> Storage:
        """The storage that ("storage", kind, key, device, count, ...) names."""
        _, kind, key, _, count = pid[:5]
        if not isinstance(key, str) or not isinstance(count, int) or count < 0:
            raise pickle.UnpicklingError("a storage has no key or no size")
        return self.storages.setdefault(key, Storage(key, _STORAGES[kind], count))

    def views(self) -> dict[str, View]:
        """The tensors by name. Raises what is in BROKEN."""
        named = self.load()
        if not isinstance(named, Mapping):
            raise pickle.UnpicklingError("it holds no tensors by name")
        if strange := [name for name, value in named.items() if not isinstance(value, View)]:
            raise pickle.UnpicklingError(f"{strange[0]} is no tensor")
        return dict(named)


def _view(storage: Storage, start: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: Any) -> View:
    """A tensor. Gradients and hooks are left out."""
    if not all(isinstance(number, int) for number in (start, *shape, *strides)):
        raise ValueError("a tensor's shape is not made of whole numbers")
    last = start + sum((size - 1) * step for size, step in zip(shape, strides, strict=True))
    if min(start, *shape, *strides, 0) < 0 or (0 not in shape and last >= storage.size):
        raise ValueError(f"a tensor reaches past its storage of {storage.size} elements")
    return View(storage, start, tuple(shape), tuple(strides))


def _parameter(view: View, *_: Any) -> View:
    """A parameter is its tensor."""
    return view


_CALLABLE: Final[dict[tuple[str, str], Callable[..., Any]]] = {
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _view,
    ("torch._utils", "_rebuild_parameter"): _parameter,
}
