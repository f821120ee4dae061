"""The photos that the detector is measured with, and the pets that each shows."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image

from meshkit.settings import ROOT
from services.detector.classes import PETS as PETS

_FOLDER = ROOT / "tests" / "testdata" / "photos"
_SHOWN = {"cat": "cat", "chickens": "bird", "cow": "cow", "dog": "dog"}
_PHONE = 4000  # pixels of the longer side: 12 megapixels at 4 to 3

Format = Literal["jpeg", "webp", "phone"]


@dataclass(frozen=True)
class Photo:
    """A file as clients send it, and the pets that must be found in it."""

    name: str
    data: bytes
    pets: frozenset[str]

    @property
    def content_type(self) -> str:
        """The media type."""
        return "image/webp" if self.name.endswith(".webp") else "image/jpeg"


def photos(form: Format) -> list[Photo]:
    """The test photos: as they are (webp), as JPEG of quality 90, or as such with 12 megapixels (phone)."""
    return [_photo(path, form) for path in sorted(_FOLDER.glob("*.webp"))]


def _photo(path: Path, form: Format) -> Photo:
    pets = frozenset([_SHOWN[path.stem]] if path.stem in _SHOWN else [])
    if form == "webp":
        return Photo(path.name, path.read_bytes(), pets)
    return Photo(f"{path.stem}.jpg", _jpeg(path, 0 if form == "jpeg" else _PHONE), pets)


def _jpeg(path: Path, side: int) -> bytes:
    with Image.open(path) as stored:
        photo = stored.convert("RGB")
    if side:
        scale = side / max(photo.size)
        photo = photo.resize(
            (round(photo.width * scale), round(photo.height * scale)), Image.Resampling.BICUBIC
        )
    data = io.BytesIO()
    photo.save(data, "JPEG", quality=90)
    return data.getvalue()
