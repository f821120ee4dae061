"""Where an upright picture lies in the model's frame, and how boxes come back from there."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the upright picture: x to the right, y down."""

    x_min: float
    y_min: float
    x_max: float
    y_max: float

    @property
    def area(self) -> float:
        """The square pixels inside."""
        return (self.x_max - self.x_min) * (self.y_max - self.y_min)


@dataclass(frozen=True, slots=True)
class Letterbox:
    """A picture scaled to `inner_*` and put at (`left`, `top`) of the model's `frame_*`. All are pixels."""

    width: int
    height: int
    frame_width: int
    frame_height: int
    inner_width: int
    inner_height: int
    left: int
    top: int

    @classmethod
    def fit(cls, width: int, height: int, frame_width: int, frame_height: int) -> Self:
        """The largest placement that keeps the proportions, centred; at least one pixel each way."""
        scale = min(frame_width / width, frame_height / height)
        inner_width = min(frame_width, max(1, round(width * scale)))
        inner_height = min(frame_height, max(1, round(height * scale)))
        return cls(
            width,
            height,
            frame_width,
            frame_height,
            inner_width,
            inner_height,
            left=(frame_width - inner_width) // 2,
            top=(frame_height - inner_height) // 2,
        )

    def to_picture(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """The box of the picture for corners in 0 to 1 of the frame, clipped to the picture."""
        return Box(self._x(min(x0, x1)), self._y(min(y0, y1)), self._x(max(x0, x1)), self._y(max(y0, y1)))

    def _x(self, x: float) -> float:
        inside = (x * self.frame_width - self.left) / self.inner_width
        return min(max(inside, 0.0), 1.0) * self.width

    def _y(self, y: float) -> float:
        inside = (y * self.frame_height - self.top) / self.inner_height
        return min(max(inside, 0.0), 1.0) * self.height
