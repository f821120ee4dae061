"""The pieces of a vocabulary in the order of their ids."""

import dataclasses
import json
import re
from pathlib import Path
from typing import Any, Final, Literal

from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.shape import read_object

SPECIAL: Final = ("<s>", "<pad>", "</s>", "<unk>")
# A dictionary may leave a few rows of its embedding unused, and no more.
_MAX_HOLES: Final = 0.05
_TAG: Final = re.compile(r"[a-z]{3}_(Arab|Beng|Deva|Gujr|Guru|Knda|Latn|Mlym|Mtei|Olck|Orya|Taml|Telu)")
_LATIN, _OTHER = re.compile(r"[a-zA-Z]"), re.compile(r"[^\W\d_a-zA-Z]")

Script = Literal["english", "indic"]


@dataclasses.dataclass(frozen=True)
class Vocabulary:
    """Pieces by id, and the ids among them that nothing was written for; `path` is where they were read."""

    path: Path
    pieces: list[str]
    holes: list[int]

    def tags(self) -> list[str]:
        """The language tags among the pieces, in alphabetical order."""
        return sorted(piece for piece in self.pieces if _TAG.fullmatch(piece))

    def script(self) -> Script | None:
        """What its words are written in; None when that is not clear."""
        words = [piece for piece in self.pieces[len(SPECIAL) :] if not _TAG.fullmatch(piece)]
        other = sum(bool(_OTHER.search(word)) for word in words)
        latin = sum(bool(_LATIN.search(word)) for word in words)
        if not latin + other:
            return None
        share = latin / (latin + other)
        return "english" if share > 0.8 else "indic" if share < 0.6 else None


def read_dictionary(path: Path, rows: int, other_rows: int) -> Vocabulary:
    """The vocabulary of an embedding of so many rows from a dict.*.json, whose counterpart's has `other_rows`.

    Ids that the file has no piece for get one of their own, which no text contains. Raises UnusableCheckpointError.
    """
    ids = read_object(path)
    for piece, number in ids.items():
        _check_id(path, piece, number)
    _check_special(path, ids)
    _check_size(path, ids, rows, other_rows)
    return _in_order(path, ids, rows)


def read_list(path: Path) -> Vocabulary:
    """The vocabulary of a converted model: a JSON list, or a text with a piece on each line.

    Raises UnusableCheckpointError.
    """
    try:
        text = path.read_text("utf-8")
        pieces = json.loads(text) if path.suffix == ".json" else text.removesuffix("\n").split("\n")
    except (ValueError, RecursionError) as error:
        raise UnusableCheckpointError(f"{path}: this is no list of pieces") from error
    if not isinstance(pieces, list) or not all(isinstance(piece, str) for piece in pieces):
        raise UnusableCheckpointError(f"{path}: this is no list of pieces")
    return Vocabulary(path, pieces, [])


def _check_id(path: Path, piece: str, number: Any) -> None:
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise UnusableCheckpointError(
            f"{path}: the piece {piece!r} has the id {number!r}, which is no number"
        )


def _check_special(path: Path, ids: dict[str, int]) -> None:
    for number, piece in enumerate(SPECIAL):
        if ids.get(piece) != number:
            raise UnusableCheckpointError(
                f"{path}: {piece} must have the id {number}, and has {ids.get(piece, 'none')}"
            )


def _check_size(path: Path, ids: dict[str, int], rows: int, other_rows: int) -> None:
    highest = max(ids.values()) + 1
    if highest <= rows and rows - len(ids) <= rows * _MAX_HOLES:
        return
    hint = "; that fits the other side: SRC and TGT are mixed up" if highest == other_rows else ""
    raise UnusableCheckpointError(
        f"{path}: it has ids for {highest} pieces, and the embedding has {rows} rows{hint}"
    )


def _in_order(path: Path, ids: dict[str, int], rows: int) -> Vocabulary:
    pieces = [""] * rows
    taken = [False] * rows
    for piece, number in ids.items():
        if taken[number]:
            raise UnusableCheckpointError(f"{path}: {pieces[number]!r} and {piece!r} share the id {number}")
        pieces[number], taken[number] = piece, True
    holes = [number for number in range(rows) if not taken[number]]
    for number in holes:
        pieces[number] = _unused(number, ids)
    return Vocabulary(path, pieces, holes)


def _unused(number: int, ids: dict[str, int]) -> str:
    name = f"<unused {number}>"
    while name in ids:
        name = f"<{name}>"
    return name
