"""Sparks that rise and die: each is a function of time alone, so any frame can be drawn by itself."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from services.video.studio.overlays.base import Glow
from services.video.studio.planes import Frame


@dataclass(frozen=True, slots=True)
class Drift:
    """How sparks fly: speeds in heights of the frame per second, sway in widths, life in seconds."""

    slowest: float
    fastest: float
    sway: float
    life: float
    from_height: float
    spread: float


class Sparks:
    """A fixed crowd of sparks, each born again when it has died."""

    def __init__(
        self, count: int, drift: Drift, glows: tuple[Glow, ...], size: tuple[int, int], seed: int
    ) -> None:
        self._drift, self._glows, self._size = drift, glows, size
        self._random = np.random.default_rng(seed).random((count, 8))

    def draw(self, frame: Frame, seconds: float) -> None:
        """Add every living spark to the frame."""
        for glow, x, y, strength in self._at(seconds):
            glow.add(frame, x, y, strength)

    def _at(self, seconds: float) -> Iterator[tuple[Glow, float, float, float]]:
        drift, (width, height) = self._drift, self._size
        for number, (birth, place, start, speed, sway, phase, flicker, level) in enumerate(self._random):
            turns = seconds / drift.life + birth
            age, turn = turns % 1.0, int(turns)
            rise = (drift.slowest + (drift.fastest - drift.slowest) * speed) * age * drift.life
            wave = np.sin(6.283 * (phase + age * (0.6 + sway)) + turn)
            x = (place + turn * 0.618) % 1.0 + drift.sway * (0.3 + sway) * wave * age
            y = drift.from_height + start * drift.spread - rise
            shine = 0.7 + 0.3 * np.sin(seconds * (9 + 14 * flicker) + phase * 6.283)
            fade = min(1.0, age * 8) * (1 - age) ** 0.8
            yield (
                self._glows[number % len(self._glows)],
                x * width,
                y * height,
                shine * fade * (0.45 + 0.55 * level),
            )
