"""Weights files as torch.save wrote them before version 1.6, for tests without PyTorch."""

import pickle
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tools.assets.torch_weights import MAGIC, VERSION


class View(NamedTuple):
    """A tensor on a storage of its own; `start` and `strides` count numbers."""

    storage: NDArray[np.float32]
    start: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def write_weights(path: Path, tensors: dict[str, NDArray[Any]]) -> None:
    """A file with these tensors, each as float32."""
    write_views(path, {name: _plain(np.asarray(value, np.float32)) for name, value in tensors.items()})


def write_views(path: Path, views: dict[str, View]) -> None:
    """A file with these tensors."""
    path.write_bytes(head() + _object(views) + pickle.dumps(list(views), 2) + _storages(views))


def head(magic: int = MAGIC) -> bytes:
    """What stands before the tensors."""
    return b"".join(pickle.dumps(value, 2) for value in (magic, VERSION, {"little_endian": True}))


def _plain(value: NDArray[np.float32]) -> View:
    strides = tuple(step // value.itemsize for step in value.strides)
    return View(value.ravel(), 0, value.shape, strides)


def _object(views: dict[str, View]) -> bytes:
    """The pickle of an ordered dictionary, as its opcodes: a real pickler would need torch to name its functions."""
    items = b"".join(_part(name) + _tensor(name, view) for name, view in views.items())
    return b"\x80\x02ccollections\nOrderedDict\n)R(" + items + b"u."


def _tensor(key: str, view: View) -> bytes:
    """_rebuild_tensor_v2(storage, start, shape, strides, requires_grad, hooks); Q looks the storage up."""
    storage = b"(" + _part("storage") + b"ctorch\nFloatStorage\n" + _part(key) + _part("cpu")
    storage += _part(view.storage.size) + b"NtQ"
    facts = b"".join(map(_part, (view.start, view.shape, view.strides, False, {})))
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + facts + b"tR"


def _part(value: Any) -> bytes:
    """The opcodes that put a value on the stack, without the mark of the version and the full stop."""
    return pickle.dumps(value, 2)[2:-1]


def _storages(views: dict[str, View]) -> bytes:
    return b"".join(
        view.storage.size.to_bytes(8, "little") + view.storage.tobytes() for view in views.values()
    )
