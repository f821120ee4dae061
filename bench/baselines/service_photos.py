"""The same with the detector service's own decoding: it shows what of a difference is the cheaper decoding."""

import numpy as np
import numpy.typing as npt

from services.detector.pictures import decode, inspect


def letterbox(data: bytes, width: int, height: int) -> npt.NDArray[np.uint8]:
    """The upright photo within [height, width, 3]."""
    return decode(data, inspect(data, "image"), width, height, "image").frame
