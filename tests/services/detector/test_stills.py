"""services/detector/stills.py"""

import io

import numpy as np
import pytest
from PIL import Image

from meshkit.images import MAX_BYTES, inspect_image
from services.detector import stills
from tests.services.detector import making


@pytest.mark.parametrize(("width", "height"), [(64, 48), (48, 64), (1, 64), (64, 1)])
def test_a_still_in_the_models_frame(width: int, height: int) -> None:
    """Colours stay in their corners, grey lies around; the place tells the still's size."""
    whole = np.asarray(making.quarters(width, height))
    frame, place = (picture := stills.letterboxed(whole, 32, 32)).frame, picture.place
    inner = frame[place.top : place.top + place.inner_height, place.left : place.left + place.inner_width]

    assert (width, height) == (place.width, place.height)
    assert whole[-1, -1].tolist() == inner[-1, -1].tolist()
    assert 32 * 32 - inner.shape[0] * inner.shape[1] == (frame == 114).all(axis=2).sum()


def test_a_still_as_a_file() -> None:
    """A JPEG of the same size and colours."""
    whole = np.asarray(making.quarters())
    read = np.asarray(Image.open(io.BytesIO(stills.jpeg(whole))))

    assert whole.shape == read.shape
    assert np.abs(whole.astype(int) - read).mean() < 3


def test_no_still_is_larger_than_a_photo_may_be() -> None:
    """Noise is what compresses worst."""
    side = stills.LONGEST
    noise = np.random.default_rng(1).integers(0, 256, (side, side, 3), np.uint8)
    data = stills.jpeg(noise)

    assert ("jpeg", side) == (
        inspect_image(data, field="clip").format,
        inspect_image(data, field="clip").width,
    )
    assert len(data) < MAX_BYTES / 2
