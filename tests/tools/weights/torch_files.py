"""PyTorch weights files of both formats, for tests without PyTorch."""

import pickle
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tools.weights.stored import BFLOAT16
from tools.weights.torch_weights import MAGIC, VERSION

KINDS = {
    np.dtype("<f4"): "FloatStorage",
    np.dtype("<f2"): "HalfStorage",
    np.dtype("<f8"): "DoubleStorage",
    np.dtype("<i8"): "LongStorage",
    BFLOAT16: "BFloat16Storage",
}


class View(NamedTuple):
    """A tensor on a storage of its own; `start` and `strides` count numbers."""

    storage: NDArray[Any]
    start: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def write_weights(path: Path, tensors: Mapping[str, NDArray[Any]]) -> None:
    """A file of the old format with these tensors, each as float32."""
    write_views(path, {name: plain(np.asarray(value, np.float32)) for name, value in tensors.items()})


def write_views(path: Path, views: Mapping[str, View]) -> None:
    """A file of the old format with these tensors."""
    path.write_bytes(head() + named(views) + pickle.dumps(list(views), 2) + _storages(views))


def write_zip(path: Path, views: Mapping[str, View], compression: int = zipfile.ZIP_STORED) -> None:
    """A file of the present format with these tensors."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("archive/data.pkl", named(views))
        archive.writestr("archive/byteorder", "little")
        for name, view in views.items():
            archive.writestr(f"archive/data/{name}", view.storage.tobytes())


def head(magic: int = MAGIC) -> bytes:
    """What stands before the tensors in the old format."""
    return b"".join(pickle.dumps(value, 2) for value in (magic, VERSION, {"little_endian": True}))


def plain(value: NDArray[Any]) -> View:
    """A tensor that fills its storage."""
    strides = tuple(step // value.itemsize for step in value.strides)
    return View(value.ravel(), 0, value.shape, strides)


def named(views: Mapping[str, View]) -> bytes:
    """The pickle of an ordered dictionary, as its opcodes: a real pickler would need torch to name its functions."""
    items = b"".join(_part(name) + _tensor(name, view) for name, view in views.items())
    return b"\x80\x02ccollections\nOrderedDict\n)R(" + items + b"u."


def _tensor(key: str, view: View) -> bytes:
    """_rebuild_tensor_v2(storage, start, shape, strides, requires_grad, hooks); Q looks the storage up."""
    kind = KINDS[view.storage.dtype].encode()
    storage = b"(" + _part("storage") + b"ctorch\n" + kind + b"\n" + _part(key) + _part("cpu")
    storage += _part(view.storage.size) + b"NtQ"
    facts = b"".join(map(_part, (view.start, view.shape, view.strides, False, {})))
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + facts + b"tR"


def _part(value: Any) -> bytes:
    """The opcodes that put a value on the stack, without the mark of the version and the full stop."""
    return pickle.dumps(value, 2)[2:-1]


def _storages(views: Mapping[str, View]) -> bytes:
    return b"".join(
        view.storage.size.to_bytes(8, "little") + view.storage.tobytes() for view in views.values()
    )
