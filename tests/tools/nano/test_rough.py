"""tools/nano/rough.py"""

import random
from itertools import islice, repeat

import pytest

from tools.nano.pairs import Pair
from tools.nano.rough import roughened, without_stop

PAIR = Pair("pets", "My Dog sleeps.", "hi", "मेरा कुत्ता सोता है।")


@pytest.mark.parametrize(
    ("english", "text", "expected"),
    [
        ("He sleeps.", "वह सोता है।", ("He sleeps", "वह सोता है")),
        ("He sleeps.", "وہ سوتا ہے۔", ("He sleeps", "وہ سوتا ہے")),
        ("He sleeps!", "वह सोता है!", ("He sleeps!", "वह सोता है!")),
        ("He sleeps", "वह सोता है।", ("He sleeps", "वह सोता है।")),
    ],
)
def test_full_stops_go_from_both_sides(english: str, text: str, expected: tuple[str, str]) -> None:
    """Or from none."""
    found = without_stop(Pair("pets", english, "hi", text))

    assert expected == (found.english, found.text)


def test_some_are_roughened() -> None:
    """English is in small letters only where it is read."""
    there, back = (
        {pair.english for pair in islice(roughened(repeat(PAIR), random.Random(1), to_indic=to_indic), 200)}
        for to_indic in (True, False)
    )

    assert {"My Dog sleeps.", "My Dog sleeps", "my dog sleeps."} == there
    assert {"My Dog sleeps.", "My Dog sleeps"} == back
