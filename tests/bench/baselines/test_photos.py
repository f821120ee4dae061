"""bench/baselines/photos.py"""

import io

import numpy as np
from PIL import Image

from bench.baselines.photos import letterbox


def red(width: int, height: int, orientation: int = 1) -> bytes:
    """A red PNG that is to be shown turned."""
    data, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = orientation
    Image.new("RGB", (width, height), (255, 0, 0)).save(data, "PNG", exif=exif)
    return data.getvalue()


def test_a_photo_lies_in_the_middle() -> None:
    """A wide one has grey above and below."""
    frame = letterbox(red(60, 30), 20, 20)

    assert (20, 20, 3) == frame.shape
    assert [[114, 114, 114], [255, 0, 0], [114, 114, 114]] == frame[[4, 5, 15], 10].tolist()


def test_a_turned_photo_is_upright() -> None:
    """EXIF says how the camera was held."""
    frame = letterbox(red(60, 30, orientation=6), 20, 20)

    assert [[114, 114, 114], [255, 0, 0]] == frame[10, [4, 5]].tolist()
    assert np.uint8 == frame.dtype
