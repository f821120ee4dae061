"""The camera: a slow, eased move from the whole picture towards the pet.

Positions are fractions of a pixel and each frame is resampled from the canvas, so nothing jumps from pixel to
pixel as it does with ffmpeg's zoompan.
"""

import math
from dataclasses import dataclass

from services.video.studio.stage import Area, Stage

CLOSEST = 1.6
NEAREST_WITHOUT_PET = 1.18
LEAST = 1.25
# A faster zoom than this (per second) feels hurried in a short video.
FASTEST = 0.07
# A long video goes to the pet and back, each way in about this many seconds.
LEG_SECONDS = 14.0
# The part of the pet that must stay in view, and how far above the middle it stands: text is below.
_AIR = 0.9
_RAISE = 0.05


@dataclass(frozen=True, slots=True)
class Camera:
    """Two views of the canvas and the way between them."""

    start: Area
    end: Area
    duration: float

    def view(self, seconds: float) -> Area:
        """The part of the canvas that is seen at a time; its shape is always the video's."""
        legs = 2 * round((self.duration / LEG_SECONDS - 1) / 2) + 1 if self.duration > LEG_SECONDS else 1
        way = 0.5 - 0.5 * math.cos(math.pi * legs * min(1.0, max(0.0, seconds / self.duration)))
        edges = zip(
            (self.start.x0, self.start.y0, self.start.x1, self.start.y1),
            (self.end.x0, self.end.y0, self.end.x1, self.end.y1),
            strict=True,
        )
        return Area(*(first + (last - first) * way for first, last in edges))


def aim(stage: Stage, head: Area | None, duration: float) -> Camera:
    """Plan the move: the closer the pet fits, the closer the camera goes, but never in a hurry."""
    width, height = stage.image.size
    whole = Area(0, 0, width, height)
    zoom = min(_zoom(stage), 1 + FASTEST * duration)
    x, y = _target(stage, head)
    across, down = width / zoom, height / zoom
    left = min(max(x - across / 2, 0.0), width - across)
    top = min(max(y - down * (0.5 - _RAISE), 0.0), height - down)
    return Camera(whole, Area(left, top, left + across, top + down), duration)


def _zoom(stage: Stage) -> float:
    if stage.pet is None:
        return NEAREST_WITHOUT_PET
    width, height = stage.image.size
    fits = min(width / (stage.pet.width * _AIR), height / (stage.pet.height * _AIR))
    return min(CLOSEST, max(LEAST, fits))


def _target(stage: Stage, head: Area | None) -> tuple[float, float]:
    """Between the pet's middle and its head, where there is one."""
    x, y = (stage.pet or stage.photo).centre
    if head is None:
        return x, y
    head_x, head_y = head.centre
    return (x + head_x) / 2, (y + head_y) / 2
