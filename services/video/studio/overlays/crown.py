"""Draws a maharaja's crown: a gold band and spikes, jewels, pearls, and a plume in the middle."""

import math

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

# Drawn on this grid and shrunk to the size that is asked for.
_WIDTH, _HEIGHT = 1000, 900
PROPORTION = _HEIGHT / _WIDTH
# The band's lower edge, where the head carries the crown, as a part of the height.
SEAT = 0.90
_DARK = (92, 48, 6, 255)
_RUBY, _EMERALD, _SAPPHIRE = (206, 16, 48), (8, 150, 92), (28, 74, 196)

Point = tuple[float, float]

# The jewels that may sparkle, as parts of the width and height.
SPARKLES: tuple[Point, ...] = (
    (0.50, 0.60),
    (0.10, 0.42),
    (0.90, 0.42),
    (0.30, 0.30),
    (0.71, 0.80),
    (0.27, 0.80),
)


def draw_crown(width: int) -> Image.Image:
    """An RGBA picture of a crown, `width` pixels wide; its seat is at SEAT of its height."""
    crown = Image.new("RGBA", (_WIDTH, _HEIGHT))
    _paint_velvet(crown)
    _paint_plume(crown)
    body = _body_mask()
    crown.paste(_gold(), mask=body)
    draw = ImageDraw.Draw(crown)
    _outline(crown, body)
    _paint_band(draw)
    _paint_jewels(draw)
    size = max(8, width), max(8, round(width * _HEIGHT / _WIDTH))
    return crown.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _arc(y: float, sag: float, left: float = 60, right: float = 940) -> list[Point]:
    """A line that hangs, as a ring around a head is seen from the front."""
    return [
        (left + (right - left) * step / 40, y + sag * math.sin(math.pi * step / 40)) for step in range(41)
    ]


def _body_mask() -> Image.Image:
    mask = Image.new("L", (_WIDTH, _HEIGHT))
    draw = ImageDraw.Draw(mask)
    tips = ((95, 380), (300, 265), (500, 200), (700, 265), (905, 380))
    edge: list[Point] = [(60, 730)]
    for number, (x, y) in enumerate(tips):
        edge += _spike(x, y, 62 if number in (0, 4) else 84)
    edge += [(940, 730), *reversed(_arc(745, 75))]
    draw.polygon(edge, fill=255)
    for x, y in tips:
        draw.ellipse((x - 27, y - 40, x + 27, y + 14), fill=255)
    return mask


def _spike(x: float, top: float, half: float) -> list[Point]:
    """A leaf-shaped spike: wide below its middle, drawn in towards the band."""
    base, belly = 640.0, 560.0
    left = [(x - half * 0.9, base), (x - half, belly), (x - half * 0.72, belly - (belly - top) * 0.45)]
    right = [(2 * x - px, py) for px, py in reversed(left)]
    return [*left, (x, top), *right]


def _gold() -> Image.Image:
    """Polished metal: bright in the middle of the ring, darker round the sides, with a few reflections."""
    x = np.linspace(-1, 1, _WIDTH)
    ring = 0.62 + 0.38 * np.sqrt(np.clip(1 - (x * 0.98) ** 2, 0, 1))
    shine = 0.20 * np.exp(-(((x + 0.42) / 0.10) ** 2)) + 0.12 * np.exp(-(((x - 0.55) / 0.07) ** 2))
    down = np.linspace(1.10, 0.80, _HEIGHT)[:, None]
    light = np.clip(down * (ring + shine)[None, :], 0, 1.25)[..., None]
    rgb = np.clip(light * np.array([246.0, 188.0, 62.0]) + np.clip(light - 0.95, 0, 1) * 190, 0, 255)
    return Image.fromarray(rgb.astype(np.uint8)).convert("RGBA")


def _outline(crown: Image.Image, body: Image.Image) -> None:
    """A dark edge and a bright bevel inside it."""
    inner = body.filter(ImageFilter.MinFilter(9))
    crown.paste(_DARK, mask=ImageChops.subtract(body, inner))
    deeper = body.filter(ImageFilter.MinFilter(19))
    crown.paste(
        (255, 236, 160, 255), mask=ImageChops.subtract(inner, deeper).point(lambda level: level * 2 // 3)
    )


def _paint_velvet(crown: Image.Image) -> None:
    """The lining that shows between the spikes."""
    draw = ImageDraw.Draw(crown)
    draw.polygon(
        [(120, 700), (150, 520), *_arc(470, -70, 190, 810), (850, 520), (880, 700)], fill=(120, 8, 34, 255)
    )
    draw.polygon(
        [(190, 700), (230, 540), *_arc(510, -60, 270, 730), (770, 540), (810, 700)], fill=(150, 14, 46, 255)
    )


def _paint_plume(crown: Image.Image) -> None:
    """The feather of a sarpech, rising behind the middle spike."""
    draw = ImageDraw.Draw(crown)
    for side in (-1, 1):
        for step in range(9):
            angle = side * step * 0.085
            length = 235 - step * 9
            tip = (500 + math.sin(angle) * length, 250 - math.cos(angle) * length)
            shade = 250 - step * 5
            draw.line([(500, 300), tip], fill=(shade, shade, shade - 12, 255), width=26)
            draw.ellipse(
                (tip[0] - 15, tip[1] - 15, tip[0] + 15, tip[1] + 15), fill=(shade, shade, shade - 12, 255)
            )
    draw.ellipse((462, 52, 538, 152), fill=(12, 120, 110, 255))
    draw.ellipse((476, 76, 524, 140), fill=(30, 70, 190, 255))
    draw.ellipse((488, 96, 512, 128), fill=(14, 24, 80, 255))


def _paint_band(draw: ImageDraw.ImageDraw) -> None:
    for y, width in ((655, 9), (738, 9)):
        draw.line(_arc(y, 72), fill=_DARK, width=width, joint="curve")
        draw.line([(x, y - 8) for x, y in _arc(y, 72)], fill=(255, 232, 150, 255), width=5, joint="curve")
    for number, (across, down) in enumerate(_arc(698, 73, 84, 916)[1::3]):
        if number % 2:
            _jewel(draw, across, down, 21, 21, (_RUBY, _EMERALD)[number // 2 % 2])
        else:
            _pearl(draw, across, down, 15)


def _paint_jewels(draw: ImageDraw.ImageDraw) -> None:
    _jewel(draw, 500, 520, 46, 66, _RUBY)
    for x, colour in ((300, _EMERALD), (700, _EMERALD)):
        _jewel(draw, x, 540, 34, 48, colour)
    for x in (95, 905):
        _jewel(draw, x, 565, 24, 34, _SAPPHIRE)
    _jewel(draw, 500, 385, 20, 28, _SAPPHIRE)
    for x in (300, 700):
        _pearl(draw, x, 425, 17)
    for x, y in ((95, 368), (300, 252), (500, 187), (700, 252), (905, 368)):
        _pearl(draw, x, y, 25)
    for x, y in ((198, 628), (400, 640), (600, 640), (802, 628)):
        _pearl(draw, x, y, 18)


def _jewel(
    draw: ImageDraw.ImageDraw, x: float, y: float, rx: float, ry: float, colour: tuple[int, int, int]
) -> None:
    """A cut stone in a gold setting: dark rim, body, a lit facet and a glint."""
    draw.ellipse((x - rx - 9, y - ry - 9, x + rx + 9, y + ry + 9), fill=_DARK)
    draw.ellipse((x - rx - 6, y - ry - 6, x + rx + 6, y + ry + 6), fill=(255, 222, 120, 255))
    draw.ellipse((x - rx, y - ry, x + rx, y + ry), fill=tuple(value // 2 for value in colour))
    draw.ellipse((x - rx * 0.86, y - ry * 0.9, x + rx * 0.86, y + ry * 0.74), fill=colour)
    lit = tuple(min(255, value + 70) for value in colour)
    draw.polygon([(x - rx * 0.6, y - ry * 0.1), (x, y - ry * 0.75), (x + rx * 0.6, y - ry * 0.1)], fill=lit)
    draw.ellipse((x - rx * 0.5, y - ry * 0.62, x - rx * 0.1, y - ry * 0.22), fill=(255, 255, 255, 235))


def _pearl(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    draw.ellipse((x - radius - 4, y - radius - 4, x + radius + 4, y + radius + 4), fill=_DARK)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(226, 214, 200, 255))
    small = radius * 0.78
    draw.ellipse((x - small, y - small * 1.1, x + small, y + small * 0.8), fill=(250, 244, 234, 255))
    draw.ellipse((x - small * 0.6, y - small * 0.8, x, y - small * 0.2), fill=(255, 255, 255, 255))
