"""Pictures as the encoder wants them: three 8-bit planes, BT.709, limited range, chroma halved both ways."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from services.video.studio.stage import Area

Plane = NDArray[np.uint8]

# ITU-R BT.709-6, section 3.5, for 8-bit limited range: 219 steps of luma, 224 of chroma.
_LUMA = (0.1826, 0.6142, 0.0620, 16.0)
_BLUE = (-0.1006, -0.3386, 0.4392, 128.0)
_RED = (0.4392, -0.3989, -0.0403, 128.0)
BLACK, WHITE = 16, 235


def colour(rgb: tuple[int, int, int]) -> tuple[int, int, int]:
    """One RGB colour as Y, U, V."""
    y, u, v = (round(a * rgb[0] + b * rgb[1] + c * rgb[2] + d) for a, b, c, d in (_LUMA, _BLUE, _RED))
    return y, u, v


def to_planes(image: Image.Image) -> tuple[Plane, Plane, Plane]:
    """Y, U and V of an image, each at its full size."""
    rgb = image.convert("RGB")
    luma, blue, red = (np.asarray(rgb.convert("L", matrix)) for matrix in (_LUMA, _BLUE, _RED))
    return luma, blue, red


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame that overlays may draw on."""

    y: Plane
    u: Plane
    v: Plane

    def __iter__(self) -> Iterator[Plane]:
        return iter((self.y, self.u, self.v))


class Picture:
    """A canvas in planes, from which any view can be taken at the size of the video."""

    def __init__(self, image: Image.Image, size: tuple[int, int]) -> None:
        self._size = size
        half = image.resize((image.width // 2, image.height // 2), Image.Resampling.BOX)
        self._planes = (image.convert("L", _LUMA), half.convert("L", _BLUE), half.convert("L", _RED))

    def look(self, view: Area) -> Frame:
        """Resample a view, exact to a fraction of a pixel."""
        planes = []
        for plane, share in zip(self._planes, (1, 2, 2), strict=True):
            box = (
                max(view.x0 / share, 0.0), max(view.y0 / share, 0.0),
                min(view.x1 / share, float(plane.width)), min(view.y1 / share, float(plane.height)),
            )  # fmt: skip
            size = (self._size[0] // share, self._size[1] // share)
            planes.append(np.array(plane.resize(size, Image.Resampling.BILINEAR, box)))
        return Frame(*planes)
