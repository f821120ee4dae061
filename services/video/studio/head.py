"""Finds a pet's head inside its box from colour alone.

The detector gives a box and no parts. Colours that are common inside the box and rare around it make a soft
silhouette. A pet that is wider than tall carries its head at one end: the end whose silhouette lies higher,
since the other has hind legs and a tail. A pet that is taller than wide carries it at the top, and so does one
that the photo cuts off above and below: a close-up.

The crown's line is below the tips of the ears, as far below as the silhouette is clear: in a vague one it stays
near the first cells that are seen. An animal that grazes or pecks defeats these rules; its highest end is crowned.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from services.video.studio.stage import Area, Stage

Mask = NDArray[np.float32]

_SIDE = 128
_BINS = 12
# How far around the box its surroundings are learnt, in the longer side: what is further off is other ground.
_AROUND = 0.08
_WIDE = 1.15
# A box that comes this near to an edge of the photo, in its heights, reaches it.
_EDGE = 0.02
# The end that is searched, and the slice below the crown's line, in heights of the box.
_END, _SLICE = 0.45, 0.16
# Cells as likely as this may still be ground: what the mean height counts is above it.
_GROUND = 0.3
# Rows narrower than these parts of the shorter side are stray cells, and an ear.
_STRAY, _EAR = 0.05, 0.24
# How far below an ear's tip the crown's line may be, in heights, where the silhouette is clear.
_EAR_LENGTH = 0.18
# What a head's width may be, in the shorter side: of a wide pet in a vague silhouette and in a clear one, of a
# tall pet.
_SMALLEST, _LARGEST_VAGUE, _LARGEST_CLEAR, _LARGEST_TALL = 0.24, 0.24, 0.36, 0.6


def find_head(stage: Stage) -> Area | None:
    """The head's place on the canvas: its top edge and its width are what matter. None without a pet."""
    pet = stage.pet
    if pet is None:
        return None
    mask = _silhouette(stage, pet)
    left, top, width = _locate(mask, pet.width / pet.height >= _WIDE and not _is_close_up(stage.photo, pet))
    across, down = pet.width / mask.shape[1], pet.height / mask.shape[0]
    x, y, width = pet.x0 + left * across, pet.y0 + top * down, width * across
    return Area(x - width / 2, y, x + width / 2, y + width)


def _is_close_up(photo: Area, pet: Area) -> bool:
    margin = _EDGE * photo.height
    return pet.y0 - photo.y0 < margin and photo.y1 - pet.y1 < margin


def _locate(mask: Mask, lengthwise: bool) -> tuple[float, float, float]:
    """Middle, top and width of the head, in cells of the mask; a pet that lies lengthwise has it at an end."""
    rows, columns = mask.shape
    if not 0.08 < float(mask.mean()) < 0.97:
        return columns / 2, rows * 0.04, min(rows, columns) * 0.4
    first, last = _columns_of_head(mask) if lengthwise else (0, columns)
    part = mask[:, first:last] > 0.5
    top = _crown_line(part, min(rows, columns), _clarity(mask))
    band = part[top : top + max(2, round(rows * _SLICE))].sum(axis=0)
    filled = np.flatnonzero(band >= band.max() * 0.35) + first
    width = _width_of_head(len(filled), mask, lengthwise)
    return _middle(filled, width, first, last - columns), float(top), width


def _width_of_head(seen: int, mask: Mask, lengthwise: bool) -> float:
    """The width that is seen, within what a head can be."""
    shorter = min(mask.shape)
    wide = _LARGEST_VAGUE + (_LARGEST_CLEAR - _LARGEST_VAGUE) * _clarity(mask)
    most = wide if lengthwise else _LARGEST_TALL
    return float(min(max(seen, _SMALLEST * shorter), most * shorter))


def _middle(filled: NDArray[np.intp], width: float, first: int, last: int) -> float:
    """The middle of a head of that width that ends where the silhouette ends, at the pet's own end."""
    if first == 0 and last == 0:
        return float(filled[0] + filled[-1] + 1) / 2
    return float(filled[0] + width / 2) if first == 0 else float(filled[-1] + 1 - width / 2)


def _columns_of_head(mask: Mask) -> tuple[int, int]:
    columns = mask.shape[1]
    end = max(2, round(mask.shape[0] * _END))
    left, right = _height_of_mass(mask[:, :end]), _height_of_mass(mask[:, -end:])
    return (0, end) if left <= right else (columns - end, columns)


def _height_of_mass(part: Mask) -> float:
    """Mean row of the silhouette: smaller is higher."""
    weight = np.maximum(part - _GROUND, 0).sum(axis=1)
    return float(np.average(np.arange(len(weight)), weights=weight + 1e-6))


def _clarity(mask: Mask) -> float:
    """How well pet and ground are told apart, from 0 (nowhere) to 1 (in every cell)."""
    return float(np.abs(2 * mask - 1).mean())


def _crown_line(part: NDArray[np.bool_], shorter: int, clarity: float) -> int:
    """The row where the head begins, below the ears' tips."""
    across: NDArray[np.int_] = part.sum(axis=1)
    tip, head = (_first_at_least(across, max(2, shorter * share)) for share in (_STRAY, _EAR))
    return int(min(head, tip + round(_EAR_LENGTH * clarity * part.shape[0])))


def _first_at_least(values: NDArray[np.int_], least: float) -> int:
    found = np.flatnonzero(values >= least)
    return int(found[0]) if len(found) else 0


def _silhouette(stage: Stage, pet: Area) -> Mask:
    """For each cell of the box, how likely it shows the pet (0 to 1)."""
    ratio = _SIDE / max(pet.width, pet.height)
    margin = _AROUND * max(pet.width, pet.height)
    outer = Area(
        max(stage.photo.x0, pet.x0 - margin), max(stage.photo.y0, pet.y0 - margin),
        min(stage.photo.x1, pet.x1 + margin), min(stage.photo.y1, pet.y1 + margin),
    )  # fmt: skip
    size = max(8, round(outer.width * ratio)), max(8, round(outer.height * ratio))
    small = stage.image.resize(size, Image.Resampling.BOX, (outer.x0, outer.y0, outer.x1, outer.y1))
    inner = _cells(outer, pet, size)
    likely = _separate(_bins(small), inner)
    soft = Image.fromarray((likely * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(2))
    return np.asarray(soft, dtype=np.float32)[inner] / np.float32(255)


def _cells(outer: Area, pet: Area, size: tuple[int, int]) -> tuple[slice, slice]:
    def along(start: float, first: float, last: float, length: float, cells: int) -> slice:
        low = min(max(0, round((first - start) / length * cells)), cells - 4)
        return slice(low, max(low + 4, round((last - start) / length * cells)))

    return (
        along(outer.y0, pet.y0, pet.y1, outer.height, size[1]),
        along(outer.x0, pet.x0, pet.x1, outer.width, size[0]),
    )


def _bins(image: Image.Image) -> NDArray[np.intp]:
    """Each pixel's colour as the number of its cell in a cube of _BINS³."""
    rgb = np.asarray(image.filter(ImageFilter.GaussianBlur(0.8)), dtype=np.intp) * _BINS // 256
    return (rgb[..., 0] * _BINS + rgb[..., 1]) * _BINS + rgb[..., 2]


def _separate(bins: NDArray[np.intp], inner: tuple[slice, slice]) -> Mask:
    """Learn the colours of pet and surroundings, starting from an ellipse in the box; two rounds."""
    inside = np.zeros(bins.shape, dtype=bool)
    inside[inner] = True
    likely = np.zeros(bins.shape, dtype=np.float32)
    rows, columns = inside[inner].shape
    y, x = np.ogrid[-1 : 1 : rows * 1j, -1 : 1 : columns * 1j]
    likely[inner] = np.clip(1.25 - (x**2 + y**2), 0.1, 0.9)
    for _ in range(2):
        pet = _histogram(bins, likely)
        around = _histogram(bins, (1 - likely) * np.where(inside, 0.4, 1.0).astype(np.float32))
        likely = ((pet / (pet + around))[bins] * inside).astype(np.float32)
    return likely


def _histogram(bins: NDArray[np.intp], weight: Mask) -> Mask:
    counts = np.bincount(bins.ravel(), weight.ravel(), minlength=_BINS**3).reshape(_BINS, _BINS, _BINS)
    for axis in range(3):  # neighbouring colours count too
        padded = np.pad(counts, [(1, 1) if each == axis else (0, 0) for each in range(3)])
        counts = 2 * counts + padded.take(range(_BINS), axis) + padded.take(range(2, _BINS + 2), axis)
    smooth = counts.ravel() + 1e-3 * counts.sum() / _BINS**3
    return np.asarray(smooth / smooth.sum(), dtype=np.float32)
