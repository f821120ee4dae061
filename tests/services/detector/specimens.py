"""Pictures of every kind for the fuzz test to break: small ones mostly, of a real photo."""

import io
from functools import cache
from typing import Any

import numpy as np
from PIL import Image, ImageCms

from tests.services.detector import containers, making


@cache
def small() -> dict[str, bytes]:
    """Small pictures of every kind, by name."""
    dog = _dog(96, 72)
    return {**_jpegs(dog), **_pngs(dog), **_webps(dog)}


@cache
def large() -> dict[str, bytes]:
    """A few of two megapixels, by name."""
    dog = _dog(1600, 1200)
    return {
        "large jpeg": making.encoded(dog, "JPEG"),
        "large progressive jpeg": making.encoded(dog, "JPEG", progressive=True),
        "large webp": making.encoded(dog, "WEBP", method=0),
        "large png": making.encoded(dog.quantize(16), "PNG", compress_level=1),
    }


def profile() -> bytes:
    """A colour profile (ICC) as cameras add, always the same one."""
    made = bytes(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    return made[:24] + bytes(12) + made[36:]  # the time when it was made


def exif() -> bytes:
    """An EXIF block with a directory below its first one, and the orientation 6."""
    block = Image.Exif()
    block[0x0112] = 6
    block[0x010F] = "a camera"
    block[0x8769] = {0x9003: "2020:02:02 02:02:02"}
    return bytes(block.tobytes())


def _dog(width: int, height: int) -> Image.Image:
    with Image.open(io.BytesIO(making.photo("dog"))) as image:
        return image.convert("RGB").resize((width, height))


def _clear(dog: Image.Image) -> Image.Image:
    clear = dog.copy()
    clear.putalpha(128)
    return clear


def _jpegs(dog: Image.Image) -> dict[str, bytes]:
    return {
        "jpeg": making.encoded(dog, "JPEG"),
        "jpeg, exif and profile": making.encoded(dog, "JPEG", exif=exif(), icc_profile=profile()),
        "jpeg, progressive": making.encoded(dog, "JPEG", progressive=True),
        "jpeg, grey": making.encoded(dog.convert("L"), "JPEG"),
        "jpeg, cmyk": making.encoded(dog.convert("CMYK"), "JPEG"),
        "jpeg, restart markers": making.encoded(dog, "JPEG", restart_marker_blocks=1),
        "jpeg, several (mpo)": making.encoded(dog, "MPO", save_all=True, append_images=[dog]),
    }


def _pngs(dog: Image.Image) -> dict[str, bytes]:
    deep = np.asarray(dog).astype(np.uint16) * 257
    return {
        "png": making.encoded(dog, "PNG"),
        "png, exif and profile": making.encoded(_clear(dog), "PNG", exif=exif(), icc_profile=profile()),
        "png, palette": making.encoded(dog.quantize(64), "PNG", transparency=3),
        "png, 16 colours": making.encoded(dog.quantize(16), "PNG"),
        "png, one bit": making.encoded(dog.convert("1"), "PNG"),
        "png, 16 bits grey": making.encoded(Image.fromarray(deep[..., 1]), "PNG"),
        "png, 16 bits": containers.png(deep, bits=16),
        "png, interlaced": containers.png(np.asarray(dog), interlaced=True),
        "png, animated": making.encoded(dog, "PNG", save_all=True, append_images=[dog.rotate(9)]),
    }


def _webps(dog: Image.Image) -> dict[str, bytes]:
    flat = dog.quantize(16).convert("RGB")
    moving: dict[str, Any] = {"save_all": True, "append_images": [dog.rotate(9), flat], "duration": 40}
    return {
        "webp": making.encoded(dog, "WEBP"),
        "webp, lossless": making.encoded(flat, "WEBP", lossless=True),
        "webp, transparent": making.encoded(_clear(dog), "WEBP"),
        "webp, exif and profile": making.encoded(dog, "WEBP", exif=exif(), icc_profile=profile()),
        "webp, animated": making.encoded(dog, "WEBP", **moving),
        "webp, animated, lossless": making.encoded(flat, "WEBP", lossless=True, **moving),
    }
