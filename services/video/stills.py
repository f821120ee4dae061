"""Which frame of a clip becomes a job's photo."""

import math
from dataclasses import dataclass

from services.video.jobs import Pet


@dataclass(frozen=True)
class Still:
    """A frame that shows a pet: an encoded picture, its size, its pets, and its time in the clip in seconds."""

    photo: bytes
    width: int
    height: int
    pets: tuple[Pet, ...]
    seconds: float

    @property
    def worth(self) -> float:
        """How well its best pet is seen, 0 to 1.

        That is the confidence times the square root of the share of the frame that the pet covers: of two frames with
        equally certain pets the one counts more in which the pet is twice as wide and high, and a speck that is
        certain counts less than a large pet that is a little less so.
        """
        area = max(1, self.width * self.height)
        return max((pet.confidence * math.sqrt(_covers(pet) / area) for pet in self.pets), default=0.0)


def better(best: Still | None, other: Still) -> Still:
    """The one of more worth; of equal ones the first."""
    return other if best is None or other.worth > best.worth else best


def _covers(pet: Pet) -> float:
    return max(0.0, pet.x_max - pet.x_min) * max(0.0, pet.y_max - pet.y_min)
