"""services/detector/pictures.py: every kind of picture, and every kind of broken one."""

import io
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from meshkit.errors import MeshError
from services.detector.pictures import Frame, Picture, decode, inspect
from tests.services.detector import making

SIDE = 96


def read(data: bytes) -> Picture:
    """The picture in a small frame."""
    return decode(data, inspect(data, "image"), SIDE, SIDE, "image")


def refusal(data: bytes) -> tuple[str, str]:
    """The field and reason of the error that reading raises."""
    with pytest.raises(MeshError) as caught:
        read(data)
    return caught.value.field, caught.value.reason


def colour(data: bytes) -> tuple[int, ...]:
    """The colour in the middle of the frame."""
    return tuple(int(value) for value in read(data).frame[SIDE // 2, SIDE // 2])


def close(expected: Frame, actual: Frame, tolerance: float = 4.0) -> bool:
    """Whether two frames are alike but for the traces of compression."""
    return bool(np.abs(expected.astype(int) - actual.astype(int)).mean() < tolerance)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_lies_in_a_grey_frame(kind: str) -> None:
    """The picture keeps its proportions; the rest of the frame is grey 114."""
    picture = read(making.encoded(making.quarters(120, 60), kind))

    assert (SIDE, SIDE, 3) == picture.frame.shape
    assert (120, 60, 24) == (picture.place.width, picture.place.height, picture.place.top)
    assert {114} == {*picture.frame[:24].flat} | {*picture.frame[72:].flat}
    assert {114} != {*picture.frame[24:72].flat}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_honoured(kind: str, orientation: int) -> None:
    """The frame and the size are those of the picture that Pillow's own exif_transpose makes."""
    data = making.with_orientation(making.quarters(120, 80), orientation, kind)
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    picture = read(data)

    assert upright.size == (picture.place.width, picture.place.height)
    assert close(read(making.encoded(upright, "PNG")).frame, picture.frame)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(
    "exif", [b"Exif\x00\x00garbage", b"Exif\x00\x00MM\x00*\xff\xff\xff\xff", b"Exif\x00\x00"]
)
def test_broken_exif_is_no_obstacle(exif: bytes) -> None:
    """A picture with a broken EXIF block is taken as upright."""
    picture = read(making.encoded(making.quarters(120, 80), "JPEG", exif=exif))

    assert (120, 80) == (picture.place.width, picture.place.height)


def test_a_large_jpeg_looks_as_a_small_one() -> None:
    """Decoding at reduced scale shows the same."""
    large = read(making.encoded(making.quarters(4000, 3000), "JPEG"))
    small = read(making.encoded(making.quarters(400, 300), "PNG"))

    assert (4000, 3000) == (large.place.width, large.place.height)
    assert close(small.frame, large.frame)


def test_cmyk() -> None:
    """A CMYK JPEG, as printers make, has its colours."""
    red, green, blue = colour(making.encoded(Image.new("CMYK", (64, 64), (0, 255, 255, 0)), "JPEG"))

    assert red > 200 and green < 60 and blue < 60


def test_sixteen_bits_of_grey_are_scaled_not_cut() -> None:
    """Half of 65,535 is half grey."""
    grey = Image.fromarray(np.full((64, 64), 32_768, np.uint16))

    assert (128, 128, 128) == colour(making.encoded(grey, "PNG"))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_mode_of_png(mode: str) -> None:
    """A white picture is white, whatever way it is stored."""
    assert (255, 255, 255) == colour(making.encoded(Image.new("RGB", (64, 64), "white").convert(mode), "PNG"))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparent_parts_are_white(kind: str) -> None:
    """A cut-out animal lies on white, as in a browser, whatever colour hides in the transparent pixels."""
    assert (255, 255, 255) == colour(making.encoded(Image.new("RGBA", (64, 64), (200, 0, 0, 0)), kind))


@pytest.mark.parametrize("transparency", [3, bytes([255, 255, 255, 0])])
def test_transparent_palette(transparency: int | bytes) -> None:
    """A palette with transparent colours, given as one index or as a table."""
    image = Image.new("P", (64, 64), 3)
    image.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255])

    assert (255, 255, 255) == colour(making.encoded(image, "PNG", transparency=transparency))
    assert (0, 0, 255) == colour(making.encoded(image, "PNG"))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_animation_shows_its_first_frame(kind: str) -> None:
    """Of an animation only the first frame counts."""
    first, second = Image.new("RGB", (64, 64), "blue"), Image.new("RGB", (64, 64), "red")
    options = {"lossless": True} if kind == "WEBP" else {}

    assert (0, 0, 255) == colour(
        making.encoded(first, kind, save_all=True, append_images=[second], duration=100, **options)
    )


TALL = making.encoded(Image.new("L", (1, 50_000)), "PNG")
BOMB = making.encoded(Image.new("1", (30_000, 30_000)), "PNG")
REFUSED = {
    "nothing": (b"", "IMAGE_TYPE_UNSUPPORTED"),
    "zeros": (bytes(10_000), "IMAGE_TYPE_UNSUPPORTED"),
    "text": (b"I am a photo, honestly.", "IMAGE_TYPE_UNSUPPORTED"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "IMAGE_TYPE_UNSUPPORTED"),
    "gif": (making.encoded(making.quarters(), "GIF"), "IMAGE_TYPE_UNSUPPORTED"),
    "tiff": (making.encoded(making.quarters(), "TIFF"), "IMAGE_TYPE_UNSUPPORTED"),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n", "IMAGE_TYPE_UNSUPPORTED"),
    "gif that starts as a jpeg": (
        b"\xff\xd8\xff" + making.encoded(making.quarters(), "GIF"),
        "IMAGE_UNREADABLE",
    ),
    "png that starts as a webp": (
        b"RIFF\x10\x00\x00\x00WEBP" + making.encoded(making.quarters(), "PNG"),
        "IMAGE_UNREADABLE",
    ),
    "one pixel wide": (TALL, "IMAGE_TOO_SMALL"),
    "31 pixels": (making.encoded(Image.new("L", (31, 400)), "PNG"), "IMAGE_TOO_SMALL"),
    "41 megapixels": (making.png_header(8200, 5000), "IMAGE_TOO_MANY_PIXELS"),
    "bomb": (BOMB, "IMAGE_TOO_MANY_PIXELS"),
    "header only": (making.png_header(100, 100), "IMAGE_TRUNCATED"),
    "100 scans": (making.jpeg_of_many_scans(100), "IMAGE_TOO_COMPLEX"),
    "larger than 10 MiB": (bytes(10 * 1024 * 1024 + 1), "IMAGE_TOO_LARGE"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """Each hostile or mistaken file gets its own reason, and the field is named."""
    data, reason = REFUSED[name]

    assert ("image", reason) == refusal(data)


@pytest.mark.parametrize("name", ["a few scans", "32x32", "32x50,000"])
def test_at_the_edge_of_what_is_accepted(name: str) -> None:
    """What is just within the limits is decoded."""
    data = {
        "a few scans": making.jpeg_of_many_scans(10),
        "32x32": making.encoded(making.quarters(32, 32), "PNG"),
        "32x50,000": making.encoded(Image.new("L", (32, 50_000)), "PNG"),
    }[name]

    assert (SIDE, SIDE, 3) == read(data).frame.shape


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("percent", range(30, 100, 5))
def test_truncated(kind: str, percent: int) -> None:
    """A file whose end is missing is told apart from a damaged one, wherever it is cut."""
    data = making.encoded(Image.effect_noise((200, 200), 80).convert("RGB"), kind)

    assert ("image", "IMAGE_TRUNCATED") == refusal(data[: len(data) * percent // 100])


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_damaged(kind: str) -> None:
    """A file that is whole but damaged inside."""
    options = {"lossless": True} if kind == "WEBP" else {}
    data = bytearray(making.encoded(Image.effect_noise((200, 200), 80).convert("RGB"), kind, **options))
    data[60:2000] = bytes(1940)

    assert ("image", "IMAGE_CORRUPT") == refusal(bytes(data))


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.data())
def test_any_damage_ends_in_a_picture_or_an_error_of_ours(kind: str, draw: st.DataObject) -> None:
    """No broken file escapes as an exception that the service doesn't know."""
    data = bytearray(making.with_orientation(making.quarters(64, 48), 6, kind))
    places = st.lists(st.tuples(st.integers(0, len(data) - 1), st.integers(0, 255)), min_size=1, max_size=8)
    for at, value in draw.draw(places):
        data[at] = value
    with suppress(MeshError):  # anything else fails the test
        assert (SIDE, SIDE, 3) == read(bytes(data)).frame.shape
