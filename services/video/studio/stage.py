"""The stage: the photo on a canvas of the video's shape, with a blurred, darkened copy around it."""

from dataclasses import dataclass

from PIL import Image, ImageEnhance, ImageFilter

from services.video.studio.photo import Photo
from services.video.studio.spec import Box

# A photo longer than this is cut around the pet, or it would be a thin line on the screen.
LONGEST_SHAPE = 3.0
# Within this the photo fills the frame and its edges are cut, instead of leaving thin bands.
NEARLY_SAME_SHAPE = 1.08
# The canvas has up to this many pixels for each of the video's, so that the close-up stays sharp.
SHARPEST = 1.35
_BLUR_SIDE = 160


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle on the canvas, in its pixels."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Pixels across."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Pixels down."""
        return self.y1 - self.y0

    @property
    def centre(self) -> tuple[float, float]:
        """The middle."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def within(self, other: "Area") -> "Area | None":
        """The part of it inside another; None for less than two pixels."""
        x0, y0 = max(self.x0, other.x0), max(self.y0, other.y0)
        x1, y1 = min(self.x1, other.x1), min(self.y1, other.y1)
        return Area(x0, y0, x1, y1) if x1 - x0 >= 2 and y1 - y0 >= 2 else None


@dataclass(slots=True)
class Stage:
    """The canvas, where on it the photo and the pet (if any) are seen, and canvas pixels per video pixel."""

    image: Image.Image
    photo: Area
    pet: Area | None
    scale: float


def best_box(boxes: tuple[Box, ...]) -> Box | None:
    """The box that fills most of the photo, weighed by its score."""
    whole = [box for box in boxes if box.width > 0 and box.height > 0]
    return max(whole, key=lambda box: box.width * box.height * box.score, default=None)


def set_stage(photo: Photo, boxes: tuple[Box, ...], size: tuple[int, int]) -> Stage:
    """Lay the photo on a canvas in the shape of `size` (width, height of the video)."""
    image, box = photo.image, best_box(boxes)
    pet = _scaled(box, photo) if box else None
    cut = _cut(image.size, pet)
    image = image.crop((round(cut.x0), round(cut.y0), round(cut.x1), round(cut.y1)))
    fit = _fit(image.size, size)
    scale = min(SHARPEST, max(1.0, 1 / fit))
    canvas = _backdrop(image, (_even(size[0] * scale), _even(size[1] * scale)))
    place = _lay(canvas, image, fit * scale)
    shown = place.within(Area(0, 0, *canvas.size)) or place
    placed = pet and _placed(pet, cut, place).within(shown)
    return Stage(canvas, shown, placed, scale)


def _placed(pet: Area, cut: Area, place: Area) -> Area:
    """An area of the working photo as an area of the canvas."""
    factor = place.width / cut.width
    left, top = place.x0 - cut.x0 * factor, place.y0 - cut.y0 * factor
    return Area(*(edge * factor + shift for edge, shift in (
        (pet.x0, left), (pet.y0, top), (pet.x1, left), (pet.y1, top),
    )))  # fmt: skip


def _scaled(box: Box, photo: Photo) -> Area | None:
    """The box in pixels of the working photo, cut to it; None when nothing of it is inside."""
    whole = Area(0, 0, *photo.image.size)
    return Area(*(edge * photo.scale for edge in (box.x0, box.y0, box.x1, box.y1))).within(whole)


def _cut(size: tuple[int, int], pet: Area | None) -> Area:
    """The part of the photo that is shown: all of it, unless it is extremely long."""
    width, height = size
    centre = pet.centre if pet else (width / 2, height / 2)
    shown = min(width, height * LONGEST_SHAPE), min(height, width * LONGEST_SHAPE)
    x0 = min(max(centre[0] - shown[0] / 2, 0.0), width - shown[0])
    y0 = min(max(centre[1] - shown[1] / 2, 0.0), height - shown[1])
    return Area(x0, y0, x0 + shown[0], y0 + shown[1])


def _fit(inner: tuple[int, int], outer: tuple[int, int]) -> float:
    across, down = outer[0] / inner[0], outer[1] / inner[1]
    nearly_same = max(across, down) / min(across, down) <= NEARLY_SAME_SHAPE
    return max(across, down) if nearly_same else min(across, down)


def _backdrop(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The photo enlarged over the whole canvas, so blurred that only its light remains."""
    cover = max(size[0] / image.width, size[1] / image.height)
    width, height = size[0] / cover, size[1] / cover
    left, top = (image.width - width) / 2, (image.height - height) / 2
    ratio = _BLUR_SIDE / max(size)
    small = image.resize(
        (max(8, round(size[0] * ratio)), max(8, round(size[1] * ratio))),
        Image.Resampling.BOX,
        (left, top, left + width, top + height),
    )
    soft = small.filter(ImageFilter.GaussianBlur(_BLUR_SIDE / 30))
    return ImageEnhance.Brightness(soft).enhance(0.58).resize(size, Image.Resampling.BICUBIC)


def _lay(canvas: Image.Image, image: Image.Image, factor: float) -> Area:
    """Paste the photo in the middle of the canvas, with a soft shadow; a larger one is cut by the edges."""
    width, height = max(2, round(image.width * factor)), max(2, round(image.height * factor))
    left, top = (canvas.width - width) // 2, (canvas.height - height) // 2
    _shade(canvas, (left, top, left + width, top + height))
    canvas.paste(image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=3.0), (left, top))
    return Area(left, top, left + width, top + height)


def _shade(canvas: Image.Image, place: tuple[int, int, int, int]) -> None:
    """Darken the backdrop next to the photo's edges."""
    small = Image.new("L", (canvas.width // 8, canvas.height // 8))
    left, top, right, bottom = (edge // 8 for edge in place)
    small.paste(130, (left, top, right, bottom))
    mask = small.filter(ImageFilter.GaussianBlur(7)).resize(canvas.size, Image.Resampling.BILINEAR)
    canvas.paste((0, 0, 0), (0, 0), mask)


def _even(value: float) -> int:
    return round(value / 2) * 2
