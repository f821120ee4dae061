"""Weights are read, and nothing that their file names is run."""

import os
import pickle
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.tools.weights.torch_files import View, head, named, plain, write_views, write_zip
from tools.weights.errors import UnreadableWeightsError
from tools.weights.stored import BFLOAT16, as_float32
from tools.weights.torch_weights import MAGIC, read_torch_weights

NUMBERS = np.arange(8, dtype=np.float32)
Write = Callable[[Path, dict[str, View]], None]
FORMATS = pytest.mark.parametrize("write", [write_views, write_zip])


@FORMATS
def test_tensors_are_read_by_name(tmp_path: Path, write: Write) -> None:
    """Each from its own storage, a single number and one without any too."""
    written: dict[str, NDArray[Any]] = {
        "a.weight": NUMBERS.reshape(2, 4),
        "a.count": np.full((), 7, np.int64),
        "b": NUMBERS[:0],
    }
    write(tmp_path / "w.pth", {name: plain(value) for name, value in written.items()})

    tensors = read_torch_weights(tmp_path / "w.pth")

    assert list(written) == list(tensors)
    assert all(np.array_equal(written[name], tensors[name].array()) for name in written)
    assert [value.dtype for value in written.values()] == [each.dtype for each in tensors.values()]


@FORMATS
def test_strides_are_followed(tmp_path: Path, write: Write) -> None:
    """A transposed tensor lies in its storage column by column, and so do some of its rows."""
    write(tmp_path / "w.pth", {"w": View(NUMBERS, start=1, shape=(2, 3), strides=(1, 2))})

    tensor = read_torch_weights(tmp_path / "w.pth")["w"]

    assert [[1, 3, 5], [2, 4, 6]] == tensor.array().tolist()
    assert [[2, 4, 6]] == tensor.rows(1, 2).array().tolist()


@FORMATS
@pytest.mark.parametrize("kind", [np.dtype("<f2"), np.dtype("<f8"), BFLOAT16])
def test_other_precisions_are_read(tmp_path: Path, write: Write, kind: np.dtype[Any]) -> None:
    """Half, double and bfloat16, which is the upper half of a float32."""
    values = np.array([1.5, -2.0, 0.0], np.float32)
    stored = (
        (values.view("<u4") >> 16).astype("<u2").view(BFLOAT16) if kind == BFLOAT16 else values.astype(kind)
    )
    write(tmp_path / "w.pth", {"w": plain(stored)})

    tensor = read_torch_weights(tmp_path / "w.pth")["w"]

    assert kind == tensor.dtype
    assert np.array_equal(values, as_float32(tensor.array()))


@FORMATS
@pytest.mark.parametrize(
    "view",
    [
        View(NUMBERS, start=3, shape=(2, 3), strides=(3, 1)),
        View(NUMBERS, start=-1, shape=(2,), strides=(1,)),
        View(NUMBERS, start=5, shape=(2,), strides=(-1,)),
    ],
)
def test_a_tensor_past_its_storage_is_refused(tmp_path: Path, write: Write, view: View) -> None:
    """It would read memory of others."""
    write(tmp_path / "w.pth", {"w": view})

    with pytest.raises(UnreadableWeightsError, match="reaches past its storage of 8 elements"):
        read_torch_weights(tmp_path / "w.pth")


class _Harmful:
    """What a pickle can do: have a function called while it is read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self._path),)


def _legacy(path: Path, content: bytes) -> None:
    path.write_bytes(head() + content)


def _zipped(path: Path, content: bytes) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", content)


@pytest.mark.parametrize("put", [_legacy, _zipped])
def test_code_is_not_run(tmp_path: Path, put: Callable[[Path, bytes], None]) -> None:
    """The function is named, not called."""
    harm = tmp_path / "harm"
    put(tmp_path / "w.pth", pickle.dumps(_Harmful(harm), 2))

    with pytest.raises(
        UnreadableWeightsError, match=r"w\.pth: .*posix\.mkdir has no place in a weights file"
    ):
        read_torch_weights(tmp_path / "w.pth")

    assert not harm.exists()


@pytest.mark.parametrize("put", [_legacy, _zipped])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (pickle.dumps([1, 2], 2), "no tensors by name"),
        (pickle.dumps({"epoch": 3}, 2), "epoch is no tensor"),
        (named({"w": plain(NUMBERS)})[:-20], "Ran out of input"),
        (b"\x80\x04\x8e" + (2**60).to_bytes(8, "little") + b".", "no readable PyTorch weights"),
    ],
)
def test_other_content_is_refused(
    tmp_path: Path, put: Callable[[Path, bytes], None], content: bytes, words: str
) -> None:
    """A file of a training run holds more than weights."""
    put(tmp_path / "w.pth", content)

    with pytest.raises(UnreadableWeightsError, match=words):
        read_torch_weights(tmp_path / "w.pth")


def test_a_storage_that_ends_early_is_refused(tmp_path: Path) -> None:
    """A file cut short is no weights."""
    write_views(tmp_path / "w.pth", {"w": plain(NUMBERS)})
    whole = (tmp_path / "w.pth").read_bytes()
    (tmp_path / "w.pth").write_bytes(whole[:-1])

    with pytest.raises(UnreadableWeightsError, match="a storage of 8 elements has 8, or ends early"):
        read_torch_weights(tmp_path / "w.pth")


def test_an_archive_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    """Its directory stands at its end."""
    write_zip(tmp_path / "w.bin", {"w": plain(NUMBERS)})
    whole = (tmp_path / "w.bin").read_bytes()
    (tmp_path / "w.bin").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(UnreadableWeightsError, match=r"w\.bin: .*not a zip file"):
        read_torch_weights(tmp_path / "w.bin")


def test_a_compressed_archive_is_refused(tmp_path: Path) -> None:
    """Its numbers could not be mapped; PyTorch never compresses."""
    write_zip(tmp_path / "w.bin", {"w": plain(NUMBERS)}, zipfile.ZIP_DEFLATED)

    with pytest.raises(UnreadableWeightsError, match="a compressed or too large one"):
        read_torch_weights(tmp_path / "w.bin")


def test_a_compressed_storage_is_refused(tmp_path: Path) -> None:
    """In an archive whose other entries are as they should be."""
    with zipfile.ZipFile(tmp_path / "w.bin", "w") as archive:
        archive.writestr("a/data.pkl", named({"w": plain(NUMBERS)}))
        archive.writestr("a/data/w", NUMBERS.tobytes(), zipfile.ZIP_DEFLATED)

    with pytest.raises(UnreadableWeightsError, match="the storage w is missing, or compressed"):
        read_torch_weights(tmp_path / "w.bin")


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    """Nobody can be asked for its password."""
    write_zip(tmp_path / "w.bin", {"w": plain(NUMBERS)})
    archive = bytearray((tmp_path / "w.bin").read_bytes())
    archive[archive.index(b"PK\x01\x02") + 8] |= 1  # the flag in the first entry of the directory
    (tmp_path / "w.bin").write_bytes(archive)

    with pytest.raises(UnreadableWeightsError, match=r"w\.bin: .*is encrypted"):
        read_torch_weights(tmp_path / "w.bin")


def test_what_unpacks_to_a_lot_is_not_unpacked(tmp_path: Path) -> None:
    """An entry of a few letters may become gigabytes."""
    with zipfile.ZipFile(tmp_path / "w.bin", "w") as archive:
        archive.writestr("archive/data.pkl", named({"w": plain(NUMBERS)}))
        archive.writestr("archive/byteorder", bytes(200_000_000), zipfile.ZIP_DEFLATED)
        archive.writestr("archive/data/w", NUMBERS.tobytes())
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableWeightsError, match="no byteorder, or a compressed or too large one"):
            read_torch_weights(tmp_path / "w.bin")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 10_000_000


@pytest.mark.parametrize("packed", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_packed_entry_that_is_damaged_is_refused(tmp_path: Path, packed: int) -> None:
    """Whatever it was packed with: it is not unpacked."""
    pickled = named({f"w{number}": plain(NUMBERS) for number in range(50)})
    with zipfile.ZipFile(tmp_path / "w.bin", "w", packed) as archive:
        archive.writestr("a/data.pkl", pickled)
    whole = bytearray((tmp_path / "w.bin").read_bytes())
    start = 30 + len("a/data.pkl") + 12
    whole[start : start + 60] = b"\xff" * 60
    (tmp_path / "w.bin").write_bytes(whole)

    with pytest.raises(UnreadableWeightsError, match=r"w\.bin: .* no data\.pkl, or a compressed"):
        read_torch_weights(tmp_path / "w.bin")


def test_another_format_is_refused(tmp_path: Path) -> None:
    """By its first number."""
    (tmp_path / "w.pth").write_bytes(head(magic=MAGIC + 1))

    with pytest.raises(UnreadableWeightsError, match=r"w\.pth: .*the format's number is another"):
        read_torch_weights(tmp_path / "w.pth")
