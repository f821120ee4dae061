"""Bollywood Burn: teal shadows and orange lights, spot lights that sweep, and golden sparks."""

import math

import numpy as np
from numpy.typing import NDArray

from services.video.studio.overlays.base import Glow, Rgb, add_light, double, enlarge, grade, mix, smoothstep
from services.video.studio.overlays.particles import Drift, Sparks
from services.video.studio.planes import BLACK, Frame, colour
from services.video.studio.stage import Area, Stage

_CELL = 8
# Beams fade out at this part of the height.
_REACH = 0.64
_SPARKS = 40
_STRIP = 64
# Where each lamp hangs (in widths), its colour, how far and how fast it swings (radians, hertz), its phase.
_LAMPS = (
    (0.12, (255, 190, 90), 0.34, 0.55, 0.0),
    (0.88, (255, 96, 150), 0.32, 0.47, 2.1),
    (0.50, (90, 205, 255), 0.42, 0.39, 4.0),
)
# The lamps' chroma, of 0 to 1.
_BLUES, _REDS = (
    np.array([colour(lamp[1])[plane] / 255 for lamp in _LAMPS], dtype=np.float32) for plane in (1, 2)
)


class BollywoodBurn:
    """The film look is baked into the canvas; light and sparks belong to the screen."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._columns, self._rows = size[0] // _CELL, round(size[1] * _REACH / _CELL)
        y, x = np.mgrid[0 : self._rows, 0 : self._columns].astype(np.float32)
        self._x, self._y = x * _CELL, y * _CELL
        self._vignette = _vignette(size)
        scale = max(size) / 1920
        glows = (
            Glow(round(38 * scale) + 4, (255, 205, 110)),
            Glow(round(60 * scale) + 4, (255, 225, 160), star=True),
            Glow(round(26 * scale) + 4, (255, 150, 70)),
        )
        self._sparks = Sparks(_SPARKS, Drift(0.05, 0.22, 0.09, 3.6, 0.62, 0.42), glows, size, seed=11)

    def dress(self, stage: Stage, head: Area | None) -> None:
        """Grade the picture like a film print."""
        stage.image = grade(stage.image, _teal_and_orange)

    def draw(self, frame: Frame, seconds: float, view: Area) -> None:
        """Dark corners, then beams, then sparks."""
        self._darken(frame)
        self._beams(frame, seconds)
        self._sparks.draw(frame, seconds)

    def _darken(self, frame: Frame) -> None:
        """In strips, which stay in the processor's cache."""
        for top in range(0, len(frame.y), _STRIP):
            rows = slice(top, top + _STRIP)
            darkened = frame.y[rows] * self._vignette[rows]
            darkened >>= 8
            frame.y[rows] = np.maximum(darkened, BLACK, out=darkened)

    def _beams(self, frame: Frame, seconds: float) -> None:
        width, height = self._size[0], self._rows * _CELL
        beams = [self._beam(lamp[0], lamp[2], lamp[3], lamp[4], seconds) for lamp in _LAMPS]
        light = enlarge(np.asarray(sum(beams), dtype=np.float32) * 0.42, (width // 2, height // 2))
        add_light(frame.y[:height], double(light))
        self._tint(frame, np.stack(beams), (width // 4, height // 4))

    def _tint(self, frame: Frame, beams: NDArray[np.float32], size: tuple[int, int]) -> None:
        """Each place takes the colour of the lamps that reach it, by their shares."""
        total = beams.sum(axis=0) + np.float32(1e-3)
        share, rows = double(enlarge(total * 0.5, size)), size[1] * 2
        for plane, tones in ((frame.u, _BLUES), (frame.v, _REDS)):
            tone = np.tensordot(tones, beams, 1) / total
            mix(plane[:rows], double(enlarge(tone.astype(np.float32), size)), share)

    def _beam(
        self, place: float, swing: float, speed: float, phase: float, seconds: float
    ) -> NDArray[np.float32]:
        """A cone of light from above the frame, one value of 0 to 1 a cell."""
        width, height = self._size
        x, y = self._x - place * width, self._y + 0.06 * height
        towards = (0.5 - place) * 0.9 + swing * math.sin(seconds * speed * 2 + phase)
        away = np.arctan2(x, y) - towards
        reach = np.clip(1 - self._y / (height * _REACH), 0, 1) ** 1.2
        wide = 0.10 if width < height else 0.16
        fade_in = smoothstep(seconds * 2 + 0.35)
        return np.asarray(np.exp(-((away / wide) ** 2)) * reach * fade_in, dtype=np.float32)


def _teal_and_orange(r: float, g: float, b: float) -> Rgb:
    """More contrast; shadows towards teal, lights towards orange."""
    light = 0.3 * r + 0.59 * g + 0.11 * b
    curve = smoothstep(light) * 0.5 + light * 0.5
    gain = curve / light if light > 0.01 else 1.0
    warm, cool = light**1.2, (1 - light) ** 1.6
    tint = (0.055 * warm - 0.05 * cool, 0.01 * warm + 0.012 * cool, -0.075 * warm + 0.045 * cool)
    red, green, blue = (
        (light + (value - light) * 1.12) * gain + shift for value, shift in zip((r, g, b), tint, strict=True)
    )
    return red, green, blue


def _vignette(size: tuple[int, int]) -> NDArray[np.uint16]:
    """What is left of the light at each pixel, in 256ths."""
    y, x = np.ogrid[-1 : 1 : size[1] * 1j, -1 : 1 : size[0] * 1j]
    return np.asarray(np.clip(1.08 - 0.30 * (x**2 + y**2), 0.5, 1.0) * 256, dtype=np.uint16)
