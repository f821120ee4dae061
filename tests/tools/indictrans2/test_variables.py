"""Variables are read, cast and checked as they are written."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.variables import Int8Scale, Int8Weight, Source, Variable
from tools.weights.stored import StoredTensor, packed


def source(folder: Path, *arrays: NDArray[Any]) -> Source:
    """Arrays in files."""
    tensors = []
    for number, array in enumerate(arrays):
        path = folder / f"{number}.bin"
        path.write_bytes(array.tobytes())
        tensors.append(StoredTensor(path, 0, array.dtype, array.shape, packed(array.shape)))
    return Source(tuple(f"t{number}" for number in range(len(arrays))), tuple(tensors))


def test_tensors_are_stacked(tmp_path: Path) -> None:
    """One behind the other, whatever they are stored as."""
    variable = Variable(
        source(tmp_path, np.ones((2, 3), np.float16), np.zeros((1, 3), np.float64)), "float32"
    )

    data = np.frombuffer(variable.to_bytes(), np.float32).reshape(variable.shape)

    assert [[1, 1, 1], [1, 1, 1], [0, 0, 0]] == data.tolist()
    assert data.nbytes == variable.num_bytes()


def test_rows_are_scaled_to_127(tmp_path: Path) -> None:
    """Rounded to the nearest, ties to even; a row of zeros stays one."""
    rows = source(tmp_path, np.array([[0.5, -1.0, 0.25], [0, 0, 0]], np.float32))

    weight, scale = Int8Weight(rows), Int8Scale(rows)

    assert [64, -127, 32, 0, 0, 0] == np.frombuffer(weight.to_bytes(), np.int8).tolist()
    assert [127, 1] == np.frombuffer(scale.to_bytes(), np.float32).tolist()
    assert ((2, 3), 6, (2,), 8) == (weight.shape, weight.num_bytes(), scale.shape, scale.num_bytes())


def test_a_large_tensor_is_read_in_parts(tmp_path: Path) -> None:
    """Its rows come in order, none twice."""
    whole = np.arange(3_000_000, dtype=np.float32).reshape(-1, 3)

    chunks = list(source(tmp_path, whole, whole[:1]).chunks())

    assert len(chunks) > 2
    assert max(chunk.nbytes for chunk in chunks) <= 4 << 20
    assert np.array_equal(np.concatenate([whole, whole[:1]]), np.concatenate(chunks))


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("kind", [Int8Weight, Int8Scale])
def test_what_is_no_number_is_refused(
    tmp_path: Path, value: float, kind: type[Int8Weight | Int8Scale]
) -> None:
    """The message names the file and the tensor."""
    bad = source(tmp_path, np.zeros((1, 2), np.float32), np.array([[1, value]], np.float32))

    with pytest.raises(UnusableCheckpointError, match=r"1\.bin: t1 has values that are not finite"):
        kind(bad).to_bytes()


def test_what_float16_cannot_hold_is_refused(tmp_path: Path) -> None:
    """It would become infinite."""
    large = Variable(source(tmp_path, np.array([70000], np.float32)), "float16")

    with pytest.raises(UnusableCheckpointError, match="t0 has values too large for float16"):
        large.to_bytes()


def test_the_same_source_is_the_same_variable(tmp_path: Path) -> None:
    """By which a tied head is stored once; a weight is not its scale."""
    one, other = (source(tmp_path, np.ones((2, 2), np.float32)) for _ in range(2))
    renamed = Source(("other",), one.tensors)

    assert Int8Weight(one).equal(Int8Weight(other))
    assert not Int8Weight(one).equal(Int8Weight(renamed))
    assert not Int8Weight(one).equal(Int8Scale(one))
