"""Looking at pictures' headers, against Pillow's own files."""

import io
import struct
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from meshkit.errors import InvalidInput, MeshError, PayloadTooLarge, UnsupportedMedia
from meshkit.images import MAX_BYTES, ImageInfo, inspect_image

PHOTOS = sorted((Path(__file__).parent.parent / "testdata" / "photos").glob("*.*p*g")) + sorted(
    (Path(__file__).parent.parent / "testdata" / "photos").glob("*.webp")
)


def encoded(kind: str, size: tuple[int, int] = (70, 50), mode: str = "RGB", **options: object) -> bytes:
    """A picture of a size, made by Pillow."""
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **options)
    return out.getvalue()


def exif(orientation: int) -> bytes:
    """An EXIF block that holds only an orientation."""
    block = Image.Exif()
    block[0x0112] = orientation
    return block.tobytes()


KINDS = [
    ("jpeg", encoded("JPEG")),
    ("jpeg", encoded("JPEG", progressive=True)),
    ("jpeg", encoded("JPEG", mode="L")),
    ("png", encoded("PNG")),
    ("png", encoded("PNG", mode="RGBA")),
    ("webp", encoded("WEBP")),
    ("webp", encoded("WEBP", lossless=True)),
    ("webp", encoded("WEBP", mode="RGBA")),
    ("webp", encoded("WEBP", lossless=True, exif=exif(1))),
]


@pytest.mark.parametrize(("kind", "data"), KINDS, ids=range(len(KINDS)))
def test_every_kind(kind: str, data: bytes) -> None:
    """Format and size are read from every kind of header."""
    assert ImageInfo(kind, 70, 50, 1) == inspect_image(data, field="image")


@pytest.mark.parametrize("photo", PHOTOS, ids=lambda path: path.name)
def test_real_photos(photo: Path) -> None:
    """What Pillow says of a real photo is what the header says."""
    with Image.open(photo) as opened:
        expected = (opened.format or "").lower(), *opened.size

    info = inspect_image(photo.read_bytes(), field="image")

    assert expected == (info.format, info.width, info.height)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation(kind: str, orientation: int) -> None:
    """The EXIF orientation is found in every format."""
    data = encoded(kind, exif=exif(orientation))

    assert orientation == inspect_image(data, field="image").orientation


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds no pixels."""
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I4sIIBBBBB", 13, b"IHDR", width, height, 8, 2, 0, 0, 0)
        + b"\0\0\0\0"
    )


REFUSED = [
    (b"", UnsupportedMedia, "IMAGE_TYPE_UNSUPPORTED"),
    (b"hello, this is text", UnsupportedMedia, "IMAGE_TYPE_UNSUPPORTED"),
    (encoded("GIF", mode="P"), UnsupportedMedia, "IMAGE_TYPE_UNSUPPORTED"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", UnsupportedMedia, "IMAGE_TYPE_UNSUPPORTED"),
    (b"\xff\xd8\xff", InvalidInput, "IMAGE_UNREADABLE"),
    (b"\xff\xd8\xff\xe0" + b"\0" * 40, InvalidInput, "IMAGE_UNREADABLE"),
    (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, InvalidInput, "IMAGE_UNREADABLE"),
    (b"RIFF\0\0\0\0WEBPVP8X", InvalidInput, "IMAGE_UNREADABLE"),
    (b"RIFF\0\0\0\0WEBPnope" + b"\0" * 40, InvalidInput, "IMAGE_UNREADABLE"),
    (encoded("PNG", (31, 32)), InvalidInput, "IMAGE_TOO_SMALL"),
    (encoded("JPEG", (200, 20)), InvalidInput, "IMAGE_TOO_SMALL"),
    (png_header(0, 0), InvalidInput, "IMAGE_TOO_SMALL"),
    (png_header(40_001, 1000), InvalidInput, "IMAGE_TOO_MANY_PIXELS"),
    (png_header(2**31, 2**31), InvalidInput, "IMAGE_TOO_MANY_PIXELS"),
    (b"\xff\xd8\xff" + b"\0" * MAX_BYTES, PayloadTooLarge, "IMAGE_TOO_LARGE"),
]


@pytest.mark.parametrize(("data", "kind", "reason"), REFUSED, ids=range(len(REFUSED)))
def test_refusals(data: bytes, kind: type[MeshError], reason: str) -> None:
    """Each limit has its reason, and the field is named."""
    with pytest.raises(kind) as refused:
        inspect_image(data, field="image.data")

    assert (reason, "image.data") == (refused.value.reason, refused.value.field)


def test_forty_megapixels_exactly() -> None:
    """The limit itself is allowed."""
    assert 40_000_000 == inspect_image(png_header(40_000, 1000), field="image").width * 1000


def test_a_file_of_fill_bytes_costs_nothing() -> None:
    """Millions of fill bytes before a marker are skipped at once: headers are read on the event loop."""
    started = time.process_time()
    with pytest.raises(InvalidInput):
        inspect_image(b"\xff\xd8" + b"\xff" * (MAX_BYTES - 2), field="image")

    assert time.process_time() - started < 0.2


def test_fill_bytes_before_a_marker() -> None:
    """A marker may have any number of fill bytes before it (T.81, B.1.1.2)."""
    photo = encoded("JPEG")

    assert inspect_image(photo, field="i") == inspect_image(photo[:2] + b"\xff" * 9 + photo[2:], field="i")


@given(st.sampled_from([data for _, data in KINDS]), st.data())
def test_damage_never_surprises(data: bytes, draw: st.DataObject) -> None:
    """Cut or changed anywhere, a picture is either read or refused; nothing else is raised."""
    cut = draw.draw(st.integers(0, len(data)))
    damaged = bytearray(data[:cut])
    for _ in range(3):
        if damaged:
            damaged[draw.draw(st.integers(0, len(damaged) - 1))] = draw.draw(st.integers(0, 255))

    with suppress(MeshError):
        assert inspect_image(bytes(damaged), field="image").width >= 32
