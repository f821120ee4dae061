"""Pet Maharaja: a crown on the pet's head, a golden frame around the screen, and sparkling jewels."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from services.video.studio.overlays.base import Glow, Rgb, grade, on_screen
from services.video.studio.overlays.crown import PROPORTION, SEAT, SPARKLES, draw_crown
from services.video.studio.overlays.ornament import CORNER, EDGE, draw_frame
from services.video.studio.planes import Frame, Plane, to_planes
from services.video.studio.stage import Area, Stage

# The crown is a little wider than the head and sits down on it by this part of its own height.
_WIDER = 1.12
_SINK = 0.05
# What remains of its width where there is no room for it.
_LEAST = 0.6


class PetMaharaja:
    """The crown is painted on the canvas, so it stays on the head wherever the camera goes."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._strips = [_Strip(each, place) for each, place in _cut_frame(draw_frame(size))]
        scale = min(size) / 1080
        self._star = Glow(round(64 * scale) + 8, (255, 244, 205), star=True)
        self._sparkles: list[tuple[float, float]] = []
        inset = round(min(size) * 0.045)
        width, height = size
        self._corners: list[tuple[float, float]] = [
            (x, y) for x in (inset, width - inset) for y in (inset, height - inset)
        ]
        self._corners += [(width / 2, inset), (width / 2, height - inset)]

    def dress(self, stage: Stage, head: Area | None) -> None:
        """Warm the picture and crown the head; without a head there is the frame alone."""
        stage.image = grade(stage.image, _royal)
        if head is not None:
            self._crown(stage, head)

    def draw(self, frame: Frame, seconds: float, view: Area) -> None:
        """The golden frame, then sparkles on crown and corners."""
        for strip in self._strips:
            strip.draw(frame)
        for number, (x, y) in enumerate(self._sparkles):
            self._star.add(frame, *on_screen(x, y, view, self._size), _twinkle(seconds, number, 1.9))
        for number, (x, y) in enumerate(self._corners):
            self._star.add(frame, x, y, _twinkle(seconds, number + 3, 2.7))

    def _crown(self, stage: Stage, head: Area) -> None:
        crown = draw_crown(round(_crown_width(head)))
        left = round(head.centre[0] - crown.width / 2)
        top = round(head.y0 + (_SINK - SEAT) * crown.height)
        left = min(max(left, 0), stage.image.width - crown.width)
        top = max(top, 0)
        _shadow(stage.image, crown, (left, top))
        stage.image.paste(crown, (left, top), crown)
        self._sparkles = [(left + x * crown.width, top + y * crown.height) for x, y in SPARKLES]


def _crown_width(head: Area) -> float:
    """A little wider than the head, less where the photo ends close above it, but never a toy."""
    wanted = head.width * _WIDER
    room = head.y0 / (SEAT - _SINK) / PROPORTION
    return max(min(wanted, room), wanted * _LEAST)


def _shadow(image: Image.Image, crown: Image.Image, place: tuple[int, int]) -> None:
    """The crown's soft shadow on the fur below it."""
    border = max(4, crown.width // 20)
    mask = Image.new("L", (crown.width + 4 * border, crown.height + 4 * border))
    mask.paste(crown.getchannel("A").point(lambda level: level * 0.45), (2 * border, 2 * border))
    mask = mask.filter(ImageFilter.GaussianBlur(border * 0.7))
    image.paste((20, 8, 0), (place[0] - 2 * border, place[1] - border), mask)


def _twinkle(seconds: float, number: int, period: float) -> float:
    """Dark most of the time, then a short flash; each jewel at its own moment."""
    return max(0.0, math.sin(6.283 * (seconds / period + number * 0.381))) ** 5


def _royal(r: float, g: float, b: float) -> Rgb:
    return r * 1.04 + 0.015, g * 0.99 + 0.005, b * 0.90


class _Strip:
    """A still picture with transparency, laid over the same place of every frame."""

    def __init__(self, picture: Image.Image, place: tuple[int, int]) -> None:
        half = picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.BOX)
        self._parts: list[tuple[tuple[slice, slice], NDArray[np.uint16], NDArray[np.uint16]]] = []
        planes = _planes(picture, half)
        for (plane, alpha), share in zip(planes, (1, 2, 2), strict=True):
            left, top = place[0] // share, place[1] // share
            where = slice(top, top + plane.shape[0]), slice(left, left + plane.shape[1])
            opaque = alpha.astype(np.uint16) + (alpha >> 7)
            self._parts.append((where, plane.astype(np.uint16) * opaque, np.uint16(256) - opaque))

    def draw(self, frame: Frame) -> None:
        """Blend into the frame."""
        for plane, (where, colour, rest) in zip(frame, self._parts, strict=True):
            plane[where] = (plane[where] * rest + colour) >> 8


def _planes(picture: Image.Image, half: Image.Image) -> list[tuple[Plane, Plane]]:
    luma = to_planes(picture)[0]
    _, blue, red = to_planes(half)
    whole, small = (np.asarray(each.getchannel("A")) for each in (picture, half))
    return [(luma, whole), (blue, small), (red, small)]


def _cut_frame(frame: Image.Image) -> list[tuple[Image.Image, tuple[int, int]]]:
    """The four sides of the frame without its empty middle."""
    width, height = frame.size
    deep, thin = (2 * round(min(width, height) * part / 2) for part in (CORNER, EDGE))
    places = (
        (0, 0, width, deep),
        (0, height - deep, width, height),
        (0, deep, thin, height - deep),
        (width - thin, deep, width, height - deep),
    )
    return [(frame.crop(place), place[:2]) for place in places]
