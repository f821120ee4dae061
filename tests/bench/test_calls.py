"""bench/calls.py"""

import pytest

from bench.calls import check
from bench.photos import Photo

DOG = Photo("dog.jpg", b"", frozenset(["dog"]))


def test_a_right_answer_passes() -> None:
    """What is no pet doesn't matter, nor how often one was found."""
    check(DOG, ["dog", "dog", "person"])


@pytest.mark.parametrize("labels", [[], ["cat"], ["dog", "cat"]])
def test_a_wrong_answer_ends_the_measurement(labels: list[str]) -> None:
    """A pet missed, or one seen that isn't there."""
    with pytest.raises(SystemExit, match=r"dog\.jpg: .* were found, \['dog'\] must be"):
        check(DOG, labels)
