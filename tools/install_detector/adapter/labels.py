"""The class names of an export's metadata: the text of a Python dict or list, as ultralytics writes it."""

import ast
from typing import Any, Final

from tools.install_detector.adapter.errors import UnusableExportError

MAX_CLASSES: Final = 2_000  # LVIS, the largest in use, has 1,203
_MAX_TEXT: Final = 1 << 18  # characters
_MAX_NAME: Final = 100


def parse_labels(text: str) -> tuple[str, ...]:
    """The names by index, fit for a list that commas separate: a comma within a name becomes a semicolon.

    Control characters and runs of blanks become one blank. Raises UnusableExportError.
    """
    names = _literal(text)
    if isinstance(names, list):
        names = dict(enumerate(names))
    if not isinstance(names, dict) or not names:
        raise UnusableExportError("`names` in its metadata is no list of class names")
    if len(names) > MAX_CLASSES:
        raise UnusableExportError(f"it has {len(names)} classes; at most {MAX_CLASSES} are served")
    if set(names) != set(range(len(names))):
        raise UnusableExportError(
            f"`names` in its metadata does not number its classes 0 to {len(names) - 1}"
        )
    return tuple(_fitting(names[index], index) for index in range(len(names)))


def _literal(text: str) -> Any:
    if len(text) > _MAX_TEXT:
        raise UnusableExportError(f"`names` in its metadata is longer than {_MAX_TEXT} characters")
    try:
        return ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        raise UnusableExportError("`names` in its metadata is no Python literal") from None


def _fitting(name: object, index: int) -> str:
    # A number of thousands of digits cannot be written, nor can what holds one.
    plain = isinstance(name, str) or (isinstance(name, int) and name.bit_length() < 64)
    printable = "".join(letter if letter.isprintable() else " " for letter in (str(name) if plain else ""))
    fitting = " ".join(printable.replace(",", ";").split())
    if not 0 < len(fitting) <= _MAX_NAME:
        raise UnusableExportError(f"the name of class {index} is empty or longer than {_MAX_NAME} characters")
    return fitting
