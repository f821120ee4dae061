"""From the bytes of a photo to the network's frame, as Pillow's tutorial has it."""

import io

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

_GREY = (114, 114, 114)


def letterbox(data: bytes, width: int, height: int) -> npt.NDArray[np.uint8]:
    """The upright photo within [height, width, 3], proportions kept, the rest grey."""
    photo = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    scale = min(width / photo.width, height / photo.height)
    size = round(photo.width * scale), round(photo.height * scale)
    frame = Image.new("RGB", (width, height), _GREY)
    frame.paste(
        photo.resize(size, Image.Resampling.BILINEAR), ((width - size[0]) // 2, (height - size[1]) // 2)
    )
    return np.asarray(frame)
