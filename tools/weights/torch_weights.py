"""Reads the tensors of a PyTorch weights file without PyTorch, and without running anything that the file names.

Two formats, both little-endian here. Until PyTorch 1.5 five pickles followed each other: a magic number, the format's
version, facts about the machine, the tensors by name, and the keys of the storages; then each storage, in that order,
as its number of elements (int64) and its bytes. Since 1.6 it is a zip archive without compression: data.pkl holds the
tensors by name, and data/KEY the bytes of each storage.
"""

import io
import zipfile
from pathlib import Path
from typing import BinaryIO, Final

from tools.weights.errors import UnreadableWeightsError
from tools.weights.stored import StoredTensor
from tools.weights.torch_pickle import BROKEN, Storage, View, WeightsUnpickler

MAGIC: Final = 0x1950A86A20F9469CFC6C
VERSION: Final = 1001
_ZIP: Final = b"PK\x03\x04"
_PICKLE: Final = "data.pkl"
_MAX_ORDER: Final = 16  # bytes
_MAX_PICKLE: Final = 100_000_000  # bytes; a few hundred a tensor is usual


def read_torch_weights(path: Path) -> dict[str, StoredTensor]:
    """The tensors by name.

    Raises UnreadableWeightsError for a damaged file, for another format, and for a file that names other code than
    tensors'; OSError.
    """
    with path.open("rb") as stream:
        read = _read_zip if stream.read(4) == _ZIP else _read_legacy
        stream.seek(0)
        try:
            views, offsets = read(stream)
        except (*BROKEN, zipfile.BadZipFile, RuntimeError) as error:
            raise UnreadableWeightsError(f"{path}: no readable PyTorch weights: {error}") from error
    return {name: _stored(path, view, offsets[view.storage.key]) for name, view in views.items()}


def _stored(path: Path, view: View, offset: int) -> StoredTensor:
    dtype = view.storage.dtype
    return StoredTensor(path, offset + view.start * dtype.itemsize, dtype, view.shape, view.strides)


def _read_legacy(stream: BinaryIO) -> tuple[dict[str, View], dict[str, int]]:
    """The tensors, and where each storage begins."""
    if (WeightsUnpickler(stream).load(), WeightsUnpickler(stream).load()) != (MAGIC, VERSION):
        raise ValueError("the format's number is another")
    WeightsUnpickler(stream).load()  # sizes of C types on the machine that wrote it
    unpickler = WeightsUnpickler(stream)
    views = unpickler.views()
    offsets = {key: _skip(stream, unpickler.storages[key]) for key in WeightsUnpickler(stream).load()}
    if missing := unpickler.storages.keys() - offsets.keys():
        raise ValueError(f"the storage {min(missing)} is missing")
    return views, offsets


def _skip(stream: BinaryIO, storage: Storage) -> int:
    """Go past a storage; answers where its numbers begin."""
    count = int.from_bytes(stream.read(8), "little")
    start = stream.tell()
    end = start + storage.size * storage.dtype.itemsize
    if count != storage.size or stream.seek(0, io.SEEK_END) < end:
        raise ValueError(f"a storage of {storage.size} elements has {count}, or ends early")
    stream.seek(end)
    return start


def _read_zip(stream: BinaryIO) -> tuple[dict[str, View], dict[str, int]]:
    """The tensors, and where each storage begins."""
    with zipfile.ZipFile(stream) as archive:
        entries = {entry.filename: entry for entry in archive.infolist()}
        main = next((name for name in entries if name.rpartition("/")[2] == _PICKLE), "")
        root = main.removesuffix(_PICKLE)
        unpickler = WeightsUnpickler(io.BytesIO(_content(archive, entries.get(main), _PICKLE, _MAX_PICKLE)))
        order = entries.get(f"{root}byteorder")
        # Files without this entry are of the time when every writer was little-endian.
        if order and _content(archive, order, "byteorder", _MAX_ORDER) != b"little":
            raise ValueError("its numbers are not little-endian")
    views = unpickler.views()
    offsets = {
        key: _begin(stream, entries.get(f"{root}data/{key}"), storage)
        for key, storage in unpickler.storages.items()
    }
    return views, offsets


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo | None, name: str, most: int) -> bytes:
    """An entry as it lies there. A packed one, which PyTorch never writes, might unpack to any size."""
    if entry is None or entry.compress_type != zipfile.ZIP_STORED or entry.file_size > most:
        raise ValueError(f"the archive has no {name}, or a compressed or too large one")
    return archive.read(entry)


def _begin(stream: BinaryIO, entry: zipfile.ZipInfo | None, storage: Storage) -> int:
    """Where the numbers of a storage begin, behind the archive's own header of that entry."""
    if entry is None or entry.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"the storage {storage.key} is missing, or compressed")
    if entry.file_size != storage.size * storage.dtype.itemsize:
        raise ValueError(f"a storage of {storage.size} elements has {entry.file_size} bytes")
    # A local header: 26 bytes, the lengths of the name and of the extra field, and these two.
    stream.seek(entry.header_offset + 26)
    name, extra = (int.from_bytes(stream.read(2), "little") for _ in range(2))
    start = entry.header_offset + 30 + name + extra
    if stream.seek(0, io.SEEK_END) < start + entry.file_size:
        raise ValueError(f"the storage {storage.key} ends early")
    return start
