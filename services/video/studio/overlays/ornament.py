"""Draws the golden frame of a royal portrait: lines along the edges, a fan of petals in each corner."""

import math

from PIL import Image, ImageDraw, ImageOps

# How far a corner's fan and the lines along the edges reach, as parts of the shorter side.
CORNER, EDGE = 0.17, 0.05
_OVERSAMPLE = 2
_DARK = (86, 44, 4, 255)
_GOLD = (236, 178, 54, 255)
_LIGHT = (255, 230, 150, 255)
_RUBY, _EMERALD = (196, 14, 46, 255), (10, 140, 84, 255)


def draw_frame(size: tuple[int, int]) -> Image.Image:
    """An RGBA picture of `size`, clear in the middle."""
    frame = Image.new("RGBA", size)
    _draw_lines(ImageDraw.Draw(frame), size)
    fan = _draw_fan(round(min(size) * CORNER))
    right, bottom = size[0] - fan.width, size[1] - fan.height
    flipped = ImageOps.flip(fan)
    for picture, place in (
        (fan, (0, 0)),
        (ImageOps.mirror(fan), (right, 0)),
        (flipped, (0, bottom)),
        (ImageOps.mirror(flipped), (right, bottom)),
    ):
        frame.alpha_composite(picture, place)
    return frame


def _draw_lines(draw: ImageDraw.ImageDraw, size: tuple[int, int]) -> None:
    unit = min(size) / 1080
    for inset, width, paint in (
        (14, 18, _DARK),
        (16, 14, _GOLD),
        (19, 4, _LIGHT),
        (42, 7, _DARK),
        (43, 5, _GOLD),
    ):
        edge = inset * unit
        place = (edge, edge, size[0] - 1 - edge, size[1] - 1 - edge)
        draw.rectangle(place, outline=paint, width=max(2, round(width * unit)))


def _draw_fan(side: int) -> Image.Image:
    """The corner at the top left: two rows of petals round a jewel."""
    big = side * _OVERSAMPLE
    fan = Image.new("RGBA", (big, big))
    draw = ImageDraw.Draw(fan)
    origin = big * 0.21
    for reach, count, paint in ((0.80, 6, _GOLD), (0.52, 5, _RUBY)):
        for number in range(count):
            angle = math.pi / 2 * (number + 0.5) / count
            _draw_petal(draw, origin, angle, big * reach, big * reach / count * 0.62, paint)
    _draw_disc(draw, origin, big * 0.17, _GOLD)
    _draw_disc(draw, origin, big * 0.11, _EMERALD)
    glint = origin - big * 0.035
    draw.ellipse(
        (glint - big * 0.025, glint - big * 0.025, glint + big * 0.025, glint + big * 0.025), fill="white"
    )
    return fan.resize((side, side), Image.Resampling.LANCZOS)


def _draw_petal(
    draw: ImageDraw.ImageDraw, origin: float, angle: float, length: float, half: float,
    paint: tuple[int, int, int, int],
) -> None:  # fmt: skip
    """A pointed petal with a dark rim and a bright vein."""
    for grow, fill in ((1.0, _DARK), (0.80, paint)):
        outline = []
        for step in range(33):
            turn = step / 16 - 1
            along = length * (1 - abs(turn)) * (0.96 if grow < 1 else 1)
            across = half * grow * math.sin(math.pi * (1 - abs(turn)) ** 0.8) * math.copysign(1, turn)
            outline.append(_turned(origin, angle, along, across))
        draw.polygon(outline, fill=fill)
    tip, root = _turned(origin, angle, length * 0.82, 0), _turned(origin, angle, length * 0.25, 0)
    draw.line([root, tip], fill=_LIGHT, width=max(2, round(half * 0.12)))


def _turned(origin: float, angle: float, along: float, across: float) -> tuple[float, float]:
    cosine, sine = math.cos(angle), math.sin(angle)
    return origin + along * cosine - across * sine, origin + along * sine + across * cosine


def _draw_disc(
    draw: ImageDraw.ImageDraw, centre: float, radius: float, paint: tuple[int, int, int, int]
) -> None:
    rim = radius * 1.08
    draw.ellipse((centre - rim, centre - rim, centre + rim, centre + rim), fill=_DARK)
    draw.ellipse((centre - radius, centre - radius, centre + radius, centre + radius), fill=paint)
