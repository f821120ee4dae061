"""Checks that a SentencePiece model belongs to a vocabulary. Runs where sentencepiece lives."""

from collections.abc import Collection
from pathlib import Path
from typing import Final

from sentencepiece import SentencePieceProcessor

from tools.indictrans2.errors import UnusableCheckpointError
from tools.indictrans2.vocabulary import Vocabulary

# A vocabulary lists what training texts contained, so a few of the model's pieces may be missing. A model of the
# other side has hardly any in common with it.
_MIN_SHARE: Final = 0.8


def check_pieces(path: Path, own: Vocabulary, other: Vocabulary) -> None:
    """Raise UnusableCheckpointError unless the SentencePiece model at `path` belongs to the vocabulary `own`.

    `other` is the other side's, for the message.
    """
    pieces = _read_pieces(path)
    share = _share(pieces, own)
    if share >= _MIN_SHARE:
        return
    hint = ""
    if _share(pieces, other) >= _MIN_SHARE:
        hint = f", but they are in {other.path.name}: the files of the two sides are mixed up"
    raise UnusableCheckpointError(f"{path}: only {share:.0%} of its pieces are in {own.path.name}{hint}")


def _share(pieces: Collection[str], vocabulary: Vocabulary) -> float:
    return len(set(pieces).intersection(vocabulary.pieces)) / len(pieces)


def _read_pieces(path: Path) -> set[str]:
    """The pieces that texts are split into, without those of control."""
    if not path.is_file():
        raise UnusableCheckpointError(f"{path}: the file is missing")
    try:
        model = SentencePieceProcessor(model_file=str(path))
    except (RuntimeError, OSError, ValueError) as error:
        raise UnusableCheckpointError(f"{path}: this is no SentencePiece model") from error
    tests = (model.IsUnknown, model.IsControl, model.IsUnused, model.IsByte)
    pieces = {model.IdToPiece(i) for i in range(len(model)) if not any(test(i) for test in tests)}
    if not pieces:
        raise UnusableCheckpointError(f"{path}: it has no pieces")
    return pieces
