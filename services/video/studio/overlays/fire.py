"""Desi Fire: flames lick up from the bottom, embers rise, and the whole picture glows warm."""

import numpy as np
from numpy.typing import NDArray

from services.video.studio.overlays.base import Glow, Rgb, add_light, enlarge, grade, mix
from services.video.studio.overlays.particles import Drift, Sparks
from services.video.studio.planes import Frame, Plane, colour
from services.video.studio.stage import Area, Stage

# One cell of the flame is this many pixels.
_CELL = 8
# The part of the height that flames may reach.
_REACH = 0.36
_EMBERS = 44
_FLAME, _DEEP = colour((255, 120, 12)), colour((232, 66, 4))


class DesiFire:
    """Noise that scrolls upwards at three speeds, thinned with height, is what the eye takes for fire."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._rows, self._columns = round(size[1] * _REACH / _CELL), size[0] // _CELL
        self._place = slice(size[1] - self._rows * _CELL, size[1])
        random = np.random.default_rng(7)
        self._octaves = tuple(
            _noise(random, 512, self._columns, cell) for cell in (max(9, self._columns // 13), 6, 3)
        )
        self._thin = np.linspace(1.0, 0.0, self._rows, dtype=np.float32)[:, None]
        scale = size[1] / 1920
        glows = (Glow(round(44 * scale) + 6, (255, 160, 50)), Glow(round(28 * scale) + 6, (255, 90, 20)))
        drift = Drift(0.10, 0.30, 0.07, 3.2, 0.86, 0.16)
        self._embers = Sparks(_EMBERS, drift, glows, size, seed=3)

    def dress(self, stage: Stage, head: Area | None) -> None:
        """Warm the picture and deepen its shadows."""
        stage.image = grade(stage.image, _warm)

    def draw(self, frame: Frame, seconds: float, view: Area) -> None:
        """Flames first, embers over them."""
        heat = self._heat(seconds)
        width, height = self._size[0], self._rows * _CELL
        luma = enlarge(_brightness(heat), (width, height))
        add_light(frame.y[self._place], luma)
        self._tint(frame, heat, (width // 2, height // 2))
        self._embers.draw(frame, seconds)

    def _tint(self, frame: Frame, heat: NDArray[np.float32], size: tuple[int, int]) -> None:
        half = slice(self._place.start // 2, self._place.stop // 2)
        share: Plane = enlarge(np.clip(heat * 1.6, 0, 0.92), size)
        core = enlarge(np.clip(heat * 1.5 - 0.35, 0, 1), size)
        for plane, deep, flame in (
            (frame.u[half], _DEEP[1], _FLAME[1]),
            (frame.v[half], _DEEP[2], _FLAME[2]),
        ):
            mix(plane, deep, share)
            mix(plane, flame, core)

    def _heat(self, seconds: float) -> NDArray[np.float32]:
        """The flame's heat from 0 to 1, one value a cell; the last row is the bottom of the frame."""
        speeds, weights = (26.0, 41.0, 63.0), (0.46, 0.32, 0.22)
        noise = sum(
            weight * _scrolled(octave, seconds * speed, self._rows)
            for octave, speed, weight in zip(self._octaves, speeds, weights, strict=True)
        )
        heat = 1.75 * np.asarray(noise) - 0.02 - 1.2 * self._thin
        return np.clip(heat, 0, 1).astype(np.float32)


def _brightness(heat: NDArray[np.float32]) -> NDArray[np.float32]:
    return 0.60 * heat**1.1


def _warm(r: float, g: float, b: float) -> Rgb:
    light = 0.3 * r + 0.59 * g + 0.11 * b
    return (r * 1.05 + 0.05 * light + 0.015, g * (0.86 + 0.08 * light), b * (0.68 + 0.12 * light))


def _scrolled(noise: NDArray[np.float32], offset: float, rows: int) -> NDArray[np.float32]:
    """A window on endless noise, moved up by a fraction of a row as well."""
    whole = int(offset)
    part = np.float32(offset - whole)
    index = (whole + np.arange(rows + 1)) % len(noise)
    window = noise[index]
    return window[:-1] * (1 - part) + window[1:] * part


def _noise(random: np.random.Generator, rows: int, columns: int, cell: int) -> NDArray[np.float32]:
    """Smooth value noise, 0 to 1, whose last row goes over into the first; its cells stand tall."""
    tall = cell * 2
    points = random.random((rows // tall, columns // cell + 2)).astype(np.float32)
    y, x = np.arange(rows) * len(points) / rows, np.arange(columns) / cell
    return _between(_between(points, y, 0), x, 1)


def _between(points: NDArray[np.float32], at: NDArray[np.float64], axis: int) -> NDArray[np.float32]:
    low = at.astype(int)
    part = (at - low).astype(np.float32)
    ease = part * part * (3 - 2 * part)
    shape = (-1, 1) if axis == 0 else (1, -1)
    count = points.shape[axis]
    first, second = points.take(low % count, axis), points.take((low + 1) % count, axis)
    return np.asarray(first + (second - first) * ease.reshape(shape), dtype=np.float32)
