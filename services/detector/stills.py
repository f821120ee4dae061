"""A clip's frame as a picture of its own. Pure CPU work: it belongs on a thread."""

import io

from PIL import Image

from services.detector.letterbox import Letterbox
from services.detector.pictures import Frame, Picture, framed

LONGEST = 1920
"""The longer side of a still in pixels; larger frames are made smaller."""

# A frame of pure noise takes 3.3 MB then: no still is larger than the photos that the mesh accepts.
_QUALITY = 90


def letterboxed(still: Frame, frame_width: int, frame_height: int) -> Picture:
    """The still inside the model's frame, [frame_height, frame_width, 3]."""
    height, width, _ = still.shape
    place = Letterbox.fit(width, height, frame_width, frame_height)
    size = (place.inner_width, place.inner_height)
    small = Image.fromarray(still).resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
    return Picture(framed(small, place), place)


def jpeg(still: Frame) -> bytes:
    """The still as a JPEG file."""
    file = io.BytesIO()
    Image.fromarray(still).save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()
