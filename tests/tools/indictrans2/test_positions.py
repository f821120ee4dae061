"""Position encodings."""

import numpy as np

from tools.indictrans2.positions import encodings, sinusoids


def test_a_sentence_begins_behind_the_paddings_index() -> None:
    """Its first position has the row of index 2."""
    assert np.array_equal(sinusoids(6, 8)[2:], encodings(4, 8))


def test_encodings_are_those_of_the_formula() -> None:
    """Row 3 of four frequencies between 1 and 1 / 10000: sines, then cosines."""
    angles = 3 * 10_000.0 ** -np.array([0, 1 / 3, 2 / 3, 1])

    assert np.allclose([*np.sin(angles), *np.cos(angles)], sinusoids(4, 8)[3], atol=1e-6)
