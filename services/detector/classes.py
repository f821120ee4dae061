"""Which classes are pets, and which detections of a picture a caller wants to see."""

from collections.abc import Iterable
from dataclasses import dataclass

from meshkit.errors import InvalidInput
from services.detector.letterbox import Box

PETS = frozenset(("dog", "cat", "bird", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe"))
"""The ten COCO classes that count as a pet everywhere in the mesh."""


@dataclass(frozen=True, slots=True)
class Detection:
    """One object: its class, the model's score (0 to 1) and where it is."""

    label: str
    confidence: float
    box: Box

    @property
    def is_pet(self) -> bool:
        """Whether the class is one of PETS."""
        return self.label in PETS


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a caller wants to see. `labels` None means every class."""

    min_confidence: float = 0.5
    labels: frozenset[str] | None = PETS
    max_detections: int = 20

    def check(self, known: Iterable[str]) -> None:
        """Raise InvalidInput when a label is asked for that neither the model nor PETS has."""
        unknown = sorted((self.labels or PETS) - PETS - set(known))
        if unknown:
            raise InvalidInput(
                f"options.labels: the model has no class {unknown[0]!r}; ListClasses names those it has.",
                field="options.labels",
                reason="UNKNOWN_LABEL",
            )

    def pick(self, found: Iterable[Detection]) -> tuple[Detection, ...]:
        """The wanted ones, the most confident first; equal ones in a fixed order."""
        kept = [one for one in found if self._keeps(one)]
        kept.sort(key=lambda one: (-one.confidence, one.label, one.box.x_min, one.box.y_min))
        return tuple(kept[: self.max_detections])

    def _keeps(self, one: Detection) -> bool:
        named = self.labels is None or one.label in self.labels
        return named and one.confidence >= self.min_confidence and one.box.area > 0
