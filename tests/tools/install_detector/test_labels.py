"""Class names of an export's metadata."""

import pytest

from tools.install_detector.adapter.errors import UnusableExportError
from tools.install_detector.adapter.labels import MAX_CLASSES, parse_labels

GOOD = {
    "{0: 'dog', 1: 'cat'}": ("dog", "cat"),
    "{1: 'cat', 0: 'dog'}": ("dog", "cat"),
    "['dog', 'cat']": ("dog", "cat"),
    "{0: 'hot dog', 1: \"king's dog\"}": ("hot dog", "king's dog"),
    "{0: 'lion, mane', 1: ' a\\n  b\\x00'}": ("lion; mane", "a b"),
    "{0: 'कुत्ता', 1: 7}": ("कुत्ता", "7"),
    "{0: 'say \"woof\"', 1: 'back\\\\slash'}": ('say "woof"', "back\\slash"),
}
BAD = {
    "calls": ("__import__('os').getcwd()", "no Python literal"),
    "cut": ("{0: 'dog'", "no Python literal"),
    "deep": ("[" * 100_000, "no Python literal"),
    "unhashable": ("{[]: 'dog'}", "no Python literal"),
    "text": ("'dog'", "no list of class names"),
    "none": ("{}", "no list of class names"),
    "gap": ("{0: 'dog', 2: 'cat'}", "does not number its classes 0 to 1"),
    "words": ("{'a': 'dog', 'b': 'cat'}", "does not number its classes 0 to 1"),
    "empty": ("{0: 'dog', 1: ' '}", "class 1 is empty"),
    "long": (f"['{'a' * 101}']", "class 0 is empty or longer than 100"),
    "number": (f"[0x{'f' * 9000}]", "class 0 is empty or longer than 100"),
    "many": (str(list(range(MAX_CLASSES + 1))), f"{MAX_CLASSES + 1} classes"),
    "huge": ("'" + "a" * (1 << 18), "longer than"),
}


@pytest.mark.parametrize(("text", "labels"), GOOD.items())
def test_names_are_read_by_index(text: str, labels: tuple[str, ...]) -> None:
    """From a dict or a list, fit for a list with commas."""
    assert labels == parse_labels(text)


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD)
def test_what_is_no_list_of_names_is_refused(text: str, message: str) -> None:
    """And nothing of it is executed."""
    with pytest.raises(UnusableExportError, match=message):
        parse_labels(text)
