"""Weights are read, and nothing that their file names is run."""

import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from tests.tools.assets.torch_files import View, head, write_views, write_weights
from tools.assets.torch_weights import MAGIC, read_tensors

NUMBERS = np.arange(8, dtype=np.float32)


def test_tensors_are_read_by_name(tmp_path: Path) -> None:
    """Each from its own storage, a single number too."""
    written = {"a.weight": NUMBERS.reshape(2, 4), "a.count": np.full((), 7, np.float32)}
    write_weights(tmp_path / "w.pth", written)

    tensors = read_tensors(tmp_path / "w.pth")

    assert list(written) == list(tensors)
    assert all(np.array_equal(written[name], tensors[name]) for name in written)


def test_strides_are_followed(tmp_path: Path) -> None:
    """A transposed tensor lies in its storage column by column."""
    write_views(tmp_path / "w.pth", {"w": View(NUMBERS, start=1, shape=(2, 3), strides=(1, 2))})

    tensor = read_tensors(tmp_path / "w.pth")["w"]

    assert [[1, 3, 5], [2, 4, 6]] == tensor.tolist()


@pytest.mark.parametrize(
    "view",
    [
        View(NUMBERS, start=3, shape=(2, 3), strides=(3, 1)),
        View(NUMBERS, start=-1, shape=(2,), strides=(1,)),
        View(NUMBERS, start=5, shape=(2,), strides=(-1,)),
    ],
)
def test_a_tensor_past_its_storage_is_refused(tmp_path: Path, view: View) -> None:
    """It would read memory of others."""
    write_views(tmp_path / "w.pth", {"w": view})

    with pytest.raises(ValueError, match="reaches past its storage of 8 elements"):
        read_tensors(tmp_path / "w.pth")


class _Harmful:
    """What a pickle can do: have a function called while it is read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self._path),)


def test_code_is_not_run(tmp_path: Path) -> None:
    """The function is named, not called."""
    harm = tmp_path / "harm"
    (tmp_path / "w.pth").write_bytes(head() + pickle.dumps(_Harmful(harm), 2))

    with pytest.raises(pickle.UnpicklingError, match=r"posix\.mkdir has no place in a weights file"):
        read_tensors(tmp_path / "w.pth")

    assert not harm.exists()


def test_a_storage_that_ends_early_is_refused(tmp_path: Path) -> None:
    """A file cut short is no weights."""
    write_weights(tmp_path / "w.pth", {"w": NUMBERS})
    whole = (tmp_path / "w.pth").read_bytes()
    (tmp_path / "w.pth").write_bytes(whole[:-1])

    with pytest.raises(ValueError, match="a storage of 8 elements has 8, or ends early"):
        read_tensors(tmp_path / "w.pth")


def test_another_format_is_refused(tmp_path: Path) -> None:
    """By its first number."""
    (tmp_path / "w.pth").write_bytes(head(magic=MAGIC + 1))

    with pytest.raises(ValueError, match=r"w\.pth is not in the format of torch\.save before 1\.6"):
        read_tensors(tmp_path / "w.pth")
