"""Stored numbers become float32."""

from pathlib import Path

import numpy as np

from tools.weights.stored import BFLOAT16, StoredTensor, as_float32, packed


def test_bfloat16_is_the_upper_half_of_a_float32() -> None:
    """One, minus two, a small one, infinity and what is no number."""
    bits = np.array([0x3F80, 0xC000, 0x3C00, 0x7F80, 0x7FC0], "<u2")

    values = as_float32(bits.view(BFLOAT16))

    assert [1.0, -2.0, 0.0078125, np.inf] == values[:4].tolist()
    assert np.isnan(values[4])


def test_what_float32_cannot_hold_becomes_infinite() -> None:
    """So that the check for finite values finds it."""
    assert np.isinf(as_float32(np.array([1e300]))).all()


def test_rows_are_a_part_of_a_tensor(tmp_path: Path) -> None:
    """From where they lie in the file, behind other bytes."""
    numbers = np.arange(12, dtype=np.float32).reshape(4, 3)
    (tmp_path / "w").write_bytes(b"head" + numbers.tobytes())
    tensor = StoredTensor(tmp_path / "w", 4, numbers.dtype, (4, 3), packed((4, 3)))

    part = tensor.rows(1, 3)

    assert numbers[1:3].tolist() == part.array().tolist()
    assert 24 == part.nbytes
