"""Sinusoidal position encodings as fairseq computes them; they are part of no checkpoint."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

PADDING: Final = 1  # the index whose row is zero
FIRST: Final = PADDING + 1  # the row of a sentence's first position


def encodings(positions: int, width: int) -> NDArray[np.float32]:
    """One row of `width` features for each position of a sentence."""
    return sinusoids(positions + FIRST, width)[FIRST:]


def sinusoids(rows: int, width: int) -> NDArray[np.float32]:
    """Sines in the left half, cosines in the right; wavelengths from 2 pi to 20000 pi as a geometric series.

    Vaswani et al., "Attention Is All You Need" (2017), with the halves side by side. In single precision, as the
    network was trained.
    """
    half = width // 2
    step = np.float32(np.log(10_000) / (half - 1))
    frequencies = np.exp(np.arange(half, dtype=np.float32) * -step)
    angles = np.arange(rows, dtype=np.float32)[:, None] * frequencies[None]
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)
