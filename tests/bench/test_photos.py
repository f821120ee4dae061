"""bench/photos.py"""

import io

import pytest
from PIL import Image

from bench.photos import Format, photos


@pytest.mark.parametrize(
    ("form", "stored", "side"), [("jpeg", "JPEG", 1024), ("webp", "WEBP", 1024), ("phone", "JPEG", 4000)]
)
def test_photos_are_what_their_type_says(form: Format, stored: str, side: int) -> None:
    """The dog as a client would send it."""
    (dog,) = [photo for photo in photos(form) if photo.name.startswith("dog")]
    with Image.open(io.BytesIO(dog.data)) as image:
        found = image.format, max(image.size)

    assert (stored, side) == found
    assert f"image/{stored.lower()}" == dog.content_type


def test_each_photo_says_what_must_be_found() -> None:
    """Four show a pet each; the others must not."""
    shown = {photo.name: sorted(photo.pets) for photo in photos("webp") if photo.pets}
    expected = {"cat.webp": ["cat"], "chickens.webp": ["bird"], "cow.webp": ["cow"], "dog.webp": ["dog"]}

    assert expected == shown
    assert 12 == len(photos("webp"))
