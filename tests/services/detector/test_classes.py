"""services/detector/classes.py"""

import pytest

from meshkit.errors import InvalidInput
from services.detector.classes import PETS, Detection, Wanted
from services.detector.letterbox import Box

BOX = Box(0, 0, 10, 10)


def seen(label: str, confidence: float, box: Box = BOX) -> Detection:
    """A detection, somewhere."""
    return Detection(label, confidence, box)


def test_the_ten_pets() -> None:
    """Exactly ten classes count as pets."""
    expected = {"dog", "cat", "bird", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe"}

    assert PETS == expected
    assert seen("dog", 1).is_pet and not seen("person", 1).is_pet


def test_default_is_confident_pets_best_first() -> None:
    """Without options: pets of at least 0.5, the most confident first."""
    found = [seen("dog", 0.5), seen("person", 0.9), seen("cat", 0.49), seen("cow", 0.8)]

    assert (seen("cow", 0.8), seen("dog", 0.5)) == Wanted().pick(found)


def test_every_class() -> None:
    """No labels at all keep what is no pet."""
    assert (seen("person", 0.9),) == Wanted(labels=None).pick([seen("person", 0.9)])


def test_some_labels_only() -> None:
    """Named labels replace the pets."""
    wanted = Wanted(labels=frozenset(["person"]))

    assert (seen("person", 0.9),) == wanted.pick([seen("dog", 0.95), seen("person", 0.9)])


def test_at_most_max_detections_and_those_the_best() -> None:
    """The weakest are left out."""
    found = [seen("dog", confidence / 100) for confidence in range(50, 100)]

    assert [0.99, 0.98, 0.97] == [one.confidence for one in Wanted(max_detections=3).pick(found)]


def test_equal_confidence_has_a_fixed_order() -> None:
    """The order of the answer doesn't depend on the model's."""
    found = [seen("dog", 0.9, Box(5, 0, 9, 9)), seen("dog", 0.9, Box(1, 0, 9, 9)), seen("cat", 0.9)]

    assert Wanted().pick(found) == Wanted().pick(found[::-1])


def test_a_box_without_area_is_dropped() -> None:
    """A detection outside of the picture is none."""
    assert () == Wanted().pick([seen("dog", 0.9, Box(3, 3, 3, 9))])


def test_unknown_label_is_refused_by_name() -> None:
    """A label that the model doesn't have is the caller's mistake."""
    with pytest.raises(InvalidInput, match="'unicorn'") as caught:
        Wanted(labels=frozenset(["dog", "unicorn"])).check(["dog", "person"])

    assert ("options.labels", "UNKNOWN_LABEL") == (caught.value.field, caught.value.reason)


@pytest.mark.parametrize("labels", [None, PETS, frozenset(["person"])])
def test_known_labels_pass(labels: frozenset[str] | None) -> None:
    """The defaults pass with any model, such as one that knows dogs only."""
    Wanted(labels=labels).check(["dog", "person"])
