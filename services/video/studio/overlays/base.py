"""What every overlay does, and the drawing on planes that they share."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from services.video.studio.planes import WHITE, Frame, Plane, colour
from services.video.studio.stage import Area, Stage

Rgb = tuple[float, float, float]


class Overlay(Protocol):
    """A look. `draw` depends on the time alone, so frames may be drawn in any order by several threads."""

    def dress(self, stage: Stage, head: Area | None) -> None:
        """Change the canvas once, before the camera moves over it."""

    def draw(self, frame: Frame, seconds: float, view: Area) -> None:
        """Draw on one frame; `view` is the part of the canvas it shows."""


class Plain:
    """No look: the picture as it is."""

    def dress(self, stage: Stage, head: Area | None) -> None:
        """Leave the canvas alone."""

    def draw(self, frame: Frame, seconds: float, view: Area) -> None:
        """Leave the frame alone."""


class Glow:
    """A soft round light or a four-pointed star of one colour, to be added anywhere at any strength."""

    def __init__(self, radius: int, rgb: tuple[int, int, int], *, star: bool = False) -> None:
        self.radius = radius + radius % 2
        self._luma, self._blue, self._red = colour(rgb)
        self._shape = _star(self.radius) if star else _disc(self.radius)
        self._half = self._shape[::2, ::2].copy()

    def add(self, frame: Frame, x: float, y: float, strength: float) -> None:
        """Light the frame around (x, y) with a strength of 0 to 1; what falls outside is cut."""
        left, top = 2 * round((x - self.radius) / 2), 2 * round((y - self.radius) / 2)
        level = int(min(1.0, strength) * 256)
        if level <= 0:
            return
        self._light(frame.y, left, top, level)
        for plane, value in ((frame.u, self._blue), (frame.v, self._red)):
            self._colour(plane, value, left // 2, top // 2, level)

    def _light(self, plane: Plane, left: int, top: int, level: int) -> None:
        where, part = _overlap(plane, self._shape, left, top)
        lit = plane[where] + (part * level >> 8) * self._luma // 256
        plane[where] = np.minimum(lit, WHITE)

    def _colour(self, plane: Plane, value: int, left: int, top: int, level: int) -> None:
        where, part = _overlap(plane, self._half, left, top)
        spot = plane[where].astype(np.int32)
        plane[where] = spot + ((value - spot) * (part * level >> 8).astype(np.int32) >> 8)


def add_light(plane: Plane, light: Plane) -> None:
    """Brighten luma in place, never above white."""
    np.minimum(light, WHITE - np.minimum(plane, WHITE), out=light)
    plane += light


def mix(plane: Plane, value: int | Plane, share: Plane) -> None:
    """Move a plane towards a value, or each cell towards its own, in place; a share of 255 replaces it."""
    way = (value - plane.astype(np.int16)) * (share >> 1).astype(np.int16)
    plane += (way >> 7).astype(np.uint8)


def enlarge(cells: NDArray[np.float32], size: tuple[int, int]) -> Plane:
    """A coarse map of 0 to 1 as a smooth plane of 0 to 255."""
    coarse = Image.fromarray((np.clip(cells, 0, 1) * 255).astype(np.uint8))
    return np.array(coarse.resize(size, Image.Resampling.BILINEAR))


def double(plane: Plane) -> Plane:
    """Each value as four: enough for light without edges, and much faster than interpolating."""
    across = (plane * np.uint16(0x0101)).view(np.uint8)
    return np.repeat(across, 2, axis=0)


def grade(image: Image.Image, change: Callable[[float, float, float], Rgb]) -> Image.Image:
    """The image with each colour (0 to 1) changed by a function, through a cube of 17³ samples."""

    def safe(r: float, g: float, b: float) -> Rgb:
        red, green, blue = (min(1.0, max(0.0, value)) for value in change(r, g, b))
        return red, green, blue

    return image.filter(ImageFilter.Color3DLUT.generate(17, safe))


def smoothstep(value: float) -> float:
    """Ease from 0 to 1."""
    value = min(1.0, max(0.0, value))
    return value * value * (3 - 2 * value)


def on_screen(x: float, y: float, view: Area, size: tuple[int, int]) -> tuple[float, float]:
    """Where a point of the canvas is seen in the video."""
    return (x - view.x0) / view.width * size[0], (y - view.y0) / view.height * size[1]


def _overlap(
    plane: Plane, shape: NDArray[np.uint16], left: int, top: int
) -> tuple[tuple[slice, slice], NDArray[np.uint16]]:
    height, width = plane.shape
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(width, left + shape.shape[1]), min(height, top + shape.shape[0])
    if x1 <= x0 or y1 <= y0:
        return (slice(0, 0), slice(0, 0)), shape[:0, :0]
    return (slice(y0, y1), slice(x0, x1)), shape[y0 - top : y1 - top, x0 - left : x1 - left]


def _disc(radius: int) -> NDArray[np.uint16]:
    y, x = np.ogrid[-1 : 1 : 2j * radius, -1 : 1 : 2j * radius]
    distance = np.sqrt(x**2 + y**2)
    light = np.exp(-((distance / 0.16) ** 2)) + 0.5 * np.clip(1 - distance, 0, 1) ** 2.5
    return np.asarray(np.clip(light, 0, 1) * 255, dtype=np.uint16)


def _star(radius: int) -> NDArray[np.uint16]:
    y, x = np.ogrid[-1 : 1 : 2j * radius, -1 : 1 : 2j * radius]
    reach = np.clip(1 - np.sqrt(x**2 + y**2), 0, 1)
    rays = np.exp(-np.abs(x) * 34 - np.abs(y) * 3) + np.exp(-np.abs(y) * 34 - np.abs(x) * 3)
    core = np.exp(-((x**2 + y**2) / 0.012))
    return np.asarray(np.clip((rays + core) * reach**0.7, 0, 1) * 255, dtype=np.uint16)
